import { defineOp } from '../op.ts'
import { shiftLeft, shiftRight, shiftLeftBigInt, shiftRightBigInt } from '../numerics/integers.ts'
import { binary, unary } from './elementwise.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Bits that are set in both arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers or bool, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for floats
 * @source array API standard, `bitwise_and`
 * @example bitwiseAnd(array([5, 6], { dtype: 'int32' }), 3)   // [1, 2]
 */
export const bitwiseAnd = /* @__PURE__ */ defineOp({
  name: 'bitwiseAnd',
  doc: 'Bits that are set in both arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('bitwiseAnd', 'integer or bool'),
  infer: (types) => broadcastTypes('bitwiseAnd', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x & y, bigint: (x, y) => x & y }),
})

/**
 * Bits that are set in either array, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers or bool, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for floats
 * @source array API standard, `bitwise_or`
 * @example bitwiseOr(array([5, 6], { dtype: 'int32' }), 3)   // [7, 7]
 */
export const bitwiseOr = /* @__PURE__ */ defineOp({
  name: 'bitwiseOr',
  doc: 'Bits that are set in either array, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('bitwiseOr', 'integer or bool'),
  infer: (types) => broadcastTypes('bitwiseOr', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x | y, bigint: (x, y) => x | y }),
})

/**
 * Bits that are set in exactly one of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers or bool, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for floats
 * @source array API standard, `bitwise_xor`
 * @example bitwiseXor(array([5, 6], { dtype: 'int32' }), 3)   // [6, 5]
 */
export const bitwiseXor = /* @__PURE__ */ defineOp({
  name: 'bitwiseXor',
  doc: 'Bits that are set in exactly one of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('bitwiseXor', 'integer or bool'),
  infer: (types) => broadcastTypes('bitwiseXor', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x ^ y, bigint: (x, y) => x ^ y }),
})

/**
 * All bits flipped, element by element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: integers or bool, kept.
 *
 * @throws DTypeError for floats
 * @source array API standard, `bitwise_invert`
 * @example bitwiseInvert(array([0, 5], { dtype: 'int32' }))   // [-1, -6]
 */
export const bitwiseInvert = /* @__PURE__ */ defineOp({
  name: 'bitwiseInvert',
  doc: 'All bits flipped, element by element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('bitwiseInvert', 'integer or bool'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => ~x, bool: (x) => x === 0, bigint: (x) => ~x }),
})

/**
 * Bits moved to the left, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers, promoted; bits beyond the width are lost.
 * A shift by the width or more gives 0, and so does a negative one.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError unless both are integers
 * @source array API standard, `bitwise_left_shift`
 * @example bitwiseLeftShift(array([1, 3], { dtype: 'int32' }), 2)   // [4, 12]
 */
export const bitwiseLeftShift = /* @__PURE__ */ defineOp({
  name: 'bitwiseLeftShift',
  doc: 'Bits moved to the left, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('bitwiseLeftShift', 'integer'),
  infer: (types) => broadcastTypes('bitwiseLeftShift', types),
  reference: /* @__PURE__ */ binary({ number: shiftLeft, bigint: shiftLeftBigInt }),
})

/**
 * Bits moved to the right, element by element, the sign kept.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers, promoted.
 * A shift by the width or more gives 0, or -1 of negative numbers, and so does a negative one.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError unless both are integers
 * @source array API standard, `bitwise_right_shift`
 * @example bitwiseRightShift(array([8, -8], { dtype: 'int32' }), 2)   // [2, -2]
 */
export const bitwiseRightShift = /* @__PURE__ */ defineOp({
  name: 'bitwiseRightShift',
  doc: 'Bits moved to the right, element by element, the sign kept.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('bitwiseRightShift', 'integer'),
  infer: (types) => broadcastTypes('bitwiseRightShift', types),
  reference: /* @__PURE__ */ binary({ number: shiftRight, bigint: shiftRightBigInt }),
})
