import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { conv2d, depthwiseConv2d } from './conv.ts'
import { meets } from './type-rules.ts'

/**
 * Convolution over two spatial axes of each channel on its own, then over the channels.
 *
 * `depthwiseConv2d`, then `conv2d` with a window of one element.
 *
 * Shapes: `x: [n, c, h, w]`, `depthwise: [c * m, 1, kh, kw]`, `pointwise: [o, c * m, 1, 1]`, `bias: [o]` give `[n,
 * o, ...]`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, bias or window do not fit, ParamError for another number of strides or pads
 * @source TensorFlow, `separable_conv2d`
 * @example separableConv2d(array([[[[1]], [[2]]]]), array([[[[3]]], [[[4]]]]), array([[[[1]], [[10]]]]))   // [[[[83]]]]
 */
export const separableConv2d = /* @__PURE__ */ defineOp({
  name: 'separableConv2d',
  doc: 'Convolution over two spatial axes of each channel on its own, then over the channels.',
  inputs: ['x', 'depthwise', 'pointwise', 'bias?'],
  params: {
    strides: /* @__PURE__ */ p.counts(1),
    padding: /* @__PURE__ */ p.padding([0]),
    dilations: /* @__PURE__ */ p.counts(1),
  },
  traits: { contraction: true },
  cast: (types) => meets('separableConv2d', 'floating')(types),
  infer: ([x, depthwise, pointwise, bias], { strides, padding, dilations }) => {
    const inner = depthwiseConv2d.def.infer([x, depthwise, undefined], {
      strides,
      padding,
      dilations,
    }) as TensorType
    const plain = { strides: 1, padding: [0], dilations: 1, groups: 1 }
    return conv2d.def.infer([inner, pointwise, bias], plain) as TensorType
  },
  decompose: ([x, depthwise, pointwise, bias], { strides, padding, dilations }): ArrayValue =>
    conv2d(depthwiseConv2d(x, depthwise, { strides, padding, dilations }), pointwise, bias),
})
