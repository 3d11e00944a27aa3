import { defineOp, type GradientOf } from '../op.ts'
import { sigmoid as sigmoidOf } from '../numerics/arithmetic.ts'
import { erf as erfOf } from '../numerics/special.ts'
import { subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { unary } from './elementwise.ts'
import { exp } from './exponentials.ts'
import { square } from './powers.ts'
import { negative } from './sign.ts'
import { meets } from './type-rules.ts'

/**
 * Error function of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source SciPy, `special.erf`; ivy, `erf`
 * @example erf(array([0, Infinity]))   // [0, 1]
 */
export const erf = /* @__PURE__ */ defineOp({
  name: 'erf',
  doc: 'Error function of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('erf', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: erfOf }),
})

export const erfGradient: GradientOf<typeof erf> = ([x], _params, _outs, [g]) => [
  () => multiply(g, multiply(exp(negative(square(x))), 2 / Math.sqrt(Math.PI))),
]

/**
 * 1 / (1 + exp(-x)) of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source ONNX, `Sigmoid`; ivy, `sigmoid`
 * @example sigmoid(array([0, Infinity]))   // [0.5, 1]
 */
export const sigmoid = /* @__PURE__ */ defineOp({
  name: 'sigmoid',
  doc: '1 / (1 + exp(-x)) of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('sigmoid', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: sigmoidOf }),
})

export const sigmoidGradient: GradientOf<typeof sigmoid> = (_inputs, _params, [out], [g]) => [
  () => multiply(multiply(g, out), subtract(1, out)),
]
