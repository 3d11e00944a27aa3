import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { product } from '../sizes.ts'
import type { SizeLike } from '../tensor.ts'
import { flatPlace, scalar } from './windows.ts'

/** What samples are made of along one axis: whole places and their shares, `[items, samples, taps]`. */
export interface AxisTaps {
  readonly places: NDArray
  /** Undefined where the one element counts whole. */
  readonly shares: NDArray | undefined
}

/** An image as `[items, channels, elements]`, with the sizes of its spatial axes. */
export interface Image {
  readonly flat: NDArray
  readonly items: SizeLike
  readonly channels: SizeLike
  readonly space: readonly SizeLike[]
}

/** Elements of an image at taps of all axes, `[items, channels, samples, taps of each axis]`, and their shares. */
export function tapped(
  { flat, items, channels, space }: Image,
  axes: readonly AxisTaps[],
  samples: SizeLike,
  counts: readonly number[],
  outside: 'zeros' | 'nearest',
): { readonly elements: NDArray; readonly shares: NDArray | undefined } {
  const rank = space.length
  /** Taps of an axis beside those of the others. */
  const beside = (one: NDArray, axis: number): NDArray => {
    const others = Array.from({ length: rank }, (_, i) => i + 2).filter((i) => i !== axis + 2)
    return others.length === 0 ? one : td.expandDims(one, others)
  }
  const places = axes.map((axis, i) => beside(axis.places, i))
  const index = td.reshape(flatPlace(places, space), [items, 1, product([samples, ...counts])])
  const all = td.reshape(td.takeAlongAxis(flat, index, { axis: 2 }), [items, channels, samples, ...counts])
  const shares = axes
    .map((axis, i) => axis.shares && td.expandDims(beside(axis.shares, i), 1))
    .filter((one) => one !== undefined)
  const share = shares.length === 0 ? undefined : shares.reduce((whole, one) => td.multiply(whole, one))
  if (outside === 'nearest') return { elements: all, shares: share }
  const isInside = places
    .map((place, i) => td.logicalAnd(td.greaterEqual(place, 0), td.less(place, scalar(space[i]!))))
    .reduce((both, one) => td.logicalAnd(both, one))
  return {
    elements: td.where(td.expandDims(isInside, 1), all, all.dtype === 'bool' ? false : 0),
    shares: share,
  }
}

/** Sums of what taps give: `[items, channels, samples]`. */
export function sampled(
  image: Image,
  axes: readonly AxisTaps[],
  samples: SizeLike,
  counts: readonly number[],
  outside: 'zeros' | 'nearest',
): NDArray {
  const { elements, shares } = tapped(image, axes, samples, counts, outside)
  const axis = counts.map((_, i) => i + 3)
  if (shares === undefined) return td.squeeze(elements, axis)
  const weighted = td.multiply(elements, shares)
  return td.sum(weighted, { axis, dtype: weighted.dtype })
}

/** The two elements beside places `[items, samples]` that are no whole ones. */
export function linearTaps(at: NDArray): AxisTaps {
  const low = td.floor(at)
  const rest = td.subtract(at, low)
  const place = td.astype(low, 'int32')
  return {
    places: td.stack([place, td.add(place, 1)], { axis: -1 }),
    shares: td.stack([td.subtract(1, rest), rest], { axis: -1 }),
  }
}

/** Keys' kernel around places `[items, samples]`. */
export function cubicTaps(at: NDArray, a: number): AxisTaps {
  const low = td.floor(at)
  const rest = td.subtract(at, low)
  const place = td.astype(low, 'int32')
  return {
    places: td.stack(
      [-1, 0, 1, 2].map((step) => td.add(place, step)),
      { axis: -1 },
    ),
    shares: td.stack(
      [
        farShare(td.add(rest, 1), a),
        nearShare(rest, a),
        nearShare(td.subtract(1, rest), a),
        farShare(td.subtract(2, rest), a),
      ],
      { axis: -1 },
    ),
  }
}

/** Keys' kernel up to a distance of 1. */
export const nearShare = (t: NDArray, a: number): NDArray =>
  td.add(td.multiply(td.multiply(td.subtract(td.multiply(t, a + 2), a + 3), t), t), 1)

/** Keys' kernel from a distance of 1 to 2. */
export const farShare = (t: NDArray, a: number): NDArray =>
  td.add(td.multiply(td.add(td.multiply(td.add(td.multiply(t, a), -5 * a), t), 8 * a), t), -4 * a)
