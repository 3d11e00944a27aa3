import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { floorOfQuotient, floorRemainder } from '../numerics/arithmetic.ts'
import {
  floorModulo,
  floorModuloOfBigInt,
  floorQuotient,
  floorQuotientOfBigInt,
} from '../numerics/integers.ts'
import { less, notEqual } from './compare.ts'
import { binary } from './elementwise.ts'
import { logicalAnd, logicalXor } from './logic.ts'
import { negative } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { multiply } from './multiplication.ts'

/**
 * Quotient of two arrays rounded down, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted; integers wrap.
 * The quotient is not rounded before: 1 by 0.1 is 9, as 0.1 is stored as a little more than that. An integer
 * divided by zero is 0; an infinite float gives an infinity, a finite one divided by an infinity gives a zero.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `floor_divide`
 * @example floorDivide(array([7, -7]), 2)   // [3, -4]
 */
export const floorDivide = /* @__PURE__ */ defineOp({
  name: 'floorDivide',
  doc: 'Quotient of two arrays rounded down, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('floorDivide', 'real'),
  infer: (types) => broadcastTypes('floorDivide', types),
  reference: /* @__PURE__ */ binary({
    number: floorOfQuotient,
    int: floorQuotient,
    bigint: floorQuotientOfBigInt,
  }),
  gradient: 'zero',
})

/**
 * Remainder of the division rounded down, element by element; it has the sign of the divisor.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 * As `%` of Python. The remainder of an integer divided by zero is 0.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `remainder`
 * @example remainder(array([7, -7]), 3)   // [1, 2]
 */
export const remainder = /* @__PURE__ */ defineOp({
  name: 'remainder',
  doc: 'Remainder of the division rounded down, element by element; it has the sign of the divisor.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('remainder', 'real'),
  infer: (types) => broadcastTypes('remainder', types),
  reference: /* @__PURE__ */ binary({
    number: floorRemainder,
    int: floorModulo,
    bigint: floorModuloOfBigInt,
  }),
})

export const remainderGradient: GradientOf<typeof remainder> = ([x1, x2], _params, _outs, [g]) => [
  () => g,
  () => negative(multiply(g, floorDivide(x1, x2))),
]

/** Where the quotient of integers, rounded down, is not what it is when rounded towards 0. */
export const isRoundedDown = (x1: ArrayValue, x2: ArrayValue): ArrayValue =>
  logicalAnd(notEqual(remainder(x1, x2), 0), logicalXor(less(x1, 0), less(x2, 0)))
