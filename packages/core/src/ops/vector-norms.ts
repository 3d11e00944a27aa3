import type { ArrayValue } from '../op.ts'
import { divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { pow, sqrt } from './powers.ts'
import { astype } from './astype.ts'
import { equal } from './compare.ts'
import { zerosLike } from './fills.ts'
import { max, min, sum } from './reduce.ts'
import { abs, sign } from './sign.ts'
import { countNonzero } from './statistics.ts'
import { where } from './where.ts'

/** The norm of the vectors along axes. */
export function normOf(
  x: ArrayValue,
  ord: number,
  options: { axis: readonly number[] | null; keepdims: boolean },
): ArrayValue {
  if (ord === 2) return sqrt(sum(multiply(x, x), options))
  if (ord === 1) return sum(abs(x), options)
  if (ord === 0) return astype(countNonzero(x, options), x.dtype)
  if (ord === Infinity) return max(abs(x), options)
  if (ord === -Infinity) return min(abs(x), options)
  return pow(sum(pow(abs(x), ord), options), 1 / ord)
}

/** How the norm of a vector grows with each element: 0 at the vector of zeros, where it has no slope. */
export function slopeOfNorm(
  x: ArrayValue,
  norm: ArrayValue,
  ord: number,
  axis: readonly number[] | null,
): ArrayValue {
  if (ord === 0) return zerosLike(x)
  if (ord === 1) return sign(x)
  const length = where(equal(norm, 0), 1, norm)
  if (ord === 2) return divide(x, length)
  if (Math.abs(ord) < Infinity) return multiply(sign(x), powered(divide(abs(x), length), ord - 1))
  const isBest = astype(equal(abs(x), norm), x.dtype)
  return multiply(sign(x), divide(isBest, sum(isBest, { axis, keepdims: true })))
}

/** A power whose base is 0 at the vector of zeros, or where an element adds nothing. */
const powered = (base: ArrayValue, exponent: number): ArrayValue =>
  where(equal(base, 0), 0, pow(where(equal(base, 0), 1, base), exponent))
