import { expect } from 'vitest'
import * as td from '../../src/index.ts'

export const f64 = (data: td.ArrayData): td.NDArray => td.array(data, { dtype: 'float64' })
export const lists = (tree: unknown): unknown =>
  td.tree.map((leaf) => (leaf instanceof td.NDArray ? leaf.toArray() : leaf), tree)

/** What a function gives alone, and traced. */
export function both(fn: (...args: never[]) => unknown, ...args: unknown[]): unknown {
  const plain = lists((fn as (...all: unknown[]) => unknown)(...args))
  const graph = td.traceGraph(fn) as unknown as (...all: unknown[]) => unknown
  expect(lists(graph(...args))).toEqual(plain)
  expect(lists(graph(...args))).toEqual(plain)
  return plain
}
