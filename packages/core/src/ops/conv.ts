import { type ArrayValue, defineOp } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { type Dim, pin } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { convolution, convolvedType } from './convolution.ts'
import { windowsOn, type WrittenWindows, writtenShape } from './spatial.ts'
import { meets } from './type-rules.ts'
import { windowedShape } from './windows.ts'

interface Settings extends WrittenWindows {
  readonly groups: number
}

/** The type of a convolution of `rank` spatial axes. */
const convType = (
  op: string,
  rank: number,
  arrays: readonly [TensorType, TensorType, TensorType | undefined],
  { groups, ...written }: Settings,
): TensorType =>
  convolvedType(op, rank, arrays, groups, () => {
    const [space, kernel] = [arrays[0].shape.slice(2), arrays[1].shape.slice(2)]
    return writtenShape(op, space, written, (windows) => windowedShape(op, space, kernel, windows))
  })

function convolveWith(
  op: string,
  [x, weight, bias]: readonly [ArrayValue, ArrayValue, ArrayValue | undefined],
  { groups, ...written }: Settings,
): NDArray {
  const windows = windowsOn(op, () => x.shape.slice(2), weight.shape.slice(2), written)
  return convolution(x, weight, windows.strides, windows.pads, windows.dilations, bias, { groups })
}

/**
 * Convolution (cross-correlation) over one spatial axis.
 *
 * `padding` is a number, a pair `[[before, after]]`, `'valid'` (none) or `'same'`: `ceil(d / stride)` places, an odd zero
 * at the end, as in TensorFlow and ONNX.
 *
 * Shapes: `x: [n, c, d]`, `weight: [o, c / groups, k]`, `bias: [o]` give
 * `[n, o, floor((d + padding - dilation * (k - 1) - 1) / stride) + 1]`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source ivy, `conv1d`; layout and weights as in PyTorch, `conv1d`
 * @example conv1d(array([[[1, 2, 3]]]), array([[[1, 1]]]))   // [[[3, 5]]]
 */
export const conv1d = /* @__PURE__ */ defineOp({
  name: 'conv1d',
  doc: 'Convolution over one spatial axis.',
  inputs: ['x', 'weight', 'bias?'],
  params: {
    strides: /* @__PURE__ */ p.counts(1),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
    groups: /* @__PURE__ */ p.count(1),
  },
  traits: { contraction: true },
  cast: (types) => meets('conv1d', 'floating')(types),
  infer: (types, settings) => convType('conv1d', 1, types, settings),
  decompose: (arrays, settings): NDArray => convolveWith('conv1d', arrays, settings),
})

/**
 * Convolution (cross-correlation) over two spatial axes.
 *
 * `padding` is one number, one for each axis, a pair `[before, after]` for each, `'valid'` (none) or `'same'`:
 * `ceil(d / stride)` places, an odd zero at the end, as in TensorFlow and ONNX.
 *
 * Shapes: `x: [n, c, h, w]`, `weight: [o, c / groups, kh, kw]`, `bias: [o]` give `[n, o, ...]`, sizes as for `conv1d`.
 * Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source ivy, `conv2d`; layout and weights as in PyTorch, `conv2d`
 * @example conv2d(array([[[[1, 2], [3, 4]]]]), array([[[[1, 1], [1, 1]]]]))   // [[[[10]]]]
 */
export const conv2d = /* @__PURE__ */ defineOp({
  name: 'conv2d',
  doc: 'Convolution over two spatial axes.',
  inputs: ['x', 'weight', 'bias?'],
  params: {
    strides: /* @__PURE__ */ p.counts(1),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
    groups: /* @__PURE__ */ p.count(1),
  },
  traits: { contraction: true },
  cast: (types) => meets('conv2d', 'floating')(types),
  infer: (types, settings) => convType('conv2d', 2, types, settings),
  decompose: (arrays, settings): NDArray => convolveWith('conv2d', arrays, settings),
})

/**
 * Convolution (cross-correlation) over three spatial axes; see `conv2d`.
 *
 * Shapes: `x: [n, c, d, h, w]`, `weight: [o, c / groups, kd, kh, kw]`, `bias: [o]` give `[n, o, ...]`, sizes as for
 * `conv1d`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source ivy, `conv3d`; layout and weights as in PyTorch, `conv3d`
 * @example conv3d(array([[[[[1, 2]]]]]), array([[[[[1, 1]]]]]))   // [[[[[3]]]]]
 */
export const conv3d = /* @__PURE__ */ defineOp({
  name: 'conv3d',
  doc: 'Convolution over three spatial axes.',
  inputs: ['x', 'weight', 'bias?'],
  params: {
    strides: /* @__PURE__ */ p.counts(1),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
    groups: /* @__PURE__ */ p.count(1),
  },
  traits: { contraction: true },
  cast: (types) => meets('conv3d', 'floating')(types),
  infer: (types, settings) => convType('conv3d', 3, types, settings),
  decompose: (arrays, settings): NDArray => convolveWith('conv3d', arrays, settings),
})

/**
 * Convolution (cross-correlation) over two spatial axes of each channel on its own.
 *
 * `conv2d` with as many groups as `x` has channels; see there for `padding`.
 *
 * Shapes: `x: [n, c, h, w]`, `weight: [c * m, 1, kh, kw]`, `bias: [c * m]` give `[n, c * m, ...]`, sizes as for `conv1d`.
 * Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, bias or window do not fit, ParamError for another number of strides or pads
 * @source ivy, `depthwise_conv2d`; weights as in PyTorch, `conv2d`
 * @example depthwiseConv2d(array([[[[1]], [[2]]]]), array([[[[3]]], [[[4]]]]))   // [[[[3]], [[8]]]]
 */
export const depthwiseConv2d = /* @__PURE__ */ defineOp({
  name: 'depthwiseConv2d',
  doc: 'Convolution over two spatial axes of each channel on its own.',
  inputs: ['x', 'weight', 'bias?'],
  params: {
    strides: /* @__PURE__ */ p.counts(1),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
  },
  traits: { contraction: true },
  cast: (types) => meets('depthwiseConv2d', 'floating')(types),
  infer: (types, written) =>
    convType('depthwiseConv2d', 2, types, { ...written, groups: channelsOf(types[0].shape) }),
  decompose: (arrays, written): NDArray =>
    convolveWith('depthwiseConv2d', arrays, { ...written, groups: channelsOf(arrays[0].shape) }),
})

/** The groups of a depthwise convolution; an array without channels is refused by its rank. */
const channelsOf = (shape: readonly Dim[]): number => Math.max(1, pin(shape[1] ?? 1))
