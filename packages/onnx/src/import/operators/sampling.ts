import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { minus, plus, product } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf, under } from '../told.ts'
import { alongAxis } from './axes.ts'
import { type AxisTaps, cubicTaps, linearTaps, sampled } from './sampled.ts'
import { spaceOf } from './windows.ts'

/** A size in the dtype of coordinates. */
const float = (size: SizeLike, dtype: td.DType): NDArray | number =>
  typeof size === 'number' ? size : td.full([], size, { dtype })

/** Places of coordinates from -1 to 1: the middles of the outer elements, or the edges. */
function placesOf(at: NDArray, size: SizeLike, alignsCorners: boolean): NDArray {
  const length = float(size, at.dtype)
  return alignsCorners
    ? td.multiply(td.divide(td.add(at, 1), 2), float(minus(size, 1), at.dtype))
    : td.divide(td.subtract(td.multiply(td.add(at, 1), length), 1), 2)
}

/** Places outside mirrored at the border, as often as it takes. */
function reflected(at: NDArray, size: SizeLike, alignsCorners: boolean): NDArray {
  const lowest = alignsCorners ? 0 : -0.5
  const range = float(alignsCorners ? minus(size, 1) : size, at.dtype)
  // A single element is its own mirror image.
  const period = td.maximum(td.multiply(td.astype(td.asarray(range), at.dtype), 2), 1)
  const along = td.remainder(td.subtract(at, lowest), period)
  const mirrored = td.where(td.greater(along, range), td.subtract(period, along), along)
  return td.add(mirrored, lowest)
}

/** A place where all taps lie outside, for one that is further away than integers reach. */
const withinReach = (at: NDArray, size: SizeLike): NDArray =>
  td.minimum(td.maximum(at, -3), float(plus(size, 2), at.dtype))

/** A place that stays as it is where it is inside, brought inside where the padding says how. */
function broughtIn(at: NDArray, size: SizeLike, padding: string, alignsCorners: boolean): NDArray {
  const edge = float(minus(size, 1), at.dtype)
  if (padding === 'border') return td.minimum(td.maximum(at, 0), edge)
  const lowest = alignsCorners ? 0 : -0.5
  const highest = td.subtract(edge, lowest)
  const isOutside = td.logicalOr(td.less(at, lowest), td.greater(at, highest))
  return td.where(isOutside, reflected(at, size, alignsCorners), at)
}

const tapCounts: Readonly<Record<string, number>> = {
  nearest: 1,
  linear: 2,
  bilinear: 2,
  cubic: 4,
  bicubic: 4,
}

function tapsOf(
  call: NodeCall,
  coordinate: NDArray,
  size: SizeLike,
  { count, padding, alignsCorners }: { count: number; padding: string; alignsCorners: boolean },
): AxisTaps {
  const raw = placesOf(coordinate, size, alignsCorners)
  const own = count === 1 ? td.round(raw) : raw
  // Elements around a place beyond the border are those of the border, one by one.
  const stays = count === 4 && padding === 'border'
  const isFar = stays || padding === 'zeros'
  const at = isFar ? withinReach(own, size) : broughtIn(own, size, padding, alignsCorners)
  const taps =
    count === 1
      ? { places: td.expandDims(td.astype(at, 'int32'), -1), shares: undefined }
      : count === 2
        ? linearTaps(at)
        : cubicTaps(at, -0.75)
  if (padding !== 'reflection') return taps
  const mirrored = reflected(td.astype(taps.places, at.dtype), size, alignsCorners)
  return { places: td.astype(mirrored, 'int32'), shares: taps.shares }
}

const gridSample: Operator = (call) => {
  const [x, given] = [call.array(0), call.array(1)]
  const mode = call.string('mode', 'linear')
  const count = tapCounts[mode] ?? call.refuse(`it knows no mode '${mode}'`)
  const padding = call.string('padding_mode', 'zeros')
  if (!['zeros', 'border', 'reflection'].includes(padding))
    return call.refuse(`it knows no padding_mode '${padding}'`)
  const alignsCorners = call.flag('align_corners')
  const grid = given.dtype === 'float16' ? td.astype(given, 'float32') : given
  const space = spaceOf(x)
  const [items, channels] = sizesOf(x) as readonly [SizeLike, SizeLike]
  const out = sizesOf(grid).slice(1, -1)
  const samples = product(out)
  const flatGrid = td.reshape(grid, [items, samples, space.length])
  const axes = space.map((size, axis) => {
    // The last axis comes first.
    const from = space.length - 1 - axis
    const coordinate = td.squeeze(td.slice(flatGrid, [null, null, from], [null, null, from + 1]), 2)
    return tapsOf(call, coordinate, size, { count, padding, alignsCorners })
  })
  const source = count === 1 || x.dtype === 'float64' ? x : td.astype(x, 'float32')
  const image = { flat: td.reshape(source, [items, channels, product(space)]), items, channels, space }
  const outside = padding === 'zeros' ? 'zeros' : 'nearest'
  const values = sampled(
    image,
    axes,
    samples,
    space.map(() => count),
    outside,
  )
  const y = td.reshape(values, [items, channels, ...out])
  return y.dtype === x.dtype ? y : td.astype(y, x.dtype)
}

/** Coordinates of the elements of an axis, from -1 to 1. */
function coordinates(size: SizeLike, alignsCorners: boolean, dtype: td.DType): NDArray {
  const places = td.arange(0, size, 1, { dtype })
  if (!alignsCorners) return td.subtract(td.divide(td.add(td.multiply(places, 2), 1), float(size, dtype)), 1)
  // A single element lies in the middle.
  if (size === 1) return places
  if (typeof size === 'number') return td.subtract(td.divide(td.multiply(places, 2), size - 1), 1)
  const last = float(minus(size, 1), dtype)
  const along = td.subtract(td.divide(td.multiply(places, 2), td.maximum(last, 1)), 1)
  return td.where(td.equal(last, 0), places, along)
}

const affineGrid: Operator = (call) => {
  const given = call.array(0)
  const [items, , ...space] = countsOf(call, 1) as readonly [SizeLike, SizeLike, ...SizeLike[]]
  const alignsCorners = call.flag('align_corners')
  const rank = space.length
  const theta = typeof items === 'number' ? given : under(call, given, sizesOf(given).with(0, items))
  const axes = space.map((size, axis) =>
    td.broadcastTo(
      td.reshape(coordinates(size, alignsCorners, theta.dtype), alongAxis<SizeLike>(rank, axis, size, 1)),
      space,
    ),
  )
  const ones = td.ones(space, { dtype: theta.dtype })
  // [places, x y z 1]
  const points = td.reshape(td.stack([...axes.toReversed(), ones], { axis: -1 }), [product(space), rank + 1])
  const grid = td.matmul(points, td.matrixTranspose(theta))
  return td.reshape(grid, [items, ...space, rank])
}

export const sampling: Operators = { GridSample: gridSample, AffineGrid: affineGrid }
