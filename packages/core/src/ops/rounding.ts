import { defineOp } from '../op.ts'
import { roundHalfToEven } from '../numerics/arithmetic.ts'
import { unary } from './elementwise.ts'
import { meets } from './type-rules.ts'

/**
 * Largest integer that is not above each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept; integers stay as they are.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `floor`
 * @example floor(array([1.5, -1.5]))   // [1, -2]
 */
export const floor = /* @__PURE__ */ defineOp({
  name: 'floor',
  doc: 'Largest integer that is not above each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('floor', 'real'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.floor, bigint: (x) => x }),
  gradient: 'zero',
})

/**
 * Smallest integer that is not below each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept; integers stay as they are.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `ceil`
 * @example ceil(array([1.5, -1.5]))   // [2, -1]
 */
export const ceil = /* @__PURE__ */ defineOp({
  name: 'ceil',
  doc: 'Smallest integer that is not below each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('ceil', 'real'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.ceil, bigint: (x) => x }),
  gradient: 'zero',
})

/**
 * Each element without its fraction.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept; integers stay as they are.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `trunc`
 * @example trunc(array([1.5, -1.5]))   // [1, -1]
 */
export const trunc = /* @__PURE__ */ defineOp({
  name: 'trunc',
  doc: 'Each element without its fraction.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('trunc', 'real'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.trunc, bigint: (x) => x }),
  gradient: 'zero',
})

/**
 * Nearest integer to each element; halves go to the even one.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept; integers stay as they are, of complex numbers both parts are rounded.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `round`
 * @example round(array([0.5, 1.5, 2.5]))   // [0, 2, 2]
 */
export const round = /* @__PURE__ */ defineOp({
  name: 'round',
  doc: 'Nearest integer to each element; halves go to the even one.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true, partwise: true },
  cast: /* @__PURE__ */ meets('round', 'numeric'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({
    number: roundHalfToEven,
    bigint: (x) => x,
    complex: ({ re, im }) => ({ re: roundHalfToEven(re), im: roundHalfToEven(im) }),
  }),
  gradient: 'zero',
})
