import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxRef } from '../refs.ts'
import { erf } from './double-erf.ts'
import { single } from './single.ts'

type F = (e: OnnxEmitter, a: OnnxRef) => OnnxRef

const of = (e: OnnxEmitter, value: number): OnnxRef => e.scalar('float64', value)

/** The result for all but tiny numbers, for which it is the number itself: the half of a subnormal one is rounded. */
function unlessTiny(e: OnnxEmitter, a: OnnxRef, result: OnnxRef): OnnxRef {
  return x.select(e, x.less(e, x.abs(e, a), of(e, 1e-17)), a, result)
}

/** tanh(x / 2) (exp(x) + 1) */
const expm1: F = (e, a) => {
  const tanh = x.tanh(e, x.mul(e, a, of(e, 0.5)))
  return unlessTiny(e, a, x.mul(e, tanh, x.add(e, x.exp(e, a), of(e, 1))))
}

/** The logarithm of 1 + x as rounded, corrected by what the rounding did. */
const log1p: F = (e, a) => {
  const sum = x.add(e, a, of(e, 1))
  const part = x.sub(e, sum, of(e, 1))
  const log = x.log(e, sum)
  const corrected = x.mul(e, log, x.div(e, a, part))
  const isTiny = x.equal(e, part, of(e, 0))
  const isInfinite = x.equal(e, sum, of(e, Infinity))
  return x.select(e, isTiny, a, x.where(e, isInfinite, log, corrected))
}

/** 2 cosh(x / 2), which does not overflow before sinh and cosh do. */
const doubleCoshOfHalf: F = (e, a) => {
  const growth = x.exp(e, x.mul(e, x.abs(e, a), of(e, 0.5)))
  return x.add(e, growth, x.reciprocal(e, growth))
}

/** 2 sinh(x / 2) cosh(x / 2) */
const sinh: F = (e, a) => {
  const twice = doubleCoshOfHalf(e, a)
  const tanh = x.tanh(e, x.mul(e, a, of(e, 0.5)))
  return unlessTiny(e, a, x.mul(e, x.mul(e, x.mul(e, twice, of(e, 0.5)), tanh), twice))
}

/** 2 cosh(x / 2)^2 - 1 */
const cosh: F = (e, a) => {
  const twice = doubleCoshOfHalf(e, a)
  return x.sub(e, x.mul(e, x.mul(e, twice, of(e, 0.5)), twice), of(e, 1))
}

/** Sine and cosine of an angle within a quarter of a turn around 0, by the polynomials of fdlibm. */
function nearZero(e: OnnxEmitter, a: OnnxRef): { readonly sin: OnnxRef; readonly cos: OnnxRef } {
  const square = x.mul(e, a, a)
  const sin = x.add(e, a, x.mul(e, x.mul(e, a, square), x.polynomial(e, square, sineSeries)))
  const half = x.mul(e, square, of(e, 0.5))
  const rest = x.mul(e, x.mul(e, square, square), x.polynomial(e, square, cosineSeries))
  // What 1 - half loses is added to the rest.
  const top = x.sub(e, of(e, 1), half)
  const lost = x.sub(e, x.sub(e, of(e, 1), top), half)
  return { sin, cos: x.add(e, top, x.add(e, lost, rest)) }
}

/** Angles up to which a multiple of pi / 2 in three parts is exact. */
const nearAngle = 1e5

/** Sine and cosine; onnxruntime takes off pi / 2 in one part, which leaves few digits of a result that is near 0. */
function circle(e: OnnxEmitter, a: OnnxRef): { readonly sin: OnnxRef; readonly cos: OnnxRef } {
  const turns = x.round(e, x.mul(e, a, of(e, 2 / Math.PI)))
  const rest = quarterParts.reduce((left, part) => x.sub(e, left, x.mul(e, turns, of(e, part))), a)
  const { sin, cos } = nearZero(e, rest)
  const quarters = x.fmod(e, x.add(e, x.fmod(e, turns, of(e, 4)), of(e, 4)), of(e, 4))
  const isOdd = x.equal(e, x.fmod(e, quarters, of(e, 2)), of(e, 1))
  const sinSign = x.where(e, x.greaterEqual(e, quarters, of(e, 2)), of(e, -1), of(e, 1))
  const isLeft = x.and(e, x.greaterEqual(e, quarters, of(e, 1)), x.lessEqual(e, quarters, of(e, 2)))
  const cosSign = x.where(e, isLeft, of(e, -1), of(e, 1))
  const isNear = x.less(e, x.abs(e, a), of(e, nearAngle))
  const pick = (signed: OnnxRef, even: OnnxRef, odd: OnnxRef, far: OnnxRef): OnnxRef =>
    x.where(e, isNear, x.mul(e, signed, x.where(e, isOdd, odd, even)), far)
  return { sin: pick(sinSign, sin, cos, x.sin(e, a)), cos: pick(cosSign, cos, sin, x.cos(e, a)) }
}

/** The sine of -0 is -0, which a choice loses. */
const sin: F = (e, a) => x.select(e, x.equal(e, a, of(e, 0)), a, circle(e, a).sin)
const cos: F = (e, a) => circle(e, a).cos
const tan: F = (e, a) => {
  const { sin: height, cos: width } = circle(e, a)
  return x.select(e, x.equal(e, a, of(e, 0)), a, x.div(e, height, width))
}

const asinh: F = (e, a) => {
  const size = x.abs(e, a)
  const near = x.min(e, size, of(e, 1e9))
  const squared = x.mul(e, near, near)
  const root = x.sqrt(e, x.add(e, squared, of(e, 1)))
  const small = log1p(e, x.add(e, near, x.div(e, squared, x.add(e, root, of(e, 1)))))
  const large = x.add(e, x.log(e, size), of(e, Math.LN2))
  return x.withSign(e, x.where(e, x.greater(e, size, of(e, 1e9)), large, small), a)
}

const acosh: F = (e, a) => {
  const part = x.sub(e, x.min(e, a, of(e, 1e9)), of(e, 1))
  const root = x.sqrt(e, x.mul(e, part, x.add(e, part, of(e, 2))))
  const small = log1p(e, x.add(e, part, root))
  const large = x.add(e, x.log(e, a), of(e, Math.LN2))
  const result = x.where(e, x.greater(e, a, of(e, 1e9)), large, small)
  return x.where(e, x.less(e, a, of(e, 1)), of(e, NaN), result)
}

const atanh: F = (e, a) => {
  const size = x.abs(e, a)
  const ratio = x.div(e, x.add(e, size, size), x.sub(e, of(e, 1), size))
  return x.withSign(e, x.mul(e, log1p(e, ratio), of(e, 0.5)), a)
}

/** The arctangent in float32, and one step of Newton's method. */
const atan: F = (e, a) => {
  const size = x.abs(e, a)
  const isLarge = x.greater(e, size, of(e, 1))
  const inner = x.where(e, isLarge, x.reciprocal(e, size), size)
  const guess = e.cast(single.atan(e, e.cast(inner, 'float32')), 'float64')
  const [height, width] = [x.sin(e, guess), x.cos(e, guess)]
  const step = x.div(e, x.sub(e, x.mul(e, inner, width), height), x.add(e, width, x.mul(e, inner, height)))
  const angle = x.add(e, guess, step)
  return x.withSign(e, x.where(e, isLarge, x.sub(e, of(e, Math.PI / 2), angle), angle), a)
}

/** atan(x / sqrt((1 - x) (1 + x))) */
const asin: F = (e, a) => {
  const one = of(e, 1)
  return atan(e, x.div(e, a, x.sqrt(e, x.mul(e, x.sub(e, one, a), x.add(e, one, a)))))
}

/** 2 atan(sqrt((1 - x) / (1 + x))) */
const acos: F = (e, a) => {
  const one = of(e, 1)
  const half = atan(e, x.sqrt(e, x.div(e, x.sub(e, one, a), x.add(e, one, a))))
  return x.add(e, half, half)
}

const quarterParts = [1.57079632673412561417, 6.0771005063039659766e-11, 2.02226624879595063154e-21]
const sineSeries = [
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4,
  2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
]
const cosineSeries = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
  -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
]

/** Functions of float64 that onnxruntime lacks, of those that it has: Exp, Log, Sin, Cos, Tanh, Sqrt. */
export const double = {
  expm1,
  log1p,
  sinh,
  cosh,
  sin,
  cos,
  tan,
  asinh,
  acosh,
  atanh,
  atan,
  asin,
  acos,
  erf,
} as const
