import { type NDArray, pad, reshape, slice } from '@tendril/core/fn'
import type { backend_util } from '@tensorflow/tfjs-core'
import { permuted, range } from './values.ts'

/** How a window slides over spatial axes; `before` and `after` are padding. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** Sizes of the spatial axes before and after. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly channelsLast: boolean
}

type Info2D = ReturnType<typeof backend_util.computeConv2DInfo>
type Info3D = ReturnType<typeof backend_util.computeConv3DInfo>

/** The span of a window with its gaps. */
export const reachOf = ({ kernel, dilations }: Windows): readonly number[] =>
  kernel.map((size, i) => (size - 1) * dilations[i]! + 1)

/** Padding after is what the last window needs, which follows how tfjs rounded the number of windows. */
function windows(made: Omit<Windows, 'after'>): Windows {
  const reach = reachOf({ ...made, after: [] })
  const after = made.outputs.map((size, i) =>
    Math.max(0, (size - 1) * made.strides[i]! + reach[i]! - made.inputs[i]! - made.before[i]!),
  )
  return { ...made, after }
}

export const windows2d = (info: Info2D): Windows =>
  windows({
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    before: [info.padInfo.top, info.padInfo.left],
    inputs: [info.inHeight, info.inWidth],
    outputs: [info.outHeight, info.outWidth],
    channelsLast: info.dataFormat === 'channelsLast',
  })

export const windows3d = (info: Info3D): Windows =>
  windows({
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    inputs: [info.inDepth, info.inHeight, info.inWidth],
    outputs: [info.outDepth, info.outHeight, info.outWidth],
    channelsLast: info.dataFormat === 'channelsLast',
  })

/** The padding as ops take it: a pair for each spatial axis. */
export const paddingOf = ({ before, after }: Windows): readonly (readonly number[])[] =>
  before.map((size, i) => [size, after[i]!])

/** tfjs has the channels last, ops have them first. */
export const channelsFirst = (x: NDArray, { channelsLast }: Windows): NDArray =>
  channelsLast ? permuted(x, [0, x.ndim - 1, ...range(x.ndim - 2).map((i) => i + 1)]) : x

export const channelsBack = (x: NDArray, { channelsLast }: Windows): NDArray =>
  channelsLast ? permuted(x, [0, ...range(x.ndim - 2).map((i) => i + 2), 1]) : x

/** Zeros put behind each element of the axes from `from` on, so that they lie `strides` apart. */
export function spread(x: NDArray, strides: readonly number[], from: number): NDArray {
  if (strides.every((stride) => stride === 1)) return x
  const fine = x.shape.flatMap((size, axis) => (strides[axis - from] === undefined ? [size] : [size, 1]))
  const widths = x.shape.flatMap((_, axis) => {
    const stride = strides[axis - from]
    return stride === undefined
      ? [[0, 0]]
      : [
          [0, 0],
          [0, stride - 1],
        ]
  })
  return reshape(
    pad(reshape(x, fine), widths),
    x.shape.map((size, axis) => size * (strides[axis - from] ?? 1)),
  )
}

/** The axes from `from` on with `lead` zeros before (negative: elements cut away) and cut or filled up to `sizes`. */
export function fitted(x: NDArray, lead: readonly number[], sizes: readonly number[], from: number): NDArray {
  const at = (axis: number): number | undefined => lead[axis - from]
  const cut = x.shape.map((_, axis) => Math.max(0, -(at(axis) ?? 0)))
  const stops = x.shape.map((size, axis) =>
    at(axis) === undefined ? size : Math.min(size, sizes[axis - from]! - at(axis)!),
  )
  const isWhole = x.shape.every((size, axis) => cut[axis] === 0 && stops[axis] === size)
  const kept = isWhole ? x : slice(x, cut, stops)
  const widths = kept.shape.map((size, axis) => {
    const before = Math.max(0, at(axis) ?? 0)
    return at(axis) === undefined ? [0, 0] : [before, Math.max(0, sizes[axis - from]! - before - size)]
  })
  return widths.every(([before, after]) => before === 0 && after === 0) ? kept : pad(kept, widths)
}
