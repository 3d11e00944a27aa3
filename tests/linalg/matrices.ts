import * as td from '@tendril/core'

/** Numbers from -1 to 1, the same at each run. */
function noise(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  }
}

export const randomNumbers = (count: number, scale = 1): number[] => {
  const next = noise()
  return Array.from({ length: count }, () => next() * scale)
}

const countOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1)

export const randomArray = (
  shape: readonly number[],
  scale: number,
  dtype: td.DType = 'float32',
): td.NDArray => td.reshape(td.array(randomNumbers(countOf(shape), scale), { dtype }), shape)

/** Symmetric matrices. */
export function randomSymmetric(
  shape: readonly number[],
  scale: number,
  dtype: td.DType = 'float32',
): td.NDArray {
  const x = randomArray(shape, scale, dtype)
  return td.add(td.tril(x), td.matrixTranspose(td.tril(x, { k: -1 })))
}

export const identity = (n: number, dtype: td.DType = 'float32'): td.NDArray => td.eye(n, { dtype })

/** The largest difference of two arrays that broadcast. */
export const distance = (a: td.NDArray, b: td.NDArray): number =>
  Number(td.max(td.abs(td.subtract(a, b))).item())

export const of = (data: td.ArrayData): td.NDArray => td.array(data)
export const regular = [
  [2, 1],
  [1, 3],
]
export const singular = [
  [1, 2],
  [2, 4],
]
export const unknown = [
  [1, NaN],
  [2, 3],
]
export const infinite = [
  [1, 0],
  [0, Infinity],
]
export const allNaN = (x: td.NDArray): unknown => td.all(td.isnan(x)).item()
