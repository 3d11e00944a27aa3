import { defineOp, type GradientOf } from '../op.ts'
import { logAddExp } from '../numerics/arithmetic.ts'
import {
  expm1Complex,
  log10Complex,
  log1pComplex,
  log2Complex,
  logComplex,
} from '../numerics/complex-powers.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { binary, unary } from './elementwise.ts'
import { shareOf } from './gradient-shares.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * exp(x) - 1, exact near 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `expm1`
 * @example expm1(array([0, -Infinity]))   // [0, -1]
 */
export const expm1 = /* @__PURE__ */ defineOp({
  name: 'expm1',
  doc: 'exp(x) - 1, exact near 0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('expm1', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.expm1, complex: expm1Complex }),
})

export const expm1Gradient: GradientOf<typeof expm1> = (_inputs, _params, [out], [g]) => [
  () => multiply(g, add(out, 1)),
]

/**
 * Natural logarithm of each element; NaN below 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `log`
 * @example log(array([1, 0]))   // [0, -Infinity]
 */
export const log = /* @__PURE__ */ defineOp({
  name: 'log',
  doc: 'Natural logarithm of each element; NaN below 0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('log', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.log, complex: logComplex }),
})

export const logGradient: GradientOf<typeof log> = ([x], _params, _outs, [g]) => [() => divide(g, x)]

/**
 * Logarithm to base 2 of each element; NaN below 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `log2`
 * @example log2(array([8, 0.5]))   // [3, -1]
 */
export const log2 = /* @__PURE__ */ defineOp({
  name: 'log2',
  doc: 'Logarithm to base 2 of each element; NaN below 0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('log2', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.log2, complex: log2Complex }),
})

export const log2Gradient: GradientOf<typeof log2> = ([x], _params, _outs, [g]) => [
  () => divide(multiply(g, Math.LOG2E), x),
]

/**
 * Logarithm to base 10 of each element; NaN below 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `log10`
 * @example log10(array([100, 1]))   // [2, 0]
 */
export const log10 = /* @__PURE__ */ defineOp({
  name: 'log10',
  doc: 'Logarithm to base 10 of each element; NaN below 0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('log10', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.log10, complex: log10Complex }),
})

export const log10Gradient: GradientOf<typeof log10> = ([x], _params, _outs, [g]) => [
  () => divide(multiply(g, Math.LOG10E), x),
]

/**
 * log(1 + x), exact near 0; NaN below -1.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `log1p`
 * @example log1p(array([0, -1]))   // [0, -Infinity]
 */
export const log1p = /* @__PURE__ */ defineOp({
  name: 'log1p',
  doc: 'log(1 + x), exact near 0; NaN below -1.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('log1p', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.log1p, complex: log1pComplex }),
})

export const log1pGradient: GradientOf<typeof log1p> = ([x], _params, _outs, [g]) => [
  () => divide(g, add(x, 1)),
]

/**
 * log(exp(x1) + exp(x2)), element by element, without overflow.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `logaddexp`
 * @example logaddexp(array([0, -Infinity]), -Infinity)   // [0, -Infinity]
 */
export const logaddexp = /* @__PURE__ */ defineOp({
  name: 'logaddexp',
  doc: 'log(exp(x1) + exp(x2)), element by element, without overflow.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('logaddexp', 'floating'),
  infer: (types) => broadcastTypes('logaddexp', types),
  reference: /* @__PURE__ */ binary({ number: logAddExp }),
})

export const logaddexpGradient: GradientOf<typeof logaddexp> = ([x1, x2], _params, [out], [g]) => [
  () => multiply(g, shareOf(x1, out)),
  () => multiply(g, shareOf(x2, out)),
]
