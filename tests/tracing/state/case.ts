import * as td from '@tendril/core'

// What the tables of stateful objects are made of.

export type Obj = Record<string | symbol, unknown>

export interface Case {
  readonly make: () => object
  readonly fn: (state: never, x: td.NDArray) => unknown
  /** What each call does before. */
  readonly before?: (state: never, call: number) => void
}

export const arr = (...elements: number[]): td.NDArray => td.array(elements)

export interface State {
  a: td.NDArray
  b: td.NDArray
  n: number
  inner: { c: td.NDArray; deep?: { d: td.NDArray } }
  list: td.NDArray[]
  [key: string]: unknown
}
export const plain = (): State => ({
  a: arr(1),
  b: arr(2, 3),
  n: 3,
  inner: { c: arr(4) },
  list: [arr(5), arr(6)],
})

type Fn<S> = (state: S, x: td.NDArray) => unknown
export const on = <S extends object>(
  make: () => S,
  fn: Fn<S>,
  before?: (state: S, call: number) => void,
): Case => ({
  make,
  fn: fn as Case['fn'],
  ...(before && { before: before as NonNullable<Case['before']> }),
})
