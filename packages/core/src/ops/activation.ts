import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { gelu as geluOfErf, geluOfTanh, mish as mishOf } from '../numerics/activations.ts'
import { sigmoid as sigmoidOf, softplus as softplusOf } from '../numerics/arithmetic.ts'
import * as p from '../types/param-kinds.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { greater } from './compare.ts'
import { unary } from './elementwise.ts'
import { logaddexp } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { tanh } from './hyperbolic.ts'
import { square } from './powers.ts'
import { abs, negative } from './sign.ts'
import { erf, sigmoid } from './special.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

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

export const geluGradient: GradientOf<typeof gelu> = ([x], { approximate }, _outs, [g]) => [
  () => multiply(g, approximate ? slopeOfTanhGelu(x) : slopeOfGelu(x)),
]

/**
 * `x` times its sigmoid, also called swish.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * At -Infinity it is NaN, the product of -Infinity and 0.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `silu`; ivy, `silu`
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
  reference: /* @__PURE__ */ unary({ number: (x) => x * sigmoidOf(x) }),
})

export const siluGradient: GradientOf<typeof silu> = ([x], _params, _outs, [g]) => [
  () => multiply(g, slopeOfSilu(x)),
]

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

export const mishGradient: GradientOf<typeof mish> = ([x], _params, _outs, [g]) => [
  () => multiply(g, slopeOfMish(x)),
]

/**
 * Smooth form of relu: log(1 + exp(beta x)) / beta.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * Where `beta x` is above `threshold` the result is `x` itself.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `softplus`; ivy, `softplus`
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

export const softplusGradient: GradientOf<typeof softplus> = ([x], { beta, threshold }, _outs, [g]) => [
  () => {
    const scaled = multiply(x, beta)
    const slope = multiply(g, sigmoid(scaled))
    return threshold === null ? slope : where(greater(scaled, threshold), g, slope)
  },
]

/**
 * Logarithm of the sigmoid, exact where that is nearly 0 or 1.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `logsigmoid`; ivy, `logsigmoid`
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

export const logSigmoidGradient: GradientOf<typeof logSigmoid> = ([x], _params, _outs, [g]) => [
  () => multiply(g, sigmoid(negative(x))),
]

/**
 * x / (1 + |x|), element by element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 * At an infinity it is NaN, the quotient of infinities.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `softsign`; ivy, `softsign`
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

export const softsignGradient: GradientOf<typeof softsign> = ([x], _params, _outs, [g]) => [
  () => divide(g, square(add(abs(x), 1))),
]

/** Half of 1 + erf(x / sqrt(2)), and x times the density of the normal distribution. */
function slopeOfGelu(x: ArrayValue): ArrayValue {
  const share = multiply(add(erf(multiply(x, Math.SQRT1_2)), 1), 0.5)
  const density = multiply(exp(multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return add(share, multiply(x, density))
}

function slopeOfTanhGelu(x: ArrayValue): ArrayValue {
  const scale = Math.sqrt(2 / Math.PI)
  const cubic = 0.044715
  const bent = tanh(multiply(multiply(x, add(multiply(square(x), cubic), 1)), scale))
  const inner = multiply(add(multiply(square(x), 3 * cubic), 1), scale)
  const steep = multiply(multiply(x, subtract(1, square(bent))), inner)
  return multiply(add(add(bent, 1), steep), 0.5)
}

function slopeOfSilu(x: ArrayValue): ArrayValue {
  const share = sigmoid(x)
  return multiply(share, add(multiply(x, subtract(1, share)), 1))
}

function slopeOfMish(x: ArrayValue): ArrayValue {
  const bent = tanh(softplus(x))
  return add(bent, multiply(multiply(x, sigmoid(x)), subtract(1, square(bent))))
}
