import { defineOp, type GradientOf } from '../op.ts'
import {
  acoshComplex,
  asinhComplex,
  atanhComplex,
  coshComplex,
  sinhComplex,
  tanhComplex,
} from '../numerics/complex-trig.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { unary } from './elementwise.ts'
import { rsqrt, square } from './powers.ts'
import { meets } from './type-rules.ts'

/**
 * Hyperbolic sine of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `sinh`
 * @example sinh(array([0]))   // [0]
 */
export const sinh = /* @__PURE__ */ defineOp({
  name: 'sinh',
  doc: 'Hyperbolic sine of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('sinh', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.sinh, complex: sinhComplex }),
})

export const sinhGradient: GradientOf<typeof sinh> = ([x], _params, _outs, [g]) => [
  () => multiply(g, cosh(x)),
]

/**
 * Hyperbolic cosine of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `cosh`
 * @example cosh(array([0]))   // [1]
 */
export const cosh = /* @__PURE__ */ defineOp({
  name: 'cosh',
  doc: 'Hyperbolic cosine of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('cosh', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.cosh, complex: coshComplex }),
})

export const coshGradient: GradientOf<typeof cosh> = ([x], _params, _outs, [g]) => [
  () => multiply(g, sinh(x)),
]

/**
 * Hyperbolic tangent of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `tanh`
 * @example tanh(array([0, Infinity]))   // [0, 1]
 */
export const tanh = /* @__PURE__ */ defineOp({
  name: 'tanh',
  doc: 'Hyperbolic tangent of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('tanh', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.tanh, complex: tanhComplex }),
})

export const tanhGradient: GradientOf<typeof tanh> = (_inputs, _params, [out], [g]) => [
  () => multiply(add(g, multiply(g, out)), subtract(1, out)),
]

/**
 * Inverse hyperbolic sine of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `asinh`
 * @example asinh(array([0]))   // [0]
 */
export const asinh = /* @__PURE__ */ defineOp({
  name: 'asinh',
  doc: 'Inverse hyperbolic sine of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('asinh', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.asinh, complex: asinhComplex }),
})

export const asinhGradient: GradientOf<typeof asinh> = ([x], _params, _outs, [g]) => [
  () => multiply(g, rsqrt(add(square(x), 1))),
]

/**
 * Inverse hyperbolic cosine of each element; NaN below 1.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `acosh`
 * @example acosh(array([1, 0]))   // [0, NaN]
 */
export const acosh = /* @__PURE__ */ defineOp({
  name: 'acosh',
  doc: 'Inverse hyperbolic cosine of each element; NaN below 1.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('acosh', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.acosh, complex: acoshComplex }),
})

export const acoshGradient: GradientOf<typeof acosh> = ([x], _params, _outs, [g]) => [
  () => multiply(g, rsqrt(multiply(subtract(x, 1), add(x, 1)))),
]

/**
 * Inverse hyperbolic tangent of each element; NaN outside [-1, 1].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `atanh`
 * @example atanh(array([0, 1]))   // [0, Infinity]
 */
export const atanh = /* @__PURE__ */ defineOp({
  name: 'atanh',
  doc: 'Inverse hyperbolic tangent of each element; NaN outside [-1, 1].',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('atanh', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.atanh, complex: atanhComplex }),
})

export const atanhGradient: GradientOf<typeof atanh> = ([x], _params, _outs, [g]) => [
  () => divide(g, multiply(subtract(1, x), add(x, 1))),
]
