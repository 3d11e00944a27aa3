import { isInteger } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { ElementType, Narrow, NarrowFloat } from './element-types.ts'

/** How numbers are rounded that a type does not have. */
export interface Rounding {
  /** Whether floats of 8 bits take the largest number for one that is too large. */
  readonly saturate?: boolean
  /** Which power of 2 a number becomes. */
  readonly mode?: 'up' | 'down' | 'nearest'
}

/** Elements as those of another type, in the dtype of arrays that hold them. */
export function converted(x: NDArray, { dtype, narrow }: ElementType, how: Rounding = {}): NDArray {
  if (narrow === undefined) return td.astype(x, dtype)
  if (narrow.kind === 'integer') return td.astype(wrapped(x, narrow), dtype)
  const { saturate = true, mode = 'up' } = how
  const wide = x.dtype === 'float64' ? x : td.astype(x, 'float32')
  const rounded =
    narrow.kind === 'power'
      ? powerOf(wide, saturate, mode)
      : bounded(wide, nearest(wide, narrow), narrow, saturate)
  return td.astype(rounded, dtype)
}

/** The lowest bits of integers; floats are rounded to integers first, halves to the even one. */
function wrapped(x: NDArray, { bits, least }: Extract<Narrow, { kind: 'integer' }>): NDArray {
  const isWhole = isInteger(x.dtype) || x.dtype === 'bool'
  const low = td.bitwiseAnd(td.astype(isWhole ? x : td.round(x), 'int32'), 2 ** bits - 1)
  // The highest bit counts as less than 0.
  return least < 0 ? td.add(td.bitwiseXor(low, -least), least) : low
}

/** Floats with as many bits as a type has for the fraction, halfway ones to the even neighbour, however large they are. */
function nearest(x: NDArray, { fraction, bias }: NarrowFloat): NDArray {
  // Numbers that are smaller than the normal ones are as far apart as the least of those.
  const exponent = td.maximum(td.frexp(x).exponent, 2 - bias)
  const step = td.subtract(exponent, 1 + fraction)
  return td.ldexp(td.round(td.ldexp(x, td.negative(step))), step)
}

/** Rounded floats without those that a type does not have. */
function bounded(
  x: NDArray,
  rounded: NDArray,
  { bits, most, special }: NarrowFloat,
  saturate: boolean,
): NDArray {
  // The range of bfloat16 is that of float32.
  if (bits === 16) return rounded
  // ONNX' tests have 0 where its page about these floats has 6.
  if (special === 'none') return td.where(td.isnan(x), 0, td.clip(rounded, -most, most))
  const beyond = special === 'infinities' ? td.multiply(rounded, Infinity) : NaN
  const inside = saturate
    ? td.clip(rounded, -most, most)
    : td.where(td.greater(td.abs(rounded), most), beyond, rounded)
  return special === 'nan for -0' ? td.where(td.equal(inside, 0), 0, inside) : inside
}

/** The sizes of numbers as powers of 2 from 2^-127 to 2^127. */
function powerOf(x: NDArray, saturate: boolean, mode: NonNullable<Rounding['mode']>): NDArray {
  const [least, most] = [2 ** -127, 2 ** 127]
  const size = td.abs(x)
  const isInside = td.logicalAnd(td.greaterEqual(size, least), td.lessEqual(size, most))
  const inside = saturate ? td.clip(size, least, most) : td.where(isInside, size, NaN)
  const { mantissa, exponent } = td.frexp(inside)
  const isUp =
    mode === 'down' ? undefined : mode === 'up' ? td.greater(mantissa, 0.5) : td.greaterEqual(mantissa, 0.75)
  const low = td.minimum(mantissa, 0.5)
  return td.ldexp(isUp === undefined ? low : td.where(isUp, 1, low), exponent)
}
