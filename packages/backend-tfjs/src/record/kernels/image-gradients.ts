import {
  array,
  multiply,
  type NDArray,
  permuteDims,
  reshape,
  scatterSum,
  take,
  where,
  zeros,
} from '@tendril/core/fn'
import {
  backend_util,
  type ResizeBilinearGradAttrs,
  type ResizeNearestNeighborGradAttrs,
  type RotateWithOffsetAttrs,
} from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'
import { range } from '../values.ts'

/** Where the pixels of a resized axis lay; the gradients do not know of half pixels. */
function placesOf(from: number, to: number, alignCorners: boolean): readonly number[] {
  const isAligned = alignCorners && to > 1
  const ratio = (isAligned ? from - 1 : from) / (isAligned ? to - 1 : to)
  return range(to).map((i) => i * ratio)
}

/** Elements of an axis added up at their places on an axis of another size. */
function addedAlong(
  x: NDArray,
  axis: number,
  size: number,
  parts: readonly { readonly places: readonly number[]; readonly shares?: readonly number[] }[],
): NDArray {
  const perm = [axis, ...range(x.ndim).filter((i) => i !== axis)]
  const lines = permuteDims(x, perm)
  const start: NDArray = zeros([size, ...lines.shape.slice(1)], { dtype: x.dtype })
  const total = parts.reduce((sum, { places, shares }) => {
    const sizes = lines.shape.map((_, i) => (i === 0 ? places.length : 1))
    const part =
      shares === undefined ? lines : multiply(lines, reshape(array(Float32Array.from(shares)), sizes))
    return scatterSum(sum, array(Int32Array.from(places)), part)
  }, start)
  return permuteDims(
    total,
    range(x.ndim).map((i) => perm.indexOf(i)),
  )
}

/** What came back along an axis goes to the two pixels that each was mixed of. */
function backBetween(dy: NDArray, axis: number, size: number, alignCorners: boolean): NDArray {
  const places = placesOf(size, dy.shape[axis]!, alignCorners)
  const low = places.map((place) => Math.floor(place))
  const high = places.map((place) => Math.min(Math.ceil(place), size - 1))
  const shares = places.map((place, i) => place - low[i]!)
  if (shares.every((share) => share === 0)) return addedAlong(dy, axis, size, [{ places: low }])
  return addedAlong(dy, axis, size, [
    { places: low, shares: shares.map((share) => 1 - share) },
    { places: high, shares },
  ])
}

/** What came back along an axis goes to the pixel that each was. */
function backNearest(dy: NDArray, axis: number, size: number, alignCorners: boolean): NDArray {
  const places = placesOf(size, dy.shape[axis]!, alignCorners).map((place) =>
    Math.min(size - 1, alignCorners ? Math.round(place) : Math.floor(place)),
  )
  return addedAlong(dy, axis, size, [{ places }])
}

/** Images turned around a point: each pixel is the nearest one of where it lay. */
function rotated(image: NDArray, { radians, fillValue, center }: RotateWithOffsetAttrs): NDArray {
  const [items, height, width, channels] = image.shape as readonly [number, number, number, number]
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width)
  const [sine, cosine] = [Math.sin(radians), Math.cos(radians)]
  const from = range(height * width).map((i) => {
    const [x, y] = [(i % width) - centerX, Math.floor(i / width) - centerY]
    const column = Math.round(x * cosine - y * sine + centerX)
    const row = Math.round(x * sine + y * cosine + centerY)
    return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1
  })
  const pixels = reshape(image, [items, height * width, channels])
  const places = array(Int32Array.from(from, (place) => Math.max(place, 0)))
  const isInside = reshape(array(from.map((place) => place >= 0)), [height * width, 1])
  // The fourth channel is opacity.
  const colors = range(channels).map((i) =>
    typeof fillValue === 'number' ? fillValue : i === 3 ? 255 : fillValue[i]!,
  )
  const fill = array(colors, { dtype: image.dtype })
  return reshape(where(isInside, take(pixels, places, { axis: 1 }), fill), image.shape)
}

/** Gradients of kernels that resize images, and images that are turned. */
export const imageGradients: Family = {
  // tfjs gives the sizes of the result in another order, over the same elements.
  ResizeBilinearGrad: kernel(
    ['images', 'dy'],
    ([images, dy], { alignCorners }: ResizeBilinearGradAttrs, [{ shape }]) => {
      const [, height, width] = images.shape as readonly [number, number, number, number]
      return reshape(backBetween(backBetween(dy, 2, width, alignCorners), 1, height, alignCorners), shape)
    },
  ),
  ResizeNearestNeighborGrad: kernel(
    ['images', 'dy'],
    ([images, dy], { alignCorners }: ResizeNearestNeighborGradAttrs) => {
      const [, height, width] = images.shape as readonly [number, number, number, number]
      return backNearest(backNearest(dy, 2, width, alignCorners), 1, height, alignCorners)
    },
  ),
  RotateWithOffset: kernel(['image'], ([image], attrs: RotateWithOffsetAttrs) => rotated(image, attrs)),
}
