import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** Indices within [-size, size - 1]: those outside mean the nearest element, where onnxruntime throws. */
function clamped(e: OnnxEmitter, indices: OnnxRef, a: OnnxRef, axis: number): OnnxRef {
  const size = e.cast(x.sizeOf(e, a, axis), indices.dtype)
  const last = x.sub(e, size, x.number(e, size, 1))
  return x.min(e, x.max(e, indices, x.neg(e, size)), last)
}

const expandTo = (e: OnnxEmitter, a: OnnxRef, from: readonly number[], to: readonly number[]): OnnxRef =>
  from.every((size, i) => size === to[i]) ? a : e.node('Expand', [a, e.sizes(to)], a)

export const indexing: readonly OnnxLowering[] = [
  lower('take', (e, [a, indices], { axis }) =>
    e.node(
      'Gather',
      [a, clamped(e, indices, a, axis!)],
      { dtype: a.dtype, rank: a.rank + indices.rank - 1 },
      {
        axis: axis!,
      },
    ),
  ),
  lower('takeAlongAxis', (e, [a, indices], { axis }, { inputs, outputs }) => {
    const { shape } = outputs[0]!
    const [own, given] = [inputs[0]!.shape, inputs[1]!.shape]
    const from = expandTo(e, a, own, shape.with(axis, own[axis]!))
    const places = expandTo(e, clamped(e, indices, a, axis), given, shape)
    return e.node('GatherElements', [from, places], { dtype: a.dtype, rank: a.rank }, { axis })
  }),
]
