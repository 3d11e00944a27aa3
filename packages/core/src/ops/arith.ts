import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { floorOfQuotient, floorRemainder, power } from '../numerics/arithmetic.ts'
import { addComplex, divideComplex, multiplyComplex, subtractComplex } from '../numerics/complex.ts'
import { powComplex } from '../numerics/complex-powers.ts'
import {
  floorModulo,
  floorModuloOfBigInt,
  floorQuotient,
  floorQuotientOfBigInt,
  wrappedPower,
  wrappedPowerOfBigInt,
} from '../numerics/integers.ts'
import { equal } from './compare.ts'
import { binary } from './elementwise.ts'
import { log } from './exp-log.ts'
import { negative } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Sum of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `add`
 * @example add(array([1, 2]), 10)   // [11, 12]
 */
export const add = /* @__PURE__ */ defineOp({
  name: 'add',
  doc: 'Sum of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { partwise: true, elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('add', 'numeric'),
  infer: (types) => broadcastTypes('add', types),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x + y,
    bigint: (x, y) => x + y,
    complex: addComplex,
  }),
})

export const addGradient: GradientOf<typeof add> = (_inputs, _params, _outs, [g]) => [() => g, () => g]

/**
 * Difference of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `subtract`
 * @example subtract(array([11, 12]), 10)   // [1, 2]
 */
export const subtract = /* @__PURE__ */ defineOp({
  name: 'subtract',
  doc: 'Difference of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { partwise: true, elementwise: true },
  cast: /* @__PURE__ */ meets('subtract', 'numeric'),
  infer: (types) => broadcastTypes('subtract', types),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x - y,
    bigint: (x, y) => x - y,
    complex: subtractComplex,
  }),
})

export const subtractGradient: GradientOf<typeof subtract> = (_inputs, _params, _outs, [g]) => [
  () => g,
  () => negative(g),
]

/**
 * Product of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `multiply`
 * @example multiply(array([1, 2]), 10)   // [10, 20]
 */
export const multiply = /* @__PURE__ */ defineOp({
  name: 'multiply',
  doc: 'Product of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('multiply', 'numeric'),
  infer: (types) => broadcastTypes('multiply', types),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x * y,
    int: Math.imul,
    bigint: (x, y) => x * y,
    complex: multiplyComplex,
  }),
})

export const multiplyGradient: GradientOf<typeof multiply> = ([x1, x2], _params, _outs, [g]) => [
  () => multiply(g, x2),
  () => multiply(g, x1),
]

/**
 * Quotient of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats and complex numbers, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `divide`
 * @example divide(array([1, -1, 0]), 0)   // [Infinity, -Infinity, NaN]
 */
export const divide = /* @__PURE__ */ defineOp({
  name: 'divide',
  doc: 'Quotient of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('divide', 'floating or complex'),
  infer: (types) => broadcastTypes('divide', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x / y, complex: divideComplex }),
})

export const divideGradient: GradientOf<typeof divide> = ([, x2], _params, [out], [g]) => [
  () => divide(g, x2),
  () => negative(multiply(g, divide(out, x2))),
]

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

/**
 * The first array to the power of the second, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 * An integer to a negative power is rounded towards zero: 1, -1 or 0. One to any power and anything to the power of zero are 1, NaN included.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `pow`
 * @example pow(array([2, 3]), 2)   // [4, 9]
 */
export const pow = /* @__PURE__ */ defineOp({
  name: 'pow',
  doc: 'The first array to the power of the second, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, steep: true },
  cast: /* @__PURE__ */ meets('pow', 'numeric'),
  infer: (types) => broadcastTypes('pow', types),
  reference: /* @__PURE__ */ binary({
    number: power,
    int: wrappedPower,
    bigint: wrappedPowerOfBigInt,
    complex: powComplex,
  }),
})

export const powGradient: GradientOf<typeof pow> = ([x1, x2], _params, [out], [g]) => [
  () => multiply(g, ofBase(x1, x2)),
  () => multiply(g, ofExponent(x1, out)),
]

/** The slope of a power by its base; 0 for the power of zero, which is 1 everywhere. */
function ofBase(base: ArrayValue, exponent: ArrayValue): ArrayValue {
  const isFlat = equal(exponent, 0)
  // A power of 1 in its place, so that 0 to the power of -1 does not come in.
  const lower = subtract(where(isFlat, 1, exponent), 1)
  return multiply(exponent, pow(base, lower))
}

/** The slope of a power by its exponent; 0 where the base is. */
const ofExponent = (base: ArrayValue, raised: ArrayValue): ArrayValue =>
  multiply(raised, log(where(equal(base, 0), 1, base)))
