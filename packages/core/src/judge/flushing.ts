import type { FloatDtype } from '../numerics/ulp.ts'
import { isFloat, partDType } from '../types/dtype.ts'
import type { Bounded } from './bounded.ts'
import { floatOf } from './parts.ts'
import { limits } from './steps.ts'

let flushing = false

export const isFlushing = (): boolean => flushing

/** Runs `fn` with what is right on an engine that takes numbers below the smallest normal one for zero. */
export function whileFlushing<T>(flushes: boolean, fn: () => T): T {
  const before = flushing
  flushing = flushes
  try {
    return fn()
  } finally {
    flushing = before
  }
}

/** The elements, where they may be below the smallest normal number with zero as right as they are. */
export function flushed(bounded: Bounded): Bounded {
  const { dtype, shape, value, spread } = bounded
  if (!flushing || !isFloat(partDType(dtype))) return bounded
  // Rounding may bring the smallest normal number itself below.
  const limit = limits[floatOf(dtype)].normal * (1 + 2 ** -20)
  const known = Float64Array.from(value.data as ArrayLike<number>)
  const [low, high] = [spread?.lo ?? known, spread?.hi ?? known]
  const isSmall = (x: number): boolean => x !== 0 && Math.abs(x) < limit
  if (!low.some(isSmall) && !high.some(isSmall)) return bounded
  const lo = low.map((x) => (x > 0 && isSmall(x) ? 0 : x))
  const hi = high.map((x) => (x < 0 && isSmall(x) ? -0 : x))
  const nan = spread?.nan ?? Uint8Array.from(known, (x) => Number(Number.isNaN(x)))
  return { dtype, shape, value, spread: { lo, hi, nan, rule: 'zero for what is below the normal numbers' } }
}

/** The elements, where zero is right with any number that the engine takes for it: of equal ones it may give either. */
export function aroundZero(bounded: Bounded): Bounded {
  const { dtype, shape, value, spread } = bounded
  if (!isFloat(dtype)) return bounded
  const limit = limits[dtype as FloatDtype].normal
  const known = Float64Array.from(value.data as ArrayLike<number>)
  const touches = (_: number, i: number): boolean =>
    (spread?.lo ?? known)[i]! < limit && (spread?.hi ?? known)[i]! > -limit
  const lo = (spread?.lo ?? known).map((x, i) => (touches(x, i) ? Math.min(x, -limit) : x))
  const hi = (spread?.hi ?? known).map((x, i) => (touches(x, i) ? Math.max(x, limit) : x))
  const nan = spread?.nan ?? Uint8Array.from(known, (x) => Number(Number.isNaN(x)))
  return { dtype, shape, value, spread: { lo, hi, nan, rule: 'any number that is taken for zero' } }
}
