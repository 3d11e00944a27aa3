import type { ArrayValue } from '../op.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { axesOf, handedOn } from './axes.ts'
import { arange } from './creation.ts'
import { clip } from './extrema.ts'
import { addedAt } from './gradient-places.ts'
import { slice } from './movement.ts'
import { abs } from './sign.ts'
import { zeros } from './fills.ts'

/** What was padded with constants without them. */
export function unpadded(g: ArrayValue, padWidth: readonly number[]): ArrayValue {
  const rank = padWidth.length / 2
  const stops = padWidth.slice(rank).map((width) => (width === 0 ? null : -width))
  return slice(g, padWidth.slice(0, rank), stops)
}

/** The sums of all places that an element was copied to. */
export function gathered(
  g: ArrayValue,
  x: ArrayValue,
  padWidth: readonly number[],
  mode: 'reflect' | 'edge',
): ArrayValue {
  return axesOf(x).reduce<ArrayValue>((left, axis) => {
    const [before, after] = [padWidth[axis]!, padWidth[axis + x.ndim]!]
    if (before + after === 0) return left
    const size = x.shape[axis]!
    const place = arange(-before, size + after, 1, { dtype: 'int32' })
    const whole = zeros(handedOn(left).with(axis, size), { dtype: g.dtype })
    return addedAt(left, whole, mode === 'edge' ? clip(place, 0, size - 1) : reflected(place, size), axis)
  }, g)
}

/** Places before the first and after the last element, counted back from it. */
const reflected = (place: ArrayValue, size: number): ArrayValue =>
  add(multiply(abs(add(multiply(abs(place), -1), size - 1)), -1), size - 1)
