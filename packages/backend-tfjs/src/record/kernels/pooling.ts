import {
  array,
  avgPool2d,
  avgPool3d,
  divide,
  full,
  greater,
  isnan,
  maxPool2d,
  maxPool3d,
  type NDArray,
  pad,
  reshape,
  slice,
  where,
} from '@tendril/core/fn'
import {
  type AvgPool3DAttrs,
  type AvgPoolAttrs,
  backend_util,
  type MaxPool3DAttrs,
  type MaxPoolAttrs,
  type MaxPoolWithArgmaxAttrs,
} from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'
import { channelsBack, channelsFirst, paddingOf, type Windows, windows2d, windows3d } from '../spatial.ts'
import { product, range, toDType } from '../values.ts'

type Attrs2D = Pick<MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>
type Attrs3D = Pick<MaxPool3DAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'> &
  Partial<Pick<MaxPool3DAttrs, 'dataFormat'>>

export const pool2d = (
  { shape }: NDArray,
  { filterSize, strides, pad: padding, dimRoundingMode }: Attrs2D,
): Windows =>
  windows2d(
    backend_util.computePool2DInfo(
      [...shape] as unknown as [number, number, number, number],
      filterSize,
      strides,
      1,
      padding,
      dimRoundingMode,
    ),
  )

export const pool3d = (
  { shape }: NDArray,
  { filterSize, strides, pad: padding, dimRoundingMode, dataFormat }: Attrs3D,
): Windows =>
  windows3d(
    backend_util.computePool3DInfo(
      [...shape] as unknown as [number, number, number, number, number],
      filterSize,
      strides,
      1,
      padding,
      dimRoundingMode,
      dataFormat,
    ),
  )

type Pool = (
  x: NDArray,
  kernel: readonly number[],
  options: { readonly strides: readonly number[]; readonly padding: readonly (readonly number[])[] },
) => NDArray

function pooled(op: Pool, x: NDArray, windows: Windows): NDArray {
  const { kernel: size, strides } = windows
  // A window that does not fit is none in tfjs; the ops refuse it.
  if (windows.outputs.includes(0)) return full(pooledShape(x, windows), 0, { dtype: 'float32' })
  return channelsBack(op(channelsFirst(x, windows), size, { strides, padding: paddingOf(windows) }), windows)
}

const pooledShape = ({ shape }: NDArray, windows: Windows): readonly number[] =>
  shape.map((size, axis) => windows.outputs[axis - firstAxis(windows)] ?? size)

/** Whether a window may lie in padding alone, which the ops refuse. */
const isWidelyPadded = ({ before, after, kernel: size }: Windows): boolean =>
  size.some((one, i) => before[i]! >= one || after[i]! >= one)

const unpadded = (windows: Windows): Windows => ({
  ...windows,
  before: windows.before.map(() => 0),
  after: windows.after.map(() => 0),
})

/** The largest elements; padding is less than all. */
function maxPooled(op: Pool, x: NDArray, windows: Windows): NDArray {
  if (!isWidelyPadded(windows)) return pooled(op, x, windows)
  return pooled(op, padded(toDType(x, 'float32'), windows, -Infinity), unpadded(windows))
}

/** The means; padding does not count. */
function avgPooled(op: Pool, x: NDArray, windows: Windows): NDArray {
  // A window of one element leaves an array of the same sizes alone in tfjs, whatever its strides and padding.
  if (
    windows.kernel.every((size) => size === 1) &&
    windows.outputs.every((size, i) => size === windows.inputs[i])
  )
    return x
  if (!isWidelyPadded(windows)) return pooled(op, x, windows)
  const means = pooled(op, padded(toDType(x, 'float32'), windows, 0), unpadded(windows))
  // The mean of nothing is NaN over two axes, and 0 over three.
  const least = windows.kernel.length === 2 ? 0 : 1
  const shares = countsOf(windows).map((count) => Math.max(count, least) / product(windows.kernel))
  const sizes = means.shape.map((_, axis) => windows.outputs[axis - firstAxis(windows)] ?? 1)
  return divide(means, reshape(array(Float32Array.from(shares)), sizes))
}

/** How many elements lie under each window. */
export const countsOf = ({ kernel: sizes, strides, before, inputs, outputs }: Windows): readonly number[] =>
  outputs.reduce<readonly number[]>(
    (counts, count, i) =>
      counts.flatMap((one) =>
        range(count).map((at) => {
          const start = at * strides[i]! - before[i]!
          return one * Math.max(0, Math.min(start + sizes[i]!, inputs[i]!) - Math.max(start, 0))
        }),
      ),
    [1],
  )

/** Each place of a window, in row-major order. */
export function placesOf({ kernel: sizes }: Windows): readonly (readonly number[])[] {
  return sizes.reduce<readonly (readonly number[])[]>(
    (places, size) => places.flatMap((place) => range(size).map((i) => [...place, i])),
    [[]],
  )
}

/** The spatial axes begin behind the batch, or behind the channels too. */
export const firstAxis = ({ channelsLast }: Windows): number => (channelsLast ? 1 : 2)

/** The array with padding of a value, in its own layout. */
export function padded(x: NDArray, windows: Windows, value: number): NDArray {
  const from = firstAxis(windows)
  const widths = x.shape.map((_, axis) => paddingOf(windows)[axis - from] ?? [0, 0])
  return widths.every(([before, after]) => before === 0 && after === 0)
    ? x
    : pad(x, widths, { constantValues: value })
}

/** The elements of a padded array that stand at one place of all windows. */
export function atPlace(x: NDArray, windows: Windows, place: readonly number[]): NDArray {
  const from = firstAxis(windows)
  const { strides, dilations, outputs } = windows
  const start = (axis: number): number | undefined =>
    place[axis - from] === undefined ? undefined : place[axis - from]! * dilations[axis - from]!
  return slice(
    x,
    x.shape.map((_, axis) => start(axis) ?? null),
    x.shape.map((_, axis) => {
      const begin = start(axis)
      return begin === undefined ? null : begin + (outputs[axis - from]! - 1) * strides[axis - from]! + 1
    }),
    x.shape.map((_, axis) => (start(axis) === undefined ? 1 : strides[axis - from]!)),
  )
}

/** The largest elements of those that are no NaN. */
const maxOfNumbers = (op: Pool, x: NDArray, windows: Windows): NDArray =>
  maxPooled(op, x.dtype === 'float32' ? where(isnan(x), -Infinity, x) : x, windows)

/** The largest elements and their places among all elements of an item, or of the batch; -1 where none is beyond -Infinity. */
function maxWithPlaces(x: NDArray, windows: Windows, includeBatch: boolean): readonly NDArray[] {
  const wide = padded(toDType(x, 'float32'), windows, -Infinity)
  const size = product(x.shape.slice(1))
  const numbers = range(product(x.shape)).map((i) => (includeBatch ? i : i % size))
  const indices = padded(reshape(array(Int32Array.from(numbers)), x.shape), windows, 0)
  const shape = pooledShape(x, windows)
  let best = full(shape, -Infinity, { dtype: 'float32' })
  let at = full(shape, -1, { dtype: 'int32' })
  for (const place of placesOf(windows)) {
    const values = atPlace(wide, windows, place)
    const isBeyond = greater(values, best)
    at = where(isBeyond, atPlace(indices, windows, place), at)
    best = where(isBeyond, values, best)
  }
  return [best, at]
}

/** Pooling. */
export const pooling: Family = {
  AvgPool: kernel(['x'], ([x], attrs: AvgPoolAttrs) => avgPooled(avgPool2d as Pool, x, pool2d(x, attrs))),
  AvgPool3D: kernel(['x'], ([x], attrs: AvgPool3DAttrs) => avgPooled(avgPool3d as Pool, x, pool3d(x, attrs))),
  MaxPool: kernel(['x'], ([x], attrs: MaxPoolAttrs) => maxPooled(maxPool2d as Pool, x, pool2d(x, attrs))),
  MaxPool3D: kernel(['x'], ([x], attrs: MaxPool3DAttrs) =>
    maxOfNumbers(maxPool3d as Pool, x, pool3d(x, attrs)),
  ),
  MaxPoolWithArgmax: kernel(['x'], ([x], attrs: MaxPoolWithArgmaxAttrs) =>
    maxWithPlaces(x, pool2d(x, attrs), attrs.includeBatchInIndex),
  ),
}
