import type { FloatDtype } from '../numerics/ulp.ts'
import { type DType, isComplex, partDType } from '../types/dtype.ts'
import type { Bounded, Spread } from './bounded.ts'
import { epsilon } from './equal.ts'
import { limits } from './steps.ts'

/** How many numbers an element takes in bounds: complex ones have bounds for each part. */
export const partsOf = (dtype: DType): number => (isComplex(dtype) ? 2 : 1)

/** The float dtype whose steps and limits the parts of a dtype have. */
export const floatOf = (dtype: DType): FloatDtype => partDType(dtype) as FloatDtype

/**
 * Complex numbers that may be off by so many steps of their size, in any direction: a part that is small beside the
 * other is made of larger terms. Beyond the range of the dtype the parts say little.
 */
export function widenedParts(bounded: Bounded, ulps: number): Bounded {
  const { dtype, value, spread } = bounded
  const { max, normal, tiny } = limits[floatOf(dtype)]
  const known = value.data as Float64Array
  const count = known.length
  const out: Spread = {
    lo: new Float64Array(count),
    hi: new Float64Array(count),
    nan: spread?.nan.slice() ?? new Uint8Array(count),
    rule: `${ulps} ulp of the size`,
  }
  for (let at = 0; at < count; at += 2) {
    const ends = [0, 1].flatMap((i) => [
      spread?.lo[at + i] ?? known[at + i]!,
      spread?.hi[at + i] ?? known[at + i]!,
    ])
    const size = Math.hypot(...ends.map((end) => (Number.isNaN(end) ? 0 : end)))
    const overflows = !(size <= max) && ends.some(Number.isFinite)
    const error = ulps * (epsilon[floatOf(dtype)] * size + (size < normal ? tiny : 0))
    for (const i of [0, 1]) {
      const [low, high] = [ends[2 * i]!, ends[2 * i + 1]!]
      const isExact = size === 0 || !Number.isFinite(low) || !Number.isFinite(high)
      out.lo[at + i] = overflows ? -Infinity : isExact ? low : low - error
      out.hi[at + i] = overflows ? Infinity : isExact ? high : high + error
      if (overflows) out.nan[at + i] = 1
    }
  }
  return { ...bounded, spread: out }
}
