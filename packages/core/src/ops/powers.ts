import { type ArrayValue, type GradientOf, defineOp } from '../op.ts'
import { powComplex, sqrtComplex } from '../numerics/complex-powers.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal } from './compare.ts'
import { binary, unary } from './elementwise.ts'
import { maximum, minimum } from './extrema.ts'
import { isinf, logicalOr } from './logic.ts'
import { abs, negative } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'
import { power } from '../numerics/arithmetic.ts'
import { wrappedPower, wrappedPowerOfBigInt } from '../numerics/integers.ts'
import { log } from './exp-log.ts'

/**
 * Square root of each element; NaN below 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `sqrt`
 * @example sqrt(array([4, -0]))   // [2, -0]
 */
export const sqrt = /* @__PURE__ */ defineOp({
  name: 'sqrt',
  doc: 'Square root of each element; NaN below 0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('sqrt', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.sqrt, complex: sqrtComplex }),
})

export const sqrtGradient: GradientOf<typeof sqrt> = (_inputs, _params, [out], [g]) => [
  () => divide(multiply(g, 0.5), out),
]

/**
 * Square of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept; integers wrap.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `square`
 * @example square(array([1, -3]))   // [1, 9]
 */
export const square = /* @__PURE__ */ defineOp({
  name: 'square',
  doc: 'Square of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('square', 'numeric'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => multiply(x, x),
})

export const squareGradient: GradientOf<typeof square> = ([x], _params, _outs, [g]) => [
  () => multiply(g, multiply(x, 2)),
]

/**
 * 1 divided by each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `reciprocal`
 * @example reciprocal(array([4, -0]))   // [0.25, -Infinity]
 */
export const reciprocal = /* @__PURE__ */ defineOp({
  name: 'reciprocal',
  doc: '1 divided by each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('reciprocal', 'floating or complex'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => divide(1, x),
})

export const reciprocalGradient: GradientOf<typeof reciprocal> = (_inputs, _params, [out], [g]) => [
  () => negative(multiply(g, multiply(out, out))),
]

/**
 * 1 divided by the square root of each element; NaN below 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source PyTorch, `rsqrt`; ivy, `rsqrt`
 * @example rsqrt(array([4, 0]))   // [0.5, Infinity]
 */
export const rsqrt = /* @__PURE__ */ defineOp({
  name: 'rsqrt',
  doc: '1 divided by the square root of each element; NaN below 0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('rsqrt', 'floating or complex'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => divide(1, sqrt(x)),
})

export const rsqrtGradient: GradientOf<typeof rsqrt> = ([x], _params, [out], [g]) => [
  () => multiply(g, multiply(divide(out, x), -0.5)),
]

/**
 * Square of the difference of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source TensorFlow, `squared_difference`
 * @example squaredDifference(array([1, 5]), 3)   // [4, 4]
 */
export const squaredDifference = /* @__PURE__ */ defineOp({
  name: 'squaredDifference',
  doc: 'Square of the difference of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('squaredDifference', 'numeric'),
  infer: (types) => broadcastTypes('squaredDifference', types),
  decompose: ([x1, x2]): ArrayValue => square(subtract(x1, x2)),
})

/**
 * Length of the hypotenuse of a right triangle with the legs x1 and x2, without overflow.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats keep theirs, integers become float32.
 * Infinity where either is infinite, even if the other is NaN.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `hypot`
 * @example hypot(array([3, -6]), array([4, 8]))   // [5, 10]
 */
export const hypot = /* @__PURE__ */ defineOp({
  name: 'hypot',
  doc: 'Length of the hypotenuse of a right triangle with the legs x1 and x2, without overflow.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('hypot', 'floating'),
  infer: (types) => broadcastTypes('hypot', types),
  decompose: ([x1, x2]): ArrayValue => {
    const [a, b] = [abs(x1), abs(x2)]
    const [long, short] = [maximum(a, b), minimum(a, b)]
    const length = multiply(long, sqrt(add(square(divide(short, long)), 1)))
    const isFlat = equal(short, 0)
    return where(logicalOr(isinf(a), isinf(b)), Infinity, where(isFlat, long, length))
  },
})

export const hypotGradient: GradientOf<typeof hypot> = ([x1, x2], _params, [out], [g]) => {
  // At the tip of the cone, where there is no slope, 0.
  const length = where(equal(out, 0), 1, out)
  const along = (leg: ArrayValue) => (): ArrayValue => multiply(g, divide(leg, length))
  return [along(x1), along(x2)]
}

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
