import {
  all,
  argmax,
  argmin,
  divide,
  equal,
  greater,
  isnan,
  multiply,
  type NDArray,
  reshape,
  sqrt,
  subtract,
  sum,
  take,
  where,
} from '@tendril/core/fn'
import { elementwise } from './elementwise.ts'
import { toDType } from './compute.ts'

/** Steps that give one number or truth value of all elements, which is read where the graph runs; numjs has doubles there. */
type Number_ = (x: NDArray, rest: readonly unknown[]) => NDArray

const total = (x: NDArray): NDArray => sum(toDType(x, 'float64'))

/** The first of the best elements, as zeros of both signs are equal; what is not a number counts as the worst. */
const best =
  (find: (x: NDArray) => NDArray, worst: number): Number_ =>
  (x) => {
    const flat = reshape(toDType(x, 'float64'), [x.size])
    const known = where(isnan(flat), worst, flat)
    return take(known, find(known))
  }

/** By the squares as numjs keeps them in memory of the same kind; what is no variance counts as none. */
const std: Number_ = (x, [options]) => {
  const { ddof = 0 } = (options ?? {}) as { readonly ddof?: number }
  const rest = x.size - ddof
  const mean = divide(total(x), x.size)
  const squares = elementwise['pow']!(x, [2], { dtype: x.dtype, shape: x.shape })
  const ofMean = divide(multiply(multiply(mean, mean), x.size), rest)
  const variance = subtract(divide(total(squares), rest), ofMean)
  return where(greater(variance, 0), sqrt(variance), 0)
}

export const numbers: Readonly<Record<string, Number_>> = {
  sum: total,
  mean: (x) => divide(total(x), x.size),
  std,
  min: best((x) => argmin(x), Infinity),
  max: best((x) => argmax(x), -Infinity),
}

/** Whether arrays of the same shape have equal elements. */
export const areEqual = (x: NDArray, y: NDArray): NDArray =>
  all(equal(toDType(x, 'float64'), toDType(y, 'float64')))
