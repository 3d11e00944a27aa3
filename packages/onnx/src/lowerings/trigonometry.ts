import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { double } from './double.ts'
import { single } from './single.ts'

const isDouble = (ref: OnnxRef): boolean => ref.dtype === 'float64'
const by = (a: OnnxRef): typeof double | typeof single => (isDouble(a) ? double : single)

/** Angle of a point from the smaller leg over the larger one, turned into its quadrant. */
function angle(e: OnnxEmitter, y: OnnxRef, a: OnnxRef): OnnxRef {
  const zero = x.number(e, y, 0)
  const [height, width] = [x.abs(e, y), x.abs(e, a)]
  const ratio = x.div(e, x.min(e, height, width), x.max(e, height, width))
  // Two zeros, and two infinities.
  const atEnds = e.cast(x.greater(e, height, zero), y.dtype)
  const safe = x.where(e, x.equal(e, height, width), atEnds, ratio)
  const inner = double.atan(e, safe)
  const isSteep = x.greater(e, height, width)
  const upper = x.where(e, isSteep, x.sub(e, x.number(e, y, Math.PI / 2), inner), inner)
  const isLeft = x.less(e, x.withSign(e, x.number(e, a, 1), a), zero)
  return x.withSign(e, x.where(e, isLeft, x.sub(e, x.number(e, y, Math.PI), upper), upper), y)
}

export const trigonometry: readonly OnnxLowering[] = [
  lower('sin', (e, [a]) => by(a).sin(e, a)),
  lower('cos', (e, [a]) => by(a).cos(e, a)),
  lower('tan', (e, [a]) => by(a).tan(e, a)),
  lower('asin', (e, [a]) => by(a).asin(e, a)),
  lower('acos', (e, [a]) => by(a).acos(e, a)),
  lower('atan', (e, [a]) => by(a).atan(e, a)),
  lower('atan2', (e, [y, a]) => e.cast(angle(e, e.cast(y, 'float64'), e.cast(a, 'float64')), y.dtype)),
  lower('sinh', (e, [a]) => by(a).sinh(e, a)),
  lower('cosh', (e, [a]) => by(a).cosh(e, a)),
  lower('tanh', (e, [a]) => x.tanh(e, a)),
  lower('asinh', (e, [a]) => by(a).asinh(e, a)),
  lower('acosh', (e, [a]) => by(a).acosh(e, a)),
  lower('atanh', (e, [a]) => by(a).atanh(e, a)),
]
