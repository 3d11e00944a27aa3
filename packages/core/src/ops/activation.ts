import { type ArrayValue, defineOp } from '../op.ts'
import { gelu as geluOfErf, geluOfTanh, mish as mishOf } from '../numerics/activations.ts'
import { sigmoid, softplus as softplusOf } from '../numerics/arithmetic.ts'
import { p } from '../types/param.ts'
import { add, divide } from './arith.ts'
import { unary } from './elementwise.ts'
import { logaddexp } from './exp-log.ts'
import { abs, negative } from './sign.ts'
import { meets } from './type-rules.ts'

/**
 * Gaussian error linear unit: `x` times the share of the normal distribution below it.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * `approximate` takes the formula with tanh. At -Infinity it is NaN, the product of -Infinity and 0.
 *
 * @throws DTypeError when `x` is bool
 * @source Hendrycks and Gimpel, "Gaussian error linear units" (2016)
 * @example gelu(array([0, 100]))   // [0, 100]
 */
export const gelu = /* @__PURE__ */ defineOp({
  name: 'gelu',
  doc: 'Gaussian error linear unit: `x` times the share of the normal distribution below it.',
  inputs: ['x'],
  params: {
    approximate: /* @__PURE__ */ p.bool(false),
  },
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('gelu', 'floating'),
  infer: ([x]) => x,
  reference: (inputs, { approximate }, outs) =>
    unary({ number: approximate ? geluOfTanh : geluOfErf })(inputs, {}, outs),
})

/**
 * `x` times its sigmoid, also called swish.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * At -Infinity it is NaN, the product of -Infinity and 0.
 *
 * @throws DTypeError when `x` is bool
 * @example silu(array([0, 1000]))   // [0, 1000]
 */
export const silu = /* @__PURE__ */ defineOp({
  name: 'silu',
  doc: '`x` times its sigmoid, also called swish.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('silu', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => x * sigmoid(x) }),
})

/**
 * `x` times the hyperbolic tangent of its softplus.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * At -Infinity it is NaN, the product of -Infinity and 0.
 *
 * @throws DTypeError when `x` is bool
 * @source Misra, "Mish: a self regularized non-monotonic activation function" (2019)
 * @example mish(array([0, 1000]))   // [0, 1000]
 */
export const mish = /* @__PURE__ */ defineOp({
  name: 'mish',
  doc: '`x` times the hyperbolic tangent of its softplus.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('mish', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: mishOf }),
})

/**
 * Smooth form of relu: log(1 + exp(beta x)) / beta.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * Where `beta x` is above `threshold` the result is `x` itself.
 *
 * @throws DTypeError when `x` is bool
 * @example softplus(array([-1000, 1000]))   // [0, 1000]
 */
export const softplus = /* @__PURE__ */ defineOp({
  name: 'softplus',
  doc: 'Smooth form of relu: log(1 + exp(beta x)) / beta.',
  inputs: ['x'],
  params: {
    beta: /* @__PURE__ */ p.number(1),
    threshold: /* @__PURE__ */ p.number(null),
  },
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('softplus', 'floating'),
  infer: ([x]) => x,
  reference: (inputs, { beta, threshold }, outs) =>
    unary({
      number: (x) => (threshold !== null && beta * x > threshold ? x : softplusOf(beta * x) / beta),
    })(inputs, {}, outs),
})

/**
 * Logarithm of the sigmoid, exact where that is nearly 0 or 1.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @example logSigmoid(array([-1000, 1000]))   // [-1000, -0]
 */
export const logSigmoid = /* @__PURE__ */ defineOp({
  name: 'logSigmoid',
  doc: 'Logarithm of the sigmoid, exact where that is nearly 0 or 1.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('logSigmoid', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => negative(logaddexp(negative(x), 0)),
})

/**
 * x / (1 + |x|), element by element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * At an infinity it is NaN, the quotient of infinities.
 *
 * @throws DTypeError when `x` is bool
 * @example softsign(array([1, -3]))   // [0.5, -0.75]
 */
export const softsign = /* @__PURE__ */ defineOp({
  name: 'softsign',
  doc: 'x / (1 + |x|), element by element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('softsign', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => divide(x, add(abs(x), 1)),
})
