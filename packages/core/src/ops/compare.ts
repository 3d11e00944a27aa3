import { defineOp } from '../op.ts'
import { binary } from './elementwise.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Whether two arrays are equal, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: any, promoted; the result is bool.
 * NaN equals nothing; 0 equals -0.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @source array API standard, `equal`
 * @example equal(array([1, 2]), 2)   // [false, true]
 */
export const equal = /* @__PURE__ */ defineOp({
  name: 'equal',
  doc: 'Whether two arrays are equal, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('equal', 'any'),
  infer: (types) => broadcastTypes('equal', types, 'bool'),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x === y,
    bigint: (x, y) => x === y,
    complex: (x, y) => x.re === y.re && x.im === y.im,
  }),
})

/**
 * Whether two arrays differ, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: any, promoted; the result is bool.
 * NaN differs from everything, itself included.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @source array API standard, `not_equal`
 * @example notEqual(array([1, 2]), 2)   // [true, false]
 */
export const notEqual = /* @__PURE__ */ defineOp({
  name: 'notEqual',
  doc: 'Whether two arrays differ, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('notEqual', 'any'),
  infer: (types) => broadcastTypes('notEqual', types, 'bool'),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x !== y,
    bigint: (x, y) => x !== y,
    complex: (x, y) => x.re !== y.re || x.im !== y.im,
  }),
})

/**
 * Whether the first array is smaller, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real or bool, promoted; the result is bool.
 * False where either is NaN.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for complex arrays
 * @source array API standard, `less`
 * @example less(array([1, 2, 3]), 2)   // [true, false, false]
 */
export const less = /* @__PURE__ */ defineOp({
  name: 'less',
  doc: 'Whether the first array is smaller, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('less', 'real or bool'),
  infer: (types) => broadcastTypes('less', types, 'bool'),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x < y, bigint: (x, y) => x < y }),
})

/**
 * Whether the first array is smaller or equal, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real or bool, promoted; the result is bool.
 * False where either is NaN.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for complex arrays
 * @source array API standard, `less_equal`
 * @example lessEqual(array([1, 2, 3]), 2)   // [true, true, false]
 */
export const lessEqual = /* @__PURE__ */ defineOp({
  name: 'lessEqual',
  doc: 'Whether the first array is smaller or equal, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('lessEqual', 'real or bool'),
  infer: (types) => broadcastTypes('lessEqual', types, 'bool'),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x <= y, bigint: (x, y) => x <= y }),
})

/**
 * Whether the first array is larger, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real or bool, promoted; the result is bool.
 * False where either is NaN.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for complex arrays
 * @source array API standard, `greater`
 * @example greater(array([1, 2, 3]), 2)   // [false, false, true]
 */
export const greater = /* @__PURE__ */ defineOp({
  name: 'greater',
  doc: 'Whether the first array is larger, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('greater', 'real or bool'),
  infer: (types) => broadcastTypes('greater', types, 'bool'),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x > y, bigint: (x, y) => x > y }),
})

/**
 * Whether the first array is larger or equal, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real or bool, promoted; the result is bool.
 * False where either is NaN.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for complex arrays
 * @source array API standard, `greater_equal`
 * @example greaterEqual(array([1, 2, 3]), 2)   // [false, true, true]
 */
export const greaterEqual = /* @__PURE__ */ defineOp({
  name: 'greaterEqual',
  doc: 'Whether the first array is larger or equal, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('greaterEqual', 'real or bool'),
  infer: (types) => broadcastTypes('greaterEqual', types, 'bool'),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x >= y, bigint: (x, y) => x >= y }),
})
