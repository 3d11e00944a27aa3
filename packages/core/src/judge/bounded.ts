import { convert } from '../numerics/convert.ts'
import { countOf, hostArray } from '../numerics/host.ts'
import type { FloatDtype } from '../numerics/ulp.ts'
import type { HostArray } from '../op.ts'
import { bitsOf, type DType, isComplex, isFloat, isInteger, kindOf, partDType } from '../types/dtype.ts'
import { differentBits, distance, indexOf, type Mismatch, sameType, printNumber } from './equal.ts'
import { stepped } from './steps.ts'

/** The elements that a right result may have. */
export interface Bounded {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** The truth; floats in float64, complex numbers in complex128, with bounds for each part. */
  readonly value: HostArray
  /** Least and largest right result, where more than the truth is right. */
  readonly spread?: Spread | undefined
}

export interface Spread {
  readonly lo: Float64Array
  readonly hi: Float64Array
  /** 1 where NaN is right too. */
  readonly nan: Uint8Array
  /** What was allowed, for messages. */
  readonly rule: string
}

/** The dtype that truth is computed in. */
export const lifted = (dtype: DType): DType =>
  isFloat(dtype) ? 'float64' : isComplex(dtype) ? 'complex128' : dtype

/** An array that is known exactly. */
export const exact = (array: HostArray): Bounded => ({
  dtype: array.dtype,
  shape: array.shape,
  value: convert(array, lifted(array.dtype)),
})

/** Integers and truth values that can be no others are known exactly. */
export function settled(bounded: Bounded): Bounded {
  const { dtype, shape, value, spread } = bounded
  if (spread === undefined || isFloat(dtype) || isComplex(dtype)) return bounded
  const isSure = spread.lo.every((lo, i) => lo === spread.hi[i] && spread.nan[i] === 0)
  return isSure ? { dtype, shape, value } : bounded
}

/** Nothing is known of the elements. */
export function unknown(dtype: DType, value: HostArray, rule: string): Bounded {
  const count = value.data.length
  const spread: Spread = {
    lo: new Float64Array(count).fill(-Infinity),
    hi: new Float64Array(count).fill(Infinity),
    nan: new Uint8Array(count).fill(1),
    rule,
  }
  return { dtype, shape: value.shape, value, spread }
}

/** Elements that may be off by some steps of their dtype from any right input's result. */
export function widened(bounded: Bounded, ulps: number): Bounded {
  const { dtype, shape, value, spread } = bounded
  const count = countOf(shape)
  const [lo, hi] = [new Float64Array(count), new Float64Array(count)]
  for (let i = 0; i < count; i++) {
    const [low, high] = [spread?.lo[i] ?? Number(value.data[i]), spread?.hi[i] ?? Number(value.data[i])]
    // Zero is exact: nothing was rounded.
    const steps = low === 0 && high === 0 ? 0 : ulps
    lo[i] = stepped(low, -steps, dtype as FloatDtype)
    hi[i] = stepped(high, steps, dtype as FloatDtype)
  }
  return {
    dtype,
    shape,
    value,
    spread: { lo, hi, nan: spread?.nan ?? new Uint8Array(count), rule: `${ulps} ulp` },
  }
}

/** Zeros of either sign in place of zeros. */
export function withEitherZero({ dtype, shape, value, spread }: Bounded): Bounded {
  const bound = (data: ArrayLike<number>, zero: number): Float64Array =>
    Float64Array.from(data, (x) => (x === 0 ? zero : stepped(x, 0, dtype as FloatDtype)))
  const known = value.data as Float64Array
  const lo = bound(spread?.lo ?? known, -0)
  const hi = bound(spread?.hi ?? known, 0)
  return {
    dtype,
    shape,
    value,
    spread: { lo, hi, nan: spread?.nan ?? new Uint8Array(lo.length), rule: 'the same number' },
  }
}

/** Whether a number lies between bounds; 0 does not lie between -0 and -0. */
const isBetween = (x: number, lo: number, hi: number): boolean =>
  x === 0 && lo === 0 && hi === 0 ? Object.is(x, lo) || Object.is(x, hi) : x >= lo && x <= hi

/** The bounds after a conversion, as `astype` gives it. */
export function converted(bounded: Bounded, dtype: DType): Bounded {
  if (bounded.dtype === dtype) return bounded
  const { value, shape, spread } = bounded
  // A wider float holds what a narrower one does; all else is rounded, or cut.
  const isRounded = isFloat(dtype) || isComplex(dtype)
  const widens =
    isRounded && kindOf(dtype) === kindOf(bounded.dtype) && bitsOf(dtype) >= bitsOf(bounded.dtype)
  const through = (array: HostArray): HostArray =>
    widens ? array : convert(convert(array, dtype), lifted(dtype))
  const center = through(value)
  const result: Bounded = { dtype, shape, value: center }
  if (spread === undefined) return result
  if (isComplex(dtype)) return { ...result, spread: complexSpread(bounded, through) }
  if (isComplex(bounded.dtype))
    return unknown(dtype, center, 'anything: a complex input is not known well enough')
  const move = (bound: Float64Array): Float64Array =>
    Float64Array.from(
      through(hostArray('float64', shape, bound)).data as ArrayLike<number | bigint> as ArrayLike<number>,
      Number,
    )
  if (isFloat(dtype)) return { ...result, spread: { ...spread, lo: move(spread.lo), hi: move(spread.hi) } }
  const wild =
    spread.nan.some((flag) => flag === 1) || [...spread.lo, ...spread.hi].some((x) => !Number.isFinite(x))
  if (wild && isInteger(dtype)) return unknown(dtype, center, 'anything: an input is not known well enough')
  const [lo, hi] = [move(spread.lo), move(spread.hi)]
  // Truth is reached by any number but zero, so two true ends may have a zero between them.
  if (kindOf(dtype) === 'bool')
    lo.forEach((_, i) => {
      if (spread.lo[i]! <= 0 && spread.hi[i]! >= 0) lo[i] = spread.lo[i] === spread.hi[i] ? lo[i]! : 0
    })
  return { ...result, spread: { ...spread, lo, hi } }
}

/** The bounds of an array that becomes complex, or is so already. */
function complexSpread({ dtype, shape, spread }: Bounded, through: (array: HostArray) => HostArray): Spread {
  const { lo, hi, nan, rule } = spread!
  const from = isComplex(dtype) ? 'complex128' : 'float64'
  const move = (bound: Float64Array): Float64Array =>
    through(hostArray(from, shape, bound)).data as Float64Array
  const flags = isComplex(dtype)
    ? nan
    : Uint8Array.from({ length: 2 * nan.length }, (_, i) => (i % 2 === 0 ? nan[i >> 1]! : 0))
  return { lo: move(lo), hi: move(hi), nan: flags, rule }
}

/** The first element of a result that is not right, or how its type differs. */
export function check(got: HostArray, want: Bounded): Mismatch | string | undefined {
  const wrongType = sameType(got, want)
  if (wrongType !== undefined) return wrongType
  if (got.data.length !== want.value.data.length)
    return `${got.data.length} elements where ${want.value.data.length} are right`
  const { spread, value, dtype } = want
  if (spread === undefined) return differentBits(got, convert(value, dtype))
  for (let i = 0; i < value.data.length; i++) {
    const element = Number(got.data[i])
    const truth = value.data[i]!
    const right = Number.isNaN(element)
      ? Number.isNaN(truth) || spread.nan[i] === 1
      : isBetween(element, spread.lo[i]!, spread.hi[i]!)
    if (right) continue
    return {
      index: indexOf(want.shape, isComplex(dtype) ? i >> 1 : i),
      got: got.data[i]!,
      want: isFloat(partDType(dtype)) ? stepped(Number(truth), 0, partDType(dtype) as FloatDtype) : truth,
      ulps: distance(dtype, got.data[i]!, truth),
      allowed: `${spread.rule}, [${printNumber(spread.lo[i]!)}, ${printNumber(spread.hi[i]!)}]${spread.nan[i] === 1 ? ' or NaN' : ''}`,
    }
  }
  return undefined
}
