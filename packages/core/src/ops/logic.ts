import { defineOp } from '../op.ts'
import { tensorType } from '../types/tensor-type.ts'
import { isComplexFinite, isComplexInfinite, isComplexNaN } from '../numerics/complex-parts.ts'
import { binary, unary } from './elementwise.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Whether both arrays are true, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: bool.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError unless both are bool
 * @source array API standard, `logical_and`
 * @example logicalAnd(array([true, false]), true)   // [true, false]
 */
export const logicalAnd = /* @__PURE__ */ defineOp({
  name: 'logicalAnd',
  doc: 'Whether both arrays are true, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('logicalAnd', 'bool'),
  infer: (types) => broadcastTypes('logicalAnd', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x & y }),
})

/**
 * Whether either array is true, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: bool.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError unless both are bool
 * @source array API standard, `logical_or`
 * @example logicalOr(array([true, false]), false)   // [true, false]
 */
export const logicalOr = /* @__PURE__ */ defineOp({
  name: 'logicalOr',
  doc: 'Whether either array is true, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('logicalOr', 'bool'),
  infer: (types) => broadcastTypes('logicalOr', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x | y }),
})

/**
 * Whether exactly one of two arrays is true, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: bool.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError unless both are bool
 * @source array API standard, `logical_xor`
 * @example logicalXor(array([true, false]), true)   // [false, true]
 */
export const logicalXor = /* @__PURE__ */ defineOp({
  name: 'logicalXor',
  doc: 'Whether exactly one of two arrays is true, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('logicalXor', 'bool'),
  infer: (types) => broadcastTypes('logicalXor', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x ^ y }),
})

/**
 * Whether the array is false, element by element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: bool.
 *
 * @throws DTypeError unless `x` is bool
 * @source array API standard, `logical_not`
 * @example logicalNot(array([true, false]))   // [false, true]
 */
export const logicalNot = /* @__PURE__ */ defineOp({
  name: 'logicalNot',
  doc: 'Whether the array is false, element by element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('logicalNot', 'bool'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => x === 0 }),
})

/**
 * Whether each element is NaN.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric; the result is bool.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `isnan`
 * @example isnan(array([1, NaN]))   // [false, true]
 */
export const isnan = /* @__PURE__ */ defineOp({
  name: 'isnan',
  doc: 'Whether each element is NaN.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('isnan', 'numeric'),
  infer: ([x]) => tensorType('bool', x.shape),
  reference: /* @__PURE__ */ unary({ number: Number.isNaN, complex: isComplexNaN }),
})

/**
 * Whether each element is infinite.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric; the result is bool.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `isinf`
 * @example isinf(array([1, -Infinity]))   // [false, true]
 */
export const isinf = /* @__PURE__ */ defineOp({
  name: 'isinf',
  doc: 'Whether each element is infinite.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('isinf', 'numeric'),
  infer: ([x]) => tensorType('bool', x.shape),
  reference: /* @__PURE__ */ unary({
    number: (x) => x === Infinity || x === -Infinity,
    complex: isComplexInfinite,
  }),
})

/**
 * Whether each element is neither infinite nor NaN.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric; the result is bool.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `isfinite`
 * @example isfinite(array([1, Infinity, NaN]))   // [true, false, false]
 */
export const isfinite = /* @__PURE__ */ defineOp({
  name: 'isfinite',
  doc: 'Whether each element is neither infinite nor NaN.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('isfinite', 'numeric'),
  infer: ([x]) => tensorType('bool', x.shape),
  reference: /* @__PURE__ */ unary({ number: Number.isFinite, complex: isComplexFinite }),
})
