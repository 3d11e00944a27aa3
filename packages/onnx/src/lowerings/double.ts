/** Functions of float64 that onnxruntime lacks, of those that it has: Exp, Log, Sin, Cos, Tanh, Sqrt. */
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxRef } from '../refs.ts'
import { single } from './single.ts'

type F = (e: OnnxEmitter, a: OnnxRef) => OnnxRef

const of = (e: OnnxEmitter, value: number): OnnxRef => e.scalar('float64', value)

/** tanh(x / 2) (exp(x) + 1) */
export const expm1: F = (e, a) =>
  x.mul(e, x.tanh(e, x.mul(e, a, of(e, 0.5))), x.add(e, x.exp(e, a), of(e, 1)))

/** The logarithm of 1 + x as rounded, corrected by what the rounding did. */
export const log1p: F = (e, a) => {
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
export const sinh: F = (e, a) => {
  const twice = doubleCoshOfHalf(e, a)
  const tanh = x.tanh(e, x.mul(e, a, of(e, 0.5)))
  return x.mul(e, x.mul(e, x.mul(e, twice, of(e, 0.5)), tanh), twice)
}

/** 2 cosh(x / 2)^2 - 1 */
export const cosh: F = (e, a) => {
  const twice = doubleCoshOfHalf(e, a)
  return x.sub(e, x.mul(e, x.mul(e, twice, of(e, 0.5)), twice), of(e, 1))
}

export const tan: F = (e, a) => x.div(e, x.sin(e, a), x.cos(e, a))

export const asinh: F = (e, a) => {
  const size = x.abs(e, a)
  const near = x.min(e, size, of(e, 1e9))
  const squared = x.mul(e, near, near)
  const root = x.sqrt(e, x.add(e, squared, of(e, 1)))
  const small = log1p(e, x.add(e, near, x.div(e, squared, x.add(e, root, of(e, 1)))))
  const large = x.add(e, x.log(e, size), of(e, Math.LN2))
  return x.withSign(e, x.where(e, x.greater(e, size, of(e, 1e9)), large, small), a)
}

export const acosh: F = (e, a) => {
  const part = x.sub(e, x.min(e, a, of(e, 1e9)), of(e, 1))
  const root = x.sqrt(e, x.mul(e, part, x.add(e, part, of(e, 2))))
  const small = log1p(e, x.add(e, part, root))
  const large = x.add(e, x.log(e, a), of(e, Math.LN2))
  const result = x.where(e, x.greater(e, a, of(e, 1e9)), large, small)
  return x.where(e, x.less(e, a, of(e, 1)), of(e, NaN), result)
}

export const atanh: F = (e, a) => {
  const size = x.abs(e, a)
  const ratio = x.div(e, x.add(e, size, size), x.sub(e, of(e, 1), size))
  return x.withSign(e, x.mul(e, log1p(e, ratio), of(e, 0.5)), a)
}

/** The arctangent in float32, and one step of Newton's method. */
export const atan: F = (e, a) => {
  const size = x.abs(e, a)
  const isLarge = x.greater(e, size, of(e, 1))
  const inner = x.where(e, isLarge, x.reciprocal(e, size), size)
  const guess = e.cast(single.atan(e, e.cast(inner, 'float32')), 'float64')
  const [sin, cos] = [x.sin(e, guess), x.cos(e, guess)]
  const step = x.div(
    e,
    x.sub(e, x.mul(e, inner, cos), sin),
    x.add(e, cos, x.mul(e, inner, sin)),
  )
  const angle = x.add(e, guess, step)
  return x.withSign(e, x.where(e, isLarge, x.sub(e, of(e, Math.PI / 2), angle), angle), a)
}

/** atan(x / sqrt((1 - x) (1 + x))) */
export const asin: F = (e, a) => {
  const one = of(e, 1)
  return atan(e, x.div(e, a, x.sqrt(e, x.mul(e, x.sub(e, one, a), x.add(e, one, a)))))
}

/** 2 atan(sqrt((1 - x) / (1 + x))) */
export const acos: F = (e, a) => {
  const one = of(e, 1)
  const half = atan(e, x.sqrt(e, x.div(e, x.sub(e, one, a), x.add(e, one, a))))
  return x.add(e, half, half)
}

export { erf, erfc, erfcOfSingle } from './double-erf.ts'
