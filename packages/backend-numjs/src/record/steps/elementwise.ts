import {
  abs,
  acos,
  add,
  asin,
  atan,
  clip as clipTo,
  copysign,
  cos,
  divide,
  equal,
  exp,
  floor,
  full,
  greater,
  greaterEqual,
  isfinite,
  less,
  log,
  logicalAnd,
  logicalNot,
  maximum,
  minimum,
  multiply,
  type NDArray,
  negative as negate,
  pow,
  remainder,
  sin,
  sqrt,
  subtract,
  sum,
  tan,
  tanh as hyperbolic,
  where,
} from '@tendril/core/fn'
import { isIntegral, type Mapping, type Operand, real, store, stored, wrapping } from './compute.ts'

const unary =
  (fn: (x: NDArray) => NDArray): Mapping =>
  (x, _rest, out) =>
    real([x], out, fn)

const signed = (x: NDArray): NDArray => (x.dtype.startsWith('uint') ? subtract(0, x) : negate(x))

/** The remainder of JavaScript, which has the sign of the dividend. */
const signedRemainder = (a: NDArray, b: Operand): NDArray =>
  copysign(remainder(abs(a), typeof b === 'number' ? Math.abs(b) : abs(b)), a)

/** The power of JavaScript, where one to a power that is not finite is not a number. */
function power(a: NDArray, b: Operand): NDArray {
  if (typeof b === 'number')
    return Number.isFinite(b) ? pow(a, b) : where(equal(abs(a), 1), Number.NaN, pow(a, b))
  return where(logicalAnd(equal(abs(a), 1), logicalNot(isfinite(b))), Number.NaN, pow(a, b))
}

/** `Math.round`: halves go up, and numbers of [-0.5, 0) give -0. */
function roundUp(x: NDArray): NDArray {
  const down = floor(x)
  return copysign(where(greaterEqual(subtract(x, down), 0.5), add(down, 1), down), x)
}

const overflowsFrom = Math.log(Number.MAX_VALUE) / 2

/** numjs' own formula overflows in the end and knows no -0; integers show how it rounds. */
const tanh: Mapping = (x, _rest, out) => {
  if (!isIntegral(out.dtype))
    return real([x], out, (one) => where(greater(one, overflowsFrom), Number.NaN, add(hyperbolic(one), 0)))
  return real([x], out, (one) => {
    const e = exp(multiply(one, 2))
    return divide(subtract(e, 1), add(e, 1))
  })
}

/** numjs gives plain 0 and 1 beyond 30. */
function sigmoid(x: NDArray, stiffness: number): NDArray {
  const value = divide(1, add(exp(stiffness === 1 ? negate(x) : multiply(x, -stiffness)), 1))
  return where(less(x, -30), 0, where(greater(x, 30), 1, value))
}

const numberOf = (operand: Operand | undefined, otherwise: number): number =>
  typeof operand === 'number' && operand !== 0 && !Number.isNaN(operand) ? operand : otherwise

function limited(x: NDArray, low: Operand, high: Operand): NDArray {
  if (typeof low === 'number' && typeof high === 'number' && low <= high) return clipTo(x, low, high)
  return minimum(maximum(x, low), high)
}

/** The exponentials as the array stores them, through their sum over all axes. */
const softmax: Mapping = (x, _rest, out) => {
  const e = real([x], out, exp)
  return real([e], out, (all) => divide(all, sum(all)))
}

/** Functions and methods whose results have the shape of their array. */
export const elementwise: Readonly<Record<string, Mapping>> = {
  abs: unary(abs),
  arccos: unary(acos),
  arcsin: unary(asin),
  arctan: unary(atan),
  cos: unary(cos),
  sin: unary(sin),
  tan: unary(tan),
  exp: unary(exp),
  log: unary(log),
  sqrt: unary(sqrt),
  tanh,
  negative: (x, _rest, out) => (isIntegral(x.dtype) ? signed(x) : real([x], out, negate)),
  round: (x, _rest, out) => (isIntegral(x.dtype) ? x : real([x], out, roundUp)),
  softmax,
  sigmoid: (x, [t], out) => real([x], out, (one) => sigmoid(one, numberOf(t, 1))),
  leakyRelu: (x, [alpha], out) => real([x], out, (one) => maximum(multiply(one, numberOf(alpha, 1e-3)), one)),
  clip: (x, [low, high], out) => real([x, low ?? 0, high ?? 1], out, limited),
  add: (x, [y], out) => wrapping([x, y!], out, add),
  subtract: (x, [y], out) => wrapping([x, y!], out, subtract),
  multiply: (x, [y], out) => real([x, y!], out, multiply),
  divide: (x, [y], out) => real([x, y!], out, divide),
  pow: (x, [y], out) => real([x, y!], out, power),
  mod: (x, [y], out) => real([x, y!], out, signedRemainder),
  assign: (x, [y], out) =>
    typeof y === 'number'
      ? full(out.shape, stored(y, out.dtype), { dtype: out.dtype })
      : store(y!, out.dtype),
}
