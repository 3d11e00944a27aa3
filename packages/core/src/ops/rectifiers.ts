import { ParamError } from '../errors.ts'
import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { greater, less, lessEqual } from './compare.ts'
import { expm1 } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { clip, maximum, minimum } from './extrema.ts'
import { logicalAnd } from './logic.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

const seluScale = 1.0507009873554805
const seluAlpha = 1.6732632423543772

/**
 * The array with 0 in place of negative elements.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept.
 * NaN stays NaN.
 *
 * @throws DTypeError when `x` is bool
 * @source ONNX, `Relu`; ivy, `relu`
 * @example relu(array([-1, 2]))   // [0, 2]
 */
export const relu = /* @__PURE__ */ defineOp({
  name: 'relu',
  doc: 'The array with 0 in place of negative elements.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, chooses: true },
  cast: /* @__PURE__ */ meets('relu', 'real'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => maximum(x, 0),
})

export const reluGradient: GradientOf<typeof relu> = ([x], _params, _outs, [g]) => [
  () => where(greater(x, 0), g, 0),
]

/**
 * The array limited to [0, 6].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept.
 * NaN stays NaN.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `relu6`; ivy, `relu6`
 * @example relu6(array([-1, 2, 7]))   // [0, 2, 6]
 */
export const relu6 = /* @__PURE__ */ defineOp({
  name: 'relu6',
  doc: 'The array limited to [0, 6].',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, chooses: true },
  cast: /* @__PURE__ */ meets('relu6', 'real'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => minimum(maximum(x, 0), 6),
})

export const relu6Gradient: GradientOf<typeof relu6> = ([x], _params, _outs, [g]) => [
  () => where(logicalAnd(greater(x, 0), less(x, 6)), g, 0),
]

/**
 * The array with negative elements multiplied by `alpha`.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source ONNX, `LeakyRelu`; ivy, `leaky_relu`
 * @example leakyRelu(array([-2, 2]), { alpha: 0.5 })   // [-1, 2]
 */
export const leakyRelu = /* @__PURE__ */ defineOp({
  name: 'leakyRelu',
  doc: 'The array with negative elements multiplied by `alpha`.',
  inputs: ['x'],
  params: {
    alpha: /* @__PURE__ */ p.number(0.2),
  },
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('leakyRelu', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { alpha }): ArrayValue => where(greater(x, 0), x, multiply(x, alpha)),
})

/**
 * The array with 0 in place of elements that are not above `threshold`.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * NaN stays NaN.
 *
 * @throws DTypeError when `x` is bool
 * @source ONNX, `ThresholdedRelu`; ivy, `thresholded_relu`
 * @example thresholdedRelu(array([1, 3]), { threshold: 2 })   // [0, 3]
 */
export const thresholdedRelu = /* @__PURE__ */ defineOp({
  name: 'thresholdedRelu',
  doc: 'The array with 0 in place of elements that are not above `threshold`.',
  inputs: ['x'],
  params: {
    threshold: /* @__PURE__ */ p.number(0),
  },
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('thresholdedRelu', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { threshold }): ArrayValue => where(lessEqual(x, threshold), false, x),
})

/**
 * Exponential linear unit: `alpha (exp(x) - 1)` in place of negative elements.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units" (2015)
 * @example elu(array([-Infinity, 2]))   // [-1, 2]
 */
export const elu = /* @__PURE__ */ defineOp({
  name: 'elu',
  doc: 'Exponential linear unit: `alpha (exp(x) - 1)` in place of negative elements.',
  inputs: ['x'],
  params: {
    alpha: /* @__PURE__ */ p.number(1),
  },
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('elu', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { alpha }): ArrayValue => where(greater(x, 0), x, multiply(expm1(x), alpha)),
})

export const eluGradient: GradientOf<typeof elu> = ([x], { alpha }, _outs, [g]) => [
  () => where(greater(x, 0), g, multiply(multiply(g, exp(minimum(x, 0))), alpha)),
]

/**
 * Exponential linear unit with a continuous derivative: `alpha (exp(x / alpha) - 1)` in place of negative elements.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool, ParamError when `alpha` is not above 0
 * @source Barron, "Continuously differentiable exponential linear units" (2017)
 * @example celu(array([-Infinity, 2]), { alpha: 2 })   // [-2, 2]
 */
export const celu = /* @__PURE__ */ defineOp({
  name: 'celu',
  doc: 'Exponential linear unit with a continuous derivative: `alpha (exp(x / alpha) - 1)` in place of negative elements.',
  inputs: ['x'],
  params: {
    alpha: /* @__PURE__ */ p.number(1),
  },
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('celu', 'floating'),
  infer: ([x], { alpha }) => {
    if (alpha > 0) return x
    throw new ParamError({ op: 'celu', param: 'alpha', value: alpha, because: 'it is above 0' })
  },
  decompose: ([x], { alpha }): ArrayValue =>
    where(greater(x, 0), x, multiply(expm1(divide(x, alpha)), alpha)),
})

export const celuGradient: GradientOf<typeof celu> = ([x], { alpha }, _outs, [g]) => [
  () => where(greater(x, 0), g, multiply(g, exp(divide(minimum(x, 0), alpha)))),
]

/**
 * Exponential linear unit whose constants keep mean and variance: `scale elu(x, alpha)`.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source Klambauer and others, "Self-normalizing neural networks" (2017)
 * @example selu(array([0]))   // [0]
 */
export const selu = /* @__PURE__ */ defineOp({
  name: 'selu',
  doc: 'Exponential linear unit whose constants keep mean and variance: `scale elu(x, alpha)`.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('selu', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue =>
    where(greater(x, 0), multiply(x, seluScale), multiply(expm1(x), seluScale * seluAlpha)),
})

export const seluGradient: GradientOf<typeof selu> = ([x], _params, _outs, [g]) => [
  () =>
    where(
      greater(x, 0),
      multiply(g, seluScale),
      multiply(multiply(g, exp(minimum(x, 0))), seluScale * seluAlpha),
    ),
]

/**
 * Sigmoid of straight lines: `(x + 3) / 6` limited to [0, 1].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source ONNX, `HardSigmoid`
 * @example hardSigmoid(array([-4, 0, 4]))   // [0, 0.5, 1]
 */
export const hardSigmoid = /* @__PURE__ */ defineOp({
  name: 'hardSigmoid',
  doc: 'Sigmoid of straight lines: `(x + 3) / 6` limited to [0, 1].',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('hardSigmoid', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => divide(minimum(maximum(add(x, 3), 0), 6), 6),
})

export const hardSigmoidGradient: GradientOf<typeof hardSigmoid> = ([x], _params, _outs, [g]) => [
  () => where(logicalAnd(greater(x, -3), less(x, 3)), divide(g, 6), 0),
]

/**
 * `x` times its hardSigmoid.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * At -Infinity it is NaN, the product of -Infinity and 0.
 *
 * @throws DTypeError when `x` is bool
 * @source Howard and others, "Searching for MobileNetV3" (2019)
 * @example hardswish(array([-4, 0, 4]))   // [-0, 0, 4]
 */
export const hardswish = /* @__PURE__ */ defineOp({
  name: 'hardswish',
  doc: '`x` times its hardSigmoid.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('hardswish', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => multiply(x, hardSigmoid(x)),
})

export const hardswishGradient: GradientOf<typeof hardswish> = ([x], _params, _outs, [g]) => [
  () => multiply(g, where(lessEqual(x, -3), 0, where(less(x, 3), divide(add(multiply(x, 2), 3), 6), 1))),
]

/**
 * The array limited to [minVal, maxVal].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * NaN stays NaN.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `hardtanh`; ivy, `hardtanh`
 * @example hardtanh(array([-3, 0.5, 3]))   // [-1, 0.5, 1]
 */
export const hardtanh = /* @__PURE__ */ defineOp({
  name: 'hardtanh',
  doc: 'The array limited to [minVal, maxVal].',
  inputs: ['x'],
  params: {
    minVal: /* @__PURE__ */ p.number(-1),
    maxVal: /* @__PURE__ */ p.number(1),
  },
  traits: { elementwise: true, chooses: true },
  cast: /* @__PURE__ */ meets('hardtanh', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { minVal, maxVal }): ArrayValue => clip(x, minVal, maxVal),
})
