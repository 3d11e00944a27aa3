import type { OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

const isFloat = (dtype: OnnxDType): boolean => dtype.startsWith('float')
const isWide = (dtype: OnnxDType): boolean => dtype === 'int64' || dtype === 'uint64'

/** A float cut towards zero and wrapped, NaN as 0; Cast leaves numbers out of range to the processor. */
function wrapped(e: OnnxEmitter, a: OnnxRef, dtype: OnnxDType): OnnxRef {
  const turn = x.number(e, a, isWide(dtype) ? 2 ** 64 : 2 ** 32)
  const rest = x.fmod(e, a, turn)
  const known = x.where(e, x.isNaN(e, rest), x.number(e, a, 0), rest)
  if (!isWide(dtype)) return e.cast(e.cast(known, 'int64'), dtype)
  // Of magnitudes from 2^63 on the half of the turn is taken off, as int64 holds no more.
  const half = x.number(e, a, 2 ** 63)
  const over = e.cast(x.greaterEqual(e, known, half), a.dtype)
  const under = e.cast(x.less(e, known, x.neg(e, half)), a.dtype)
  const inside = x.sub(e, known, x.mul(e, turn, x.sub(e, over, under)))
  return e.bits(e.cast(inside, 'int64'), dtype)
}

export const conversions: readonly OnnxLowering[] = [
  lower('astype', (e, [a], _params, { outputs: [type] }) => {
    const dtype = type!.dtype as OnnxDType
    if (!e.exact || !isFloat(a.dtype) || isFloat(dtype) || dtype === 'bool')
      return e.cast(a, e.carried(dtype))
    return wrapped(e, a, dtype)
  }),
]
