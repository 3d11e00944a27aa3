import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// Control flow as ops beside values that the function reads, which branch the trace.

afterEach(() => td.unsetBackend())

type Fn = (x: td.NDArray) => unknown

const functions: Readonly<Record<string, Fn>> = {
  'a read before a loop': (x) => {
    const n = td.sum(x).greater(0).item() === true ? 3 : 1
    return td.forLoop(0, n, (i, y) => y.add(i), x)
  },
  'a read of what a loop gives': (x) => {
    const y = td.whileLoop(
      (v) => v.sum().less(10),
      (v) => v.add(1),
      x,
    )
    return y.sum().greater(12).item() === true
      ? y.multiply(2)
      : td.cond(
          x.sum().less(0),
          () => y,
          () => x,
        )
  },
  'a JavaScript loop of loops': (x) => {
    let y = x
    while (y.sum().less(20).item() === true) y = td.forLoop(0, 2, (_i, v) => v.add(1), y)
    return y
  },
  'a loop that takes from around what was made before a read': (x) => {
    const w = td.exp(x.multiply(0))
    const flag = x.sum().greater(0).item() as boolean
    return td.scan((c, row) => [c.add(row), c.multiply(w)], td.zerosLike(x), td.stack([x, x]))[flag ? 0 : 1]
  },
  'draws in a loop behind a read': (x) => {
    const [a] = [td.random.uniform({ shape: [2] })]
    const flag = x.sum().greater(0).item() as boolean
    const y = td.forLoop(0, 3, (_i, v) => v.add(td.random.uniform({ shape: [2] })), a)
    return flag ? y : [y, td.random.uniform({ shape: [2] })]
  },
}

const inputs = [
  [1, 2],
  [-1, -2],
  [0, -0],
  [30, 1],
  [NaN, 1],
  [-9, 4],
]

const plain = (result: unknown): unknown =>
  td.tree.map((leaf) => (leaf instanceof td.NDArray ? [leaf.dtype, leaf.toJSON()] : leaf), result)

function drawn(fn: Fn, data: readonly number[]): unknown {
  td.random.seed(11)
  return [plain(fn(td.array([...data]))), td.random.uniform({ shape: [1] }).toArray()]
}

describe.each(engines)('on %s', (engine) => {
  test.each(Object.entries(functions))('%s', async (_name, fn) => {
    await td.setBackend(engine)
    const data = inputs.filter((row) => !row.includes(NaN) || !fn.toString().includes('while'))
    const right = data.map((row) => drawn(fn, row))
    const graph = td.traceGraph(fn)
    expect(data.map((row) => drawn(graph as Fn, row))).toEqual(right)
    expect(data.toReversed().map((row) => drawn(graph as Fn, row))).toEqual(right.toReversed())
    const again = td.traceGraph(fn, { rerun: 'always' } as never)
    expect(data.map((row) => drawn(again as Fn, row))).toEqual(right)
  })
})

test('a value that is read inside of a body is an error that names it', () => {
  const graph = td.traceGraph((x: td.NDArray) =>
    td.forLoop(0, 3, (_i, y) => ((y.sum().item() as number) > 3 ? y : y.add(1)), x),
  )
  expect(() => graph(td.array([1, 2]))).toThrow(/a value is read in 'body' of forLoop/)
})
