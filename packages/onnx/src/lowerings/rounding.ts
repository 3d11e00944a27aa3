import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

const ofFloats =
  (round: (e: OnnxEmitter, a: OnnxRef) => OnnxRef) =>
  (e: OnnxEmitter, [a]: readonly [OnnxRef]): OnnxRef =>
    a.dtype.startsWith('float') ? round(e, a) : a

/** The size rounded down, with the sign of the number: -0 and numbers of (-1, 0) give -0. */
function cut(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  const zero = x.number(e, a, 0)
  const isNegative = x.or(e, x.less(e, a, zero), x.less(e, x.reciprocal(e, a), zero))
  const sign = x.where(e, isNegative, x.number(e, a, -1), x.number(e, a, 1))
  return x.mul(e, x.floor(e, x.abs(e, a)), sign)
}

export const roundings: readonly OnnxLowering[] = [
  lower('floor', ofFloats(x.floor)),
  lower('ceil', ofFloats(x.ceil)),
  lower('round', ofFloats(x.round)),
  lower('trunc', ofFloats(cut)),
]
