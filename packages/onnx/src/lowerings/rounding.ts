import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

const ofFloats =
  (round: (e: OnnxEmitter, a: OnnxRef) => OnnxRef) =>
  (e: OnnxEmitter, [a]: readonly [OnnxRef]): OnnxRef =>
    a.dtype.startsWith('float') ? round(e, a) : a

/** Below 0 the upper neighbour, else the lower one; each is no further from 0 than the other side allows. */
function cut(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  const zero = x.number(e, a, 0)
  return x.max(e, x.floor(e, a), x.min(e, x.ceil(e, a), zero))
}

export const roundings: readonly OnnxLowering[] = [
  lower('floor', ofFloats(x.floor)),
  lower('ceil', ofFloats(x.ceil)),
  lower('round', ofFloats(x.round)),
  lower('trunc', ofFloats(cut)),
]
