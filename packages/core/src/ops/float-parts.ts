import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { isFloat, kindOf } from '../types/dtype.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { isRoundedDown, remainder } from './remainders.ts'
import { astype } from './astype.ts'
import { equal, greaterEqual, less, notEqual } from './compare.ts'
import { log, log2 } from './exp-log.ts'
import { exp2 } from './exponentials.ts'
import { isfinite, isinf, isnan, logicalAnd, logicalNot } from './logic.ts'
import { floor, trunc } from './rounding.ts'
import { abs, copysign, negative } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * The fraction and the whole part of each element, both with its sign.
 *
 * Shapes: `x: [...s]` gives `fraction` and `whole`, each `[...s]`. Dtypes: floats keep theirs, integers become
 * float32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `modf`; ivy, `modf`
 * @example modf(array([2.5, -1.25])).fraction   // [0.5, -0.25]
 */
export const modf = /* @__PURE__ */ defineOp({
  name: 'modf',
  doc: 'The fraction and the whole part of each element, both with its sign.',
  inputs: ['x'],
  params: {},
  outputs: ['fraction', 'whole'],
  cast: /* @__PURE__ */ meets('modf', 'floating'),
  infer: ([x]) => [x, x],
  decompose: ([x]): readonly ArrayValue[] => {
    const whole = trunc(x)
    const rest = where(isinf(x), 0, subtract(x, whole))
    return [copysign(rest, x), whole]
  },
})

export const modfGradient: GradientOf<typeof modf> = (_inputs, _params, _outs, [g]) => [() => g]

/**
 * x1 times 2 to the power of x2.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `ldexp`; ivy, `ldexp`
 * @example ldexp(array([1, 3]), array([4, -1]))   // [16, 1.5]
 */
export const ldexp = /* @__PURE__ */ defineOp({
  name: 'ldexp',
  doc: 'x1 times 2 to the power of x2.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('ldexp', 'floating'),
  infer: (types) => broadcastTypes('ldexp', types),
  decompose: ([x1, x2]): ArrayValue => {
    // In two steps, as the power alone may leave the range.
    const half = trunc(multiply(x2, 0.5))
    return multiply(multiply(x1, exp2(half)), exp2(subtract(x2, half)))
  },
})

/**
 * Each element as a number of [0.5, 1) times a power of 2.
 *
 * 0, NaN and the infinities have the exponent 0 and stay as they are.
 *
 * Shapes: `x: [...s]` gives `mantissa` and `exponent`, each `[...s]`. Dtypes: `mantissa` floats keep theirs,
 * integers become float32; `exponent` is int32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `frexp`; ivy, `frexp`
 * @example frexp(array([8, -0.75])).exponent   // [4, 0]
 */
export const frexp = /* @__PURE__ */ defineOp({
  name: 'frexp',
  doc: 'Each element as a number of [0.5, 1) times a power of 2.',
  inputs: ['x'],
  params: {},
  outputs: ['mantissa', 'exponent'],
  cast: /* @__PURE__ */ meets('frexp', 'floating'),
  infer: ([x]) => [x, tensorType('int32', x.shape)],
  decompose: ([x]): readonly ArrayValue[] => {
    const isPlain = logicalAnd(isfinite(x), notEqual(x, 0))
    const size = where(isPlain, abs(x), 0.5)
    const estimate = add(floor(log2(size)), 1)
    const scaled = ldexp(size, negative(estimate))
    // The logarithm may be rounded over a power of 2.
    const high = astype(greaterEqual(scaled, 1), x.dtype)
    const low = astype(less(scaled, 0.5), x.dtype)
    const exponent = subtract(add(estimate, high), low)
    const mantissa = copysign(ldexp(size, negative(exponent)), x)
    return [where(isPlain, mantissa, x), where(isPlain, astype(exponent, 'int32'), 0)]
  },
})

/**
 * Remainder of the division rounded towards 0, element by element; it has the sign of the dividend.
 *
 * As `%` of JavaScript. The remainder of an integer divided by zero is 0.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `fmod`; ivy, `fmod`
 * @example fmod(array([7, -7]), 3)   // [1, -1]
 */
export const fmod = /* @__PURE__ */ defineOp({
  name: 'fmod',
  doc: 'Remainder of the division rounded towards 0, element by element; it has the sign of the dividend.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('fmod', 'real'),
  infer: (types) => broadcastTypes('fmod', types),
  decompose: ([x1, x2]): ArrayValue => {
    if (isFloat(x1.dtype)) return copysign(remainder(abs(x1), abs(x2)), x1)
    // The smallest integer has no absolute value.
    const rest = remainder(x1, x2)
    return kindOf(x1.dtype) === 'uint' ? rest : where(isRoundedDown(x1, x2), subtract(rest, x2), rest)
  },
})

export const fmodGradient: GradientOf<typeof fmod> = ([x1, x2], _params, _outs, [g]) => [
  () => g,
  () => negative(multiply(g, trunc(divide(x1, x2)))),
]

/**
 * The number on the way from `input` to `end` that `weight` tells: input + weight (end - input).
 *
 * Shapes: `input`, `end` and `weight` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `lerp`; ivy, `lerp`
 * @example lerp(array([0, 10]), array([4, 20]), 0.5)   // [2, 15]
 */
export const lerp = /* @__PURE__ */ defineOp({
  name: 'lerp',
  doc: 'The number on the way from `input` to `end` that `weight` tells: input + weight (end - input).',
  inputs: ['input', 'end', 'weight'],
  params: {},
  cast: /* @__PURE__ */ meets('lerp', 'floating'),
  infer: (types) => broadcastTypes('lerp', types),
  decompose: ([input, end, weight]): ArrayValue => add(input, multiply(weight, subtract(end, input))),
})

/**
 * x1 times the logarithm of x2, which is 0 where x1 is 0.
 *
 * NaN where `x2` is NaN.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source SciPy, `xlogy`; ivy, `xlogy`
 * @example xlogy(array([0, 2]), array([0, 1]))   // [0, 0]
 */
export const xlogy = /* @__PURE__ */ defineOp({
  name: 'xlogy',
  doc: 'x1 times the logarithm of x2, which is 0 where x1 is 0.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('xlogy', 'floating'),
  infer: (types) => broadcastTypes('xlogy', types),
  decompose: ([x1, x2]): ArrayValue =>
    where(logicalAnd(equal(x1, 0), logicalNot(isnan(x2))), 0, multiply(x1, log(x2))),
})
