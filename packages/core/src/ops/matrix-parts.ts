/** Matrices as decompositions take them apart: in float64, one batch of them at a time. */
import type { ArrayValue } from '../op.ts'
import type { DType } from '../types/dtype.ts'
import { divide } from './arith.ts'
import { astype } from './astype.ts'
import { equal, greater } from './compare.ts'
import { arange } from './creation.ts'
import { zeros } from './fills.ts'
import { take } from './indexing.ts'
import { isfinite } from './logic.ts'
import { reshape } from './movement.ts'
import { expandDims, squeeze } from './rearrange.ts'
import { max, sum } from './reduce.ts'
import { all } from './truth-reductions.ts'
import { abs } from './sign.ts'
import { where } from './where.ts'

export const rowsOf = (x: ArrayValue): number => x.shape.at(-2)!
export const columnsOf = (x: ArrayValue): number => x.shape.at(-1)!

/** The vectors as columns of matrices of one column, or as their only row. */
export const asColumn = (x: ArrayValue): ArrayValue => expandDims(x, -1)
export const asRow = (x: ArrayValue): ArrayValue => expandDims(x, -2)

/** Numbers from 0, one for each of `count` rows. */
export const numbers = (count: number): ArrayValue => arange(count, { dtype: 'int32' })

/** The number of each row, as a column beside the columns of a matrix. */
export const rowNumbers = (count: number): ArrayValue => reshape(numbers(count), [count, 1])

export const rowAt = (x: ArrayValue, at: ArrayValue): ArrayValue => take(x, at, { axis: x.ndim - 2 })
export const columnAt = (x: ArrayValue, at: ArrayValue): ArrayValue => take(x, at, { axis: x.ndim - 1 })

/** The diagonal of square matrices. */
export function diagonalOf(x: ArrayValue): ArrayValue {
  const n = columnsOf(x)
  return sum(where(equal(rowNumbers(n), numbers(n)), x, 0), { axis: -1 })
}

/** Matrices as elimination and rotations take them. */
export interface Prepared {
  /** The matrices divided by `scale`; 0 where an element is not finite. */
  readonly matrix: ArrayValue
  /** `[...b, 1, 1]`: the largest magnitude of each matrix; 1 where that is 0. */
  readonly scale: ArrayValue
  /** `[...b, 1, 1]`: whether all elements are finite. */
  readonly known: ArrayValue
}

/** Matrices with elements, in float64 and of magnitudes up to 1, so that neither squares nor products leave the range. */
export function prepared(x: ArrayValue): Prepared {
  const wide = astype(x, 'float64')
  const over = { axis: [-2, -1], keepdims: true }
  const known = all(isfinite(wide), over)
  const finite = where(known, wide, 0)
  const largest = max(abs(finite), over)
  const scale = where(greater(largest, 0), largest, 1)
  return { matrix: divide(finite, scale), scale, known }
}

/** Truth values or numbers of matrices, `[...b, 1, 1]`, beside vectors, `[...b, 1]`, or numbers, `[...b]`. */
export const besideVectors = (x: ArrayValue): ArrayValue => squeeze(x, [-1])
export const besideNumbers = (x: ArrayValue): ArrayValue => squeeze(x, [-2, -1])

/** Zeros of the type of a result without elements. */
export const nothing = (dtype: DType, shape: readonly number[]): ArrayValue => zeros(shape, { dtype })
export const isEmpty = (shape: readonly number[]): boolean => shape.includes(0)
