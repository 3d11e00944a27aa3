import { defineOp } from '../op.ts'
import { unary } from './elementwise.ts'
import { meets } from './type-rules.ts'

/**
 * Hyperbolic sine of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
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
  cast: /* @__PURE__ */ meets('sinh', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.sinh }),
})

/**
 * Hyperbolic cosine of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
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
  cast: /* @__PURE__ */ meets('cosh', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.cosh }),
})

/**
 * Hyperbolic tangent of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
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
  cast: /* @__PURE__ */ meets('tanh', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.tanh }),
})

/**
 * Inverse hyperbolic sine of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
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
  cast: /* @__PURE__ */ meets('asinh', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.asinh }),
})

/**
 * Inverse hyperbolic cosine of each element; NaN below 1.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
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
  cast: /* @__PURE__ */ meets('acosh', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.acosh }),
})

/**
 * Inverse hyperbolic tangent of each element; NaN outside [-1, 1].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
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
  cast: /* @__PURE__ */ meets('atanh', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.atanh }),
})
