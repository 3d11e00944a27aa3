import {
  add,
  array,
  astype,
  ceil,
  clip,
  expandDims,
  floor,
  full,
  greaterEqual,
  lessEqual,
  logicalAnd,
  multiply,
  type NDArray,
  reshape,
  slice,
  subtract,
  take,
  where,
} from '@tendril/core/fn'
import type {
  CropAndResizeAttrs,
  ResizeBilinearAttrs,
  ResizeNearestNeighborAttrs,
} from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'
import { product, range, toDType } from '../values.ts'

type ResizeAttrs = ResizeBilinearAttrs | ResizeNearestNeighborAttrs

/** Where the new pixels of an axis lie among the old ones. */
function placesOf(
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: ResizeAttrs,
  half: number,
): readonly number[] {
  const isAligned = alignCorners && to > 1
  const ratio = (isAligned ? from - 1 : from) / (isAligned ? to - 1 : to)
  return range(to).map((i) => (halfPixelCenters ? ratio * (i + 0.5) - half : ratio * i))
}

const at = (x: NDArray, indices: readonly number[], axis: number): NDArray =>
  indices.length === x.shape[axis] && indices.every((place, i) => place === i)
    ? x
    : take(x, array(Int32Array.from(indices)), { axis })

/** Pixels between their two neighbours along an axis. */
function between(x: NDArray, places: readonly number[], axis: number): NDArray {
  const last = x.shape[axis]! - 1
  const low = places.map((place) => Math.min(last, Math.max(0, Math.floor(place))))
  const high = places.map((place) => Math.min(last, Math.max(0, Math.ceil(place))))
  const below = at(x, low, axis)
  const shares = places.map((place, i) => place - low[i]!)
  if (shares.every((share) => share === 0)) return below
  const sizes = x.shape.map((_, i) => (i === axis ? places.length : 1))
  const share = reshape(array(Float32Array.from(shares)), sizes)
  return add(below, multiply(subtract(at(x, high, axis), below), share))
}

function resizedBetween(images: NDArray, attrs: ResizeBilinearAttrs): NDArray {
  const x = toDType(images, 'float32')
  const [, height, width] = x.shape as readonly [number, number, number, number]
  const rows = placesOf(height, attrs.size[0], attrs, 0.5)
  const columns = placesOf(width, attrs.size[1], attrs, 0.5)
  return between(between(x, columns, 2), rows, 1)
}

function resizedNearest(x: NDArray, attrs: ResizeNearestNeighborAttrs): NDArray {
  const nearest = (size: number, to: number): readonly number[] =>
    placesOf(size, to, attrs, 0).map((place) =>
      Math.max(0, Math.min(size - 1, attrs.alignCorners ? Math.round(place) : Math.floor(place))),
    )
  return at(at(x, nearest(x.shape[1]!, attrs.size[0]), 1), nearest(x.shape[2]!, attrs.size[1]), 2)
}

/** Where the pixels of each box lie along one axis of the image: `[boxes, count]`. */
function cropPlaces(low: NDArray, high: NDArray, size: number, count: number): NDArray {
  if (count === 1) return multiply(add(low, high), 0.5 * (size - 1))
  const step = multiply(subtract(high, low), (size - 1) / (count - 1))
  const steps = array(Float32Array.from(range(count)))
  return add(multiply(low, size - 1), multiply(step, reshape(steps, [1, count])))
}

const inside = (places: NDArray, size: number): NDArray =>
  logicalAnd(greaterEqual(places, 0), lessEqual(places, size - 1))

/** Parts of images, each in a box of its own, brought to one size. */
function cropped(
  image: NDArray,
  boxes: NDArray,
  boxIndex: NDArray,
  { cropSize, method, extrapolationValue }: CropAndResizeAttrs,
): NDArray {
  const [, height, width, channels] = image.shape as readonly [number, number, number, number]
  const [rows, columns] = cropSize
  const count = boxes.shape[0]!
  const side = (i: number): NDArray => slice(boxes, [0, i], [count, i + 1])
  const y = cropPlaces(side(0), side(2), height, rows)
  const x = cropPlaces(side(1), side(3), width, columns)
  const pixels = reshape(toDType(image, 'float32'), [product(image.shape.slice(0, 3)), channels])
  const place = (one: NDArray, size: number): NDArray => clip(astype(one, 'int32'), 0, size - 1)
  const pixelsAt = (row: NDArray, column: NDArray): NDArray => {
    const line = add(multiply(reshape(boxIndex, [count, 1]), height), place(row, height))
    const index = add(expandDims(multiply(line, width), 2), expandDims(place(column, width), 1))
    return reshape(take(pixels, reshape(index, [-1]), { axis: 0 }), [count, rows, columns, channels])
  }
  const share = (places: NDArray, sizes: readonly number[]): NDArray =>
    reshape(subtract(places, floor(places)), sizes)
  const mixed = (low: NDArray, high: NDArray, part: NDArray): NDArray =>
    add(low, multiply(subtract(high, low), part))
  const rounded = (places: NDArray): NDArray => floor(add(places, 0.5))
  const line = (row: NDArray): NDArray =>
    mixed(pixelsAt(row, floor(x)), pixelsAt(row, ceil(x)), share(x, [count, 1, columns, 1]))
  const value =
    method === 'nearest'
      ? pixelsAt(rounded(y), rounded(x))
      : mixed(line(floor(y)), line(ceil(y)), share(y, [count, rows, 1, 1]))
  const isInside = logicalAnd(expandDims(inside(y, height), 2), expandDims(inside(x, width), 1))
  return where(expandDims(isInside, 3), value, full([], extrapolationValue, { dtype: 'float32' }))
}

/** Kernels that bring images to other sizes. */
export const images: Family = {
  CropAndResize: kernel(['image', 'boxes', 'boxInd'], ([image, boxes, boxInd], attrs: CropAndResizeAttrs) =>
    cropped(image, boxes, toDType(boxInd, 'int32'), attrs),
  ),
  ResizeBilinear: kernel(['images'], ([x], attrs: ResizeBilinearAttrs) => resizedBetween(x, attrs)),
  ResizeNearestNeighbor: kernel(['images'], ([x], attrs: ResizeNearestNeighborAttrs) =>
    resizedNearest(x, attrs),
  ),
}
