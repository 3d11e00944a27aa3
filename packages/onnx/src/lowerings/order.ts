/** Integers in whose order values sort: NaN last, zeros equal. onnxruntime's own order of floats breaks at NaN. */
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxOp } from '../kernel-types.gen.ts'
import { carrierOf } from '../carriers.ts'
import { isFloat, type OnnxRef } from '../refs.ts'

const lowest = { int32: -(2 ** 31), int64: -(2n ** 63n) } as const
const highest = { int32: 2 ** 31 - 1, int64: 2n ** 63n - 1n } as const

/** uint64 as int64 of the same order; its own inverse on the bits. */
function flipped(e: OnnxEmitter, a: OnnxRef): OnnxRef {
  return x.bitXor(e, e.bits(a, 'int64'), e.scalar('int64', lowest.int64))
}

const unflipped = (e: OnnxEmitter, a: OnnxRef): OnnxRef =>
  e.bits(x.bitXor(e, a, e.scalar('int64', lowest.int64)), 'uint64')

/** The value in a dtype of the same order that the kernel takes. */
export function comparable(e: OnnxEmitter, kernel: OnnxOp, a: OnnxRef): OnnxRef {
  const carrier = carrierOf(kernel, a.dtype)
  if (carrier !== undefined) return e.cast(a, carrier)
  return e.exact ? flipped(e, a) : e.cast(a, 'int64')
}

/** Back from `comparable`. */
export const restored = (e: OnnxEmitter, a: OnnxRef, like: OnnxRef): OnnxRef =>
  like.dtype === 'uint64' && e.exact ? unflipped(e, a) : e.cast(a, like.dtype)

/** Keys that sort as the values do; with `nanFirst` NaN comes before all numbers. */
export function sortingKey(e: OnnxEmitter, a: OnnxRef, nanFirst: boolean): OnnxRef {
  if (!isFloat(a) || !e.exact) return comparable(e, 'TopK', a)
  const dtype = a.dtype === 'float32' ? 'int32' : 'int64'
  const bits = e.bits(a, dtype)
  const zero = e.scalar(dtype, 0)
  const mask = x.where(e, x.less(e, bits, zero), e.scalar(dtype, highest[dtype]), zero)
  const isZero = x.equal(e, a, x.number(e, a, 0))
  const ordered = x.where(e, isZero, zero, x.bitXor(e, bits, mask))
  return x.where(e, x.isNaN(e, a), e.scalar(dtype, (nanFirst ? lowest : highest)[dtype]), ordered)
}
