import { type ArrayValue, defineOp } from '../op.ts'
import { isFloat, kindOf } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes } from '../types/shape.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { pow } from './powers.ts'
import { floorDivide, isRoundedDown, remainder } from './remainders.ts'
import { handedOn } from './axes.ts'
import { equal, notEqual } from './compare.ts'
import { logaddexp } from './exp-log.ts'
import { broadcastTo } from './movement.ts'
import { whilst } from './recorded-loops.ts'
import { any } from './truth-reductions.ts'
import { trunc } from './rounding.ts'
import { abs } from './sign.ts'
import { accept, broadcastTypes, commonDType, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Quotient of two arrays rounded towards 0, element by element.
 *
 * That of integers is exact, and 0 for the divisor 0.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ivy, `trunc_divide`; PyTorch, `div` with `rounding_mode`
 * @example truncDivide(array([7, -7]), 2)   // [3, -3]
 */
export const truncDivide = /* @__PURE__ */ defineOp({
  name: 'truncDivide',
  doc: 'Quotient of two arrays rounded towards 0, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('truncDivide', 'real'),
  infer: (types) => broadcastTypes('truncDivide', types),
  decompose: ([x1, x2]): ArrayValue => {
    if (isFloat(x1.dtype)) return trunc(divide(x1, x2))
    const down = floorDivide(x1, x2)
    return kindOf(x1.dtype) === 'uint' ? down : where(isRoundedDown(x1, x2), add(down, 1), down)
  },
})

/**
 * Power of two arrays, in double precision.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real; gives float64.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `float_power`; ivy, `float_power`
 * @example floatPower(array([2, 3]), 2)   // [4, 9]
 */
export const floatPower = /* @__PURE__ */ defineOp({
  name: 'floatPower',
  doc: 'Power of two arrays, in double precision.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: (types) => {
    accept('floatPower', 'floating', commonDType('floatPower', types))
    return 'float64'
  },
  infer: (types) => broadcastTypes('floatPower', types),
  decompose: ([x1, x2]): ArrayValue => pow(x1, x2),
})

/**
 * Logarithm to base 2 of the sum of two powers of 2: log2(2^x1 + 2^x2).
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `logaddexp2`; ivy, `logaddexp2`
 * @example logaddexp2(array([-Infinity, Infinity]), 3)   // [3, Infinity]
 */
export const logaddexp2 = /* @__PURE__ */ defineOp({
  name: 'logaddexp2',
  doc: 'Logarithm to base 2 of the sum of two powers of 2: log2(2^x1 + 2^x2).',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('logaddexp2', 'floating'),
  infer: (types) => broadcastTypes('logaddexp2', types),
  decompose: ([x1, x2]): ArrayValue =>
    multiply(logaddexp(multiply(x1, Math.LN2), multiply(x2, Math.LN2)), Math.LOG2E),
})

/**
 * Quotient with a small number added to the divisor, so that it is not 0.
 *
 * Shapes: `numerator` and `denominator` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ivy, `stable_divide`
 * @example stableDivide(array([1, 2]), array([1, 1]), { minDenominator: 1 })   // [0.5, 1]
 */
export const stableDivide = /* @__PURE__ */ defineOp({
  name: 'stableDivide',
  doc: 'Quotient with a small number added to the divisor, so that it is not 0.',
  inputs: ['numerator', 'denominator'],
  params: { minDenominator: /* @__PURE__ */ p.number(1e-12) },
  cast: /* @__PURE__ */ meets('stableDivide', 'floating'),
  infer: (types) => broadcastTypes('stableDivide', types),
  decompose: ([numerator, denominator], { minDenominator }): ArrayValue =>
    divide(numerator, add(denominator, minDenominator)),
})

/**
 * Power with a small number added to the base, so that it is not 0.
 *
 * Shapes: `base` and `exponent` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ivy, `stable_pow`
 * @example stablePow(array([1, 2]), 2, { minBase: 1 })   // [4, 9]
 */
export const stablePow = /* @__PURE__ */ defineOp({
  name: 'stablePow',
  doc: 'Power with a small number added to the base, so that it is not 0.',
  inputs: ['base', 'exponent'],
  params: { minBase: /* @__PURE__ */ p.number(1e-5) },
  cast: /* @__PURE__ */ meets('stablePow', 'floating'),
  infer: (types) => broadcastTypes('stablePow', types),
  decompose: ([base, exponent], { minBase }): ArrayValue => pow(add(base, minBase), exponent),
})

/** Greatest common divisors, by Euclid. */
function divisorOf(x1: ArrayValue, x2: ArrayValue): ArrayValue {
  const shape = broadcastShapes(handedOn(x1), handedOn(x2)) as readonly number[]
  const wide = (x: ArrayValue): ArrayValue => broadcastTo(abs(x), shape)
  const first: readonly [ArrayValue, ArrayValue] = [wide(x1), wide(x2)]
  const [divisor] = whilst(
    first,
    ([, rest]) => any(notEqual(rest, 0)),
    ([x, rest]) => [where(equal(rest, 0), x, rest), remainder(x, rest)],
  )
  return divisor
}

/**
 * Greatest common divisor of two arrays, element by element.
 *
 * It is never negative, but for the smallest signed integer, which wraps to itself; of 0 and 0 it is 0.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when an array holds no integers
 * @source NumPy, `gcd`; ivy, `gcd`
 * @example gcd(array([12, 0], { dtype: 'int32' }), 18)   // [6, 18]
 */
export const gcd = /* @__PURE__ */ defineOp({
  name: 'gcd',
  doc: 'Greatest common divisor of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('gcd', 'integer'),
  infer: (types) => broadcastTypes('gcd', types),
  decompose: ([x1, x2]): ArrayValue => divisorOf(x1, x2),
  gradient: 'zero',
})

/**
 * Least common multiple of two arrays, element by element.
 *
 * It is never negative, unless it wraps; of 0 and any number it is 0.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: integers, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when an array holds no integers
 * @source NumPy, `lcm`; ivy, `lcm`
 * @example lcm(array([4, 0], { dtype: 'int32' }), 6)   // [12, 0]
 */
export const lcm = /* @__PURE__ */ defineOp({
  name: 'lcm',
  doc: 'Least common multiple of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('lcm', 'integer'),
  infer: (types) => broadcastTypes('lcm', types),
  decompose: ([x1, x2]): ArrayValue => {
    const divisor = divisorOf(x1, x2)
    return abs(multiply(floorDivide(x1, divisor), x2))
  },
  gradient: 'zero',
})
