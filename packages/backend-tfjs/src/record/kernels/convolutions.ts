import { conv2d, conv3d, flip, type NDArray, permuteDims, reshape } from '@tendril/core/fn'
import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type Conv3DAttrs,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropInputV2Attrs,
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type FusedConv2DAttrs,
  type FusedDepthwiseConv2DAttrs,
} from '@tensorflow/tfjs-core'
import { add } from '@tendril/core/fn'
import { activated } from '../activation.ts'
import { type Family, kernel } from '../kernel.ts'
import {
  channelsBack,
  channelsFirst,
  fitted,
  paddingOf,
  reachOf,
  spread,
  type Windows,
  windows2d,
  windows3d,
} from '../spatial.ts'
import { permuted, range } from '../values.ts'

type Shape4 = [number, number, number, number]
type Shape5 = [number, number, number, number, number]
const shape4 = (shape: readonly number[]): Shape4 => [...shape] as unknown as Shape4
const shape5 = (shape: readonly number[]): Shape5 => [...shape] as unknown as Shape5

const conv2dWindows = (
  x: readonly number[],
  filter: readonly number[],
  {
    strides,
    pad,
    dataFormat,
    dimRoundingMode,
    dilations,
  }: Pick<Conv2DAttrs, 'strides' | 'pad' | 'dimRoundingMode'> &
    Partial<Pick<Conv2DAttrs, 'dilations' | 'dataFormat'>>,
  depthwise = false,
): Windows =>
  windows2d(
    backend_util.computeConv2DInfo(
      shape4(x),
      shape4(filter),
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      depthwise,
      backend_util.convertConv2DDataFormat(dataFormat ?? 'NHWC'),
    ),
  )

const conv3dWindows = (
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations }: Pick<Conv3DAttrs, 'strides' | 'pad'> & Partial<Pick<Conv3DAttrs, 'dilations'>>,
): Windows =>
  windows3d(backend_util.computeConv3DInfo(shape5(x), shape5(filter), strides, dilations ?? 1, pad))

/** Weights as ops take them, `[out, in, ...kernel]`, of `[...kernel, in, out]`. */
const outFirst = (filter: NDArray): NDArray =>
  permuteDims(filter, [filter.ndim - 1, filter.ndim - 2, ...range(filter.ndim - 2)])
const outLast = (weight: NDArray): NDArray =>
  permuteDims(weight, [...range(weight.ndim - 2).map((i) => i + 2), 1, 0])

/** Weights `[channels * multiplier, 1, ...kernel]` of `[h, w, channels, multiplier]`. */
const perChannel = (filter: NDArray): NDArray => {
  const [height, width, channels, multiplier] = filter.shape as Shape4
  return reshape(permuteDims(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width])
}

/** Both take the same: what differs is the rank. */
type Conv = (
  x: NDArray,
  weight: NDArray,
  bias: NDArray | undefined,
  options: {
    readonly strides?: readonly number[]
    readonly padding?: readonly (readonly number[])[]
    readonly dilations?: readonly number[]
    readonly groups?: number
  },
) => NDArray
const convOf = (rank: number): Conv => (rank === 2 ? conv2d : conv3d)

/** A convolution of an array in tfjs' layout by weights in ours. */
function convolved(x: NDArray, weight: NDArray, windows: Windows, bias?: NDArray): NDArray {
  const first = channelsFirst(x, windows)
  const { strides, dilations } = windows
  const groups = first.shape[1]! / weight.shape[1]!
  const padding = paddingOf(windows)
  return channelsBack(
    convOf(strides.length)(first, weight, bias, { strides, padding, dilations, groups }),
    windows,
  )
}

/** Kernels that add a bias and apply an activation as well. */
function fused(
  x: NDArray,
  weight: NDArray,
  windows: Windows,
  [bias, slope]: readonly [NDArray | undefined, NDArray | undefined],
  { activation, leakyreluAlpha }: Pick<FusedConv2DAttrs, 'activation' | 'leakyreluAlpha'>,
): NDArray {
  const perOutput = bias?.ndim === 1 && bias.shape[0] === weight.shape[0]
  // One number for all channels, or one array of the result's shape, is added to the result instead.
  const sum = convolved(x, weight, windows, perOutput ? bias : undefined)
  const whole = perOutput || bias === undefined ? sum : add(sum, inLayout(bias, windows))
  return activated(whole, activation, slope && inLayout(slope, windows), leakyreluAlpha)
}

/** One number for each channel, for an array in tfjs' layout. */
const inLayout = (x: NDArray, { channelsLast, strides }: Windows): NDArray =>
  channelsLast || x.ndim !== 1 ? x : reshape(x, [x.shape[0]!, ...strides.map(() => 1)])

/** What a convolution spreads back over its input. */
export function spreadBack(dy: NDArray, weight: NDArray, windows: Windows, groups: number): NDArray {
  const { strides, dilations, before, inputs } = windows
  const reach = reachOf(windows)
  const lead = before.map((size, i) => reach[i]! - 1 - size)
  const sizes = inputs.map((size, i) => size + reach[i]! - 1)
  const apart = fitted(spread(channelsFirst(dy, windows), strides, 2), lead, sizes, 2)
  const [outputs, inner, ...window] = weight.shape as [number, number, ...number[]]
  const swapped = reshape(
    permuteDims(reshape(weight, [groups, outputs / groups, inner, ...window]), [
      0,
      2,
      1,
      ...window.map((_, i) => i + 3),
    ]),
    [groups * inner, outputs / groups, ...window],
  )
  const turned = flip(swapped, { axis: window.map((_, i) => i + 2) })
  return channelsBack(convOf(window.length)(apart, turned, undefined, { dilations, groups }), windows)
}

/** The gradient of weights: the input convolved by what came back, both with batch and channels exchanged. */
function weightGradient(x: NDArray, dy: NDArray, windows: Windows): NDArray {
  const swap = (one: NDArray): NDArray =>
    permuteDims(channelsFirst(one, windows), [1, 0, ...windows.strides.map((_, i) => i + 2)])
  const { strides, dilations, kernel: window } = windows
  const whole = convOf(strides.length)(swap(x), swap(dy), undefined, {
    padding: paddingOf(windows),
    strides: dilations,
    dilations: strides,
  })
  // [in, out, ...kernel]
  const exact = fitted(
    whole,
    window.map(() => 0),
    window,
    2,
  )
  return outLast(permuted(exact, [1, 0, ...window.map((_, i) => i + 2)]))
}

function perChannelGradient(x: NDArray, dy: NDArray, windows: Windows): NDArray {
  const [items, channels, ...space] = channelsFirst(x, windows).shape as Shape4
  const flat = reshape(permuteDims(channelsFirst(x, windows), [1, 0, 2, 3]), [1, channels * items, ...space])
  const weights = permuteDims(channelsFirst(dy, windows), [1, 0, 2, 3])
  const { strides, dilations, kernel: window } = windows
  const padding = paddingOf(windows)
  const whole = conv2d(flat, weights, { padding, strides: dilations, dilations: strides, groups: channels })
  const exact = fitted(whole, [0, 0], window, 2)
  return permuteDims(reshape(exact, [channels, weights.shape[0]! / channels, ...window]), [2, 3, 0, 1])
}

/** Convolutions and their gradients. */
export const convolutions: Family = {
  Conv2D: kernel(['x', 'filter'], ([x, filter], attrs: Conv2DAttrs) =>
    convolved(x, outFirst(filter), conv2dWindows(x.shape, filter.shape, attrs)),
  ),
  Conv2DBackpropFilter: kernel(['x', 'dy'], ([x, dy], attrs: Conv2DBackpropFilterAttrs) =>
    weightGradient(x, dy, conv2dWindows(x.shape, attrs.filterShape, attrs)),
  ),
  Conv2DBackpropInput: kernel(['dy', 'filter'], ([dy, filter], attrs: Conv2DBackpropInputAttrs) =>
    spreadBack(dy, outFirst(filter), conv2dWindows(attrs.inputShape, filter.shape, attrs), 1),
  ),
  Conv3D: kernel(['x', 'filter'], ([x, filter], attrs: Conv3DAttrs) =>
    convolved(x, outFirst(filter), conv3dWindows(x.shape, filter.shape, attrs)),
  ),
  Conv3DBackpropFilterV2: kernel(['x', 'dy'], ([x, dy], attrs: Conv3DBackpropFilterV2Attrs) =>
    weightGradient(x, dy, conv3dWindows(x.shape, attrs.filterShape, attrs)),
  ),
  Conv3DBackpropInputV2: kernel(
    ['dy', 'filter'],
    ([dy, filter], { strides, pad, inputShape }: Conv3DBackpropInputV2Attrs) =>
      spreadBack(
        dy,
        outFirst(filter),
        conv3dWindows(inputShape, filter.shape, { strides: strides as number, pad }),
        1,
      ),
  ),
  DepthwiseConv2dNative: kernel(['x', 'filter'], ([x, filter], attrs: DepthwiseConv2dNativeAttrs) =>
    convolved(x, perChannel(filter), conv2dWindows(x.shape, filter.shape, attrs, true)),
  ),
  DepthwiseConv2dNativeBackpropFilter: kernel(
    ['x', 'dy'],
    ([x, dy], attrs: DepthwiseConv2dNativeBackpropFilterAttrs) =>
      perChannelGradient(x, dy, conv2dWindows(x.shape, attrs.filterShape, attrs, true)),
  ),
  DepthwiseConv2dNativeBackpropInput: kernel(
    ['dy', 'filter'],
    ([dy, filter], attrs: DepthwiseConv2dNativeBackpropInputAttrs) =>
      spreadBack(
        dy,
        perChannel(filter),
        conv2dWindows(attrs.inputShape, filter.shape, attrs, true),
        filter.shape[2]!,
      ),
  ),
  FusedConv2D: kernel(
    ['x', 'filter', 'bias?', 'preluActivationWeights?'],
    ([x, filter, bias, slope], attrs: FusedConv2DAttrs) =>
      fused(x, outFirst(filter), conv2dWindows(x.shape, filter.shape, attrs), [bias, slope], attrs),
  ),
  FusedDepthwiseConv2D: kernel(
    ['x', 'filter', 'bias?', 'preluActivationWeights?'],
    ([x, filter, bias, slope], attrs: FusedDepthwiseConv2DAttrs & { leakyreluAlpha?: number }) =>
      fused(x, perChannel(filter), conv2dWindows(x.shape, filter.shape, attrs, true), [bias, slope], {
        activation: attrs.activation,
        ...(attrs.leakyreluAlpha !== undefined && { leakyreluAlpha: attrs.leakyreluAlpha }),
      } as FusedConv2DAttrs),
  ),
}
