import { codyRatios } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxRef } from '../refs.ts'

type F = (e: OnnxEmitter, a: OnnxRef) => OnnxRef

const of = (e: OnnxEmitter, value: number): OnnxRef => e.scalar('float64', value)

const ratio = (e: OnnxEmitter, a: OnnxRef, { top, bottom }: (typeof codyRatios)['erf']): OnnxRef =>
  x.div(e, x.polynomial(e, a, top), x.polynomial(e, a, bottom))

/** exp(-x^2) with the square split: its rounding error would be multiplied by the square itself. */
const expOfMinusSquare: F = (e, a) => {
  const head = x.mul(e, x.floor(e, x.mul(e, a, of(e, 16))), of(e, 1 / 16))
  const rest = x.mul(e, x.sub(e, head, a), x.add(e, head, a))
  return x.mul(e, x.exp(e, x.neg(e, x.mul(e, head, head))), x.exp(e, rest))
}

/** `1 - erf(x)` for x >= 0; for larger ones than 27.3 it is 0. */
const erfcOfPositive: F = (e, a) => {
  const near = x.min(e, a, of(e, 4))
  const far = x.max(e, x.min(e, a, of(e, 28)), of(e, 4))
  const square = x.reciprocal(e, x.mul(e, far, far))
  const tail = x.sub(e, of(e, 1 / Math.sqrt(Math.PI)), x.mul(e, square, ratio(e, square, codyRatios.tail)))
  const isNear = x.lessEqual(e, a, of(e, 4))
  const factor = x.where(e, isNear, ratio(e, near, codyRatios.erfc), x.div(e, tail, far))
  // NaN passes by min.
  return x.mul(e, expOfMinusSquare(e, x.min(e, a, of(e, 28))), factor)
}

/** Error function of float64, by the formulas of core's own. */
export const erf: F = (e, a) => {
  const size = x.abs(e, a)
  const inner = x.min(e, size, of(e, 0.46875))
  const near = x.mul(e, inner, ratio(e, x.mul(e, inner, inner), codyRatios.erf))
  const isNear = x.lessEqual(e, size, of(e, 0.46875))
  const far = x.sub(e, of(e, 1), erfcOfPositive(e, size))
  return x.withSign(e, x.where(e, isNear, near, far), a)
}

/** `1 - erf(x)` of float64 without cancellation. */
export const erfc: F = (e, a) => {
  const right = erfcOfPositive(e, x.abs(e, a))
  const outer = x.where(e, x.less(e, a, of(e, 0)), x.sub(e, of(e, 2), right), right)
  const isNear = x.lessEqual(e, x.abs(e, a), of(e, 0.46875))
  return x.where(e, isNear, x.sub(e, of(e, 1), erf(e, a)), outer)
}
