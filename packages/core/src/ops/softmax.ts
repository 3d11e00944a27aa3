import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { log } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { max, sum } from './reduce.ts'
import { meets } from './type-rules.ts'

/** The array less its largest element, so that `exp` does not overflow; an axis without elements has none. */
const fromTop = (x: ArrayValue, axis: number): ArrayValue =>
  x.shape[axis] === 0 ? x : subtract(x, max(x, { axis, keepdims: true }))

/**
 * Exponentials of the elements divided by their sum along `axis`.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * The largest element is subtracted first. NaN where an element is NaN or Infinity, or all are -Infinity.
 *
 * @throws DTypeError when `x` is bool, ParamError when it has no such axis
 * @source ONNX, `Softmax`; ivy, `softmax`
 * @example softmax(array([0, 0, -Infinity]))   // [0.5, 0.5, 0]
 */
export const softmax = /* @__PURE__ */ defineOp({
  name: 'softmax',
  doc: 'Exponentials of the elements divided by their sum along `axis`.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axis(-1),
  },
  cast: /* @__PURE__ */ meets('softmax', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { axis }): ArrayValue => {
    const powers = exp(fromTop(x, axis))
    return divide(powers, sum(powers, { axis, keepdims: true }))
  },
})

export const softmaxGradient: GradientOf<typeof softmax> = (_inputs, { axis }, [out], [g]) => [
  () => multiply(out, subtract(g, sum(multiply(g, out), { axis, keepdims: true }))),
]

/**
 * Logarithm of the softmax along `axis`, exact where that is nearly 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * The largest element is subtracted first. NaN where an element is NaN or Infinity, or all are -Infinity.
 *
 * @throws DTypeError when `x` is bool, ParamError when it has no such axis
 * @source ONNX, `LogSoftmax`; ivy, `log_softmax`
 * @example logSoftmax(array([0, -1000]))   // [0, -1000]
 */
export const logSoftmax = /* @__PURE__ */ defineOp({
  name: 'logSoftmax',
  doc: 'Logarithm of the softmax along `axis`, exact where that is nearly 0.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axis(-1),
  },
  cast: /* @__PURE__ */ meets('logSoftmax', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { axis }): ArrayValue => {
    const shifted = fromTop(x, axis)
    return subtract(shifted, log(sum(exp(shifted), { axis, keepdims: true })))
  },
})

export const logSoftmaxGradient: GradientOf<typeof logSoftmax> = (_inputs, { axis }, [out], [g]) => [
  () => subtract(g, multiply(exp(out), sum(g, { axis, keepdims: true }))),
]
