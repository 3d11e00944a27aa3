import type { OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** Unsigned dtypes that shift the bits of each dtype; a negative count is too large there, which gives 0 as wanted. */
const shifting: Partial<Readonly<Record<OnnxDType, OnnxDType>>> = {
  int8: 'uint8',
  int16: 'uint32',
  int32: 'uint32',
  int64: 'uint64',
  uint16: 'uint32',
}

function shift(e: OnnxEmitter, a: OnnxRef, by: OnnxRef, direction: 'LEFT' | 'RIGHT'): OnnxRef {
  const dtype = shifting[a.dtype] ?? a.dtype
  const rank = x.rankOf([a, by])
  const moved = e.node('BitShift', [e.cast(a, dtype), e.cast(by, dtype)], { dtype, rank }, { direction })
  return e.cast(moved, a.dtype)
}

/** Negative numbers are flipped, moved and flipped back, so that ones come in from the left. */
function shiftRight(e: OnnxEmitter, a: OnnxRef, by: OnnxRef): OnnxRef {
  if (a.dtype.startsWith('uint')) return shift(e, a, by, 'RIGHT')
  const flip = x.neg(e, e.cast(x.less(e, a, x.number(e, a, 0)), a.dtype))
  return x.bitXor(e, shift(e, x.bitXor(e, a, flip), by, 'RIGHT'), flip)
}

const isBool = (ref: OnnxRef): boolean => ref.dtype === 'bool'

export const bits: readonly OnnxLowering[] = [
  lower('bitwiseAnd', (e, [a, b]) => (isBool(a) ? x.and(e, a, b) : x.bitAnd(e, a, b))),
  lower('bitwiseOr', (e, [a, b]) => (isBool(a) ? x.or(e, a, b) : x.bitOr(e, a, b))),
  lower('bitwiseXor', (e, [a, b]) => (isBool(a) ? x.xor(e, a, b) : x.bitXor(e, a, b))),
  lower('bitwiseInvert', (e, [a]) => (isBool(a) ? x.not(e, a) : x.bitNot(e, a))),
  lower('bitwiseLeftShift', (e, [a, by]) => shift(e, a, by, 'LEFT')),
  lower('bitwiseRightShift', (e, [a, by]) => shiftRight(e, a, by)),
]
