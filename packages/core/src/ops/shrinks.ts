import { ParamError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { greater, lessEqual } from './compare.ts'
import { log } from './exp-log.ts'
import { clip } from './extrema.ts'
import { tanh } from './hyperbolic.ts'
import { abs } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/** Refuses a threshold below 0. */
function nonNegative(op: string, param: string, value: number): void {
  if (!(value >= 0)) throw new ParamError({ op, param, value, because: 'it is at least 0' })
}

/**
 * The array with 0 in place of elements of [-lambd, lambd].
 *
 * NaN stays NaN.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool, ParamError when `lambd` is negative
 * @source PyTorch, `hardshrink`; ivy, `hardshrink`
 * @example hardshrink(array([-2, 0.25, 1]))   // [-2, 0, 1]
 */
export const hardshrink = /* @__PURE__ */ defineOp({
  name: 'hardshrink',
  doc: 'The array with 0 in place of elements of [-lambd, lambd].',
  inputs: ['x'],
  params: { lambd: /* @__PURE__ */ p.number(0.5) },
  cast: /* @__PURE__ */ meets('hardshrink', 'floating'),
  infer: ([x], { lambd }) => {
    nonNegative('hardshrink', 'lambd', lambd)
    return x
  },
  decompose: ([x], { lambd }): ArrayValue => where(lessEqual(abs(x), lambd), false, x),
})

/**
 * The array moved towards 0 by `lambd`, and 0 where it is nearer.
 *
 * NaN stays NaN.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool, ParamError when `lambd` is negative
 * @source PyTorch, `softshrink`; ivy, `softshrink`
 * @example softshrink(array([-2, 0.25, 1]))   // [-1.5, 0, 0.5]
 */
export const softshrink = /* @__PURE__ */ defineOp({
  name: 'softshrink',
  doc: 'The array moved towards 0 by `lambd`, and 0 where it is nearer.',
  inputs: ['x'],
  params: { lambd: /* @__PURE__ */ p.number(0.5) },
  cast: /* @__PURE__ */ meets('softshrink', 'floating'),
  infer: ([x], { lambd }) => {
    nonNegative('softshrink', 'lambd', lambd)
    return x
  },
  decompose: ([x], { lambd }): ArrayValue => subtract(x, clip(x, -lambd, lambd)),
})

/**
 * The array less its hyperbolic tangent.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `tanhshrink`; ivy, `tanhshrink`
 * @example tanhshrink(array([0, 100]))   // [0, 99]
 */
export const tanhshrink = /* @__PURE__ */ defineOp({
  name: 'tanhshrink',
  doc: 'The array less its hyperbolic tangent.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('tanhshrink', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => subtract(x, tanh(x)),
})

/**
 * The array with `value` in place of elements that are not above `threshold`.
 *
 * NaN stays NaN.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `threshold`; ivy, `threshold`
 * @example threshold(array([1, 3]), 2, 9)   // [9, 3]
 */
export const threshold = /* @__PURE__ */ defineOp({
  name: 'threshold',
  doc: 'The array with `value` in place of elements that are not above `threshold`.',
  inputs: ['x'],
  params: { threshold: /* @__PURE__ */ p.number(), value: /* @__PURE__ */ p.number() },
  order: ['threshold', 'value'],
  cast: /* @__PURE__ */ meets('threshold', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { threshold: bound, value }): ArrayValue => where(lessEqual(x, bound), value, x),
})

/**
 * The array with negative elements multiplied by a slope.
 *
 * Shapes: `x` and `slope` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ONNX, `PRelu`; ivy, `prelu`
 * @example prelu(array([-2, 2]), array([0.5, 9]))   // [-1, 2]
 */
export const prelu = /* @__PURE__ */ defineOp({
  name: 'prelu',
  doc: 'The array with negative elements multiplied by a slope.',
  inputs: ['x', 'slope'],
  params: {},
  cast: /* @__PURE__ */ meets('prelu', 'floating'),
  infer: (types) => broadcastTypes('prelu', types),
  decompose: ([x, slope]): ArrayValue => where(greater(x, 0), x, multiply(x, slope)),
})

/**
 * Logarithm of the odds of probabilities: log(x / (1 - x)).
 *
 * With `eps` the elements are limited to [eps, 1 - eps] first; outside of [0, 1] the result is NaN.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `logit`; ivy, `logit`
 * @example logit(array([0, 0.5, 1]))   // [-Infinity, 0, Infinity]
 */
export const logit = /* @__PURE__ */ defineOp({
  name: 'logit',
  doc: 'Logarithm of the odds of probabilities: log(x / (1 - x)).',
  inputs: ['x'],
  params: { eps: /* @__PURE__ */ p.number(null) },
  cast: /* @__PURE__ */ meets('logit', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { eps }): ArrayValue => {
    const inside = eps === null ? x : clip(x, eps, 1 - eps)
    return log(divide(inside, subtract(1, inside)))
  },
})

/**
 * Hyperbolic tangent of `beta x`, times `alpha`.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source LeCun and others, "Efficient backprop" (1998); ivy, `scaled_tanh`
 * @example scaledTanh(array([0, Infinity]), { alpha: 2 })   // [0, 2]
 */
export const scaledTanh = /* @__PURE__ */ defineOp({
  name: 'scaledTanh',
  doc: 'Hyperbolic tangent of `beta x`, times `alpha`.',
  inputs: ['x'],
  params: { alpha: /* @__PURE__ */ p.number(1.7159), beta: /* @__PURE__ */ p.number(0.67) },
  cast: /* @__PURE__ */ meets('scaledTanh', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { alpha, beta }): ArrayValue => multiply(tanh(multiply(x, beta)), alpha),
})
