import type { Dim, NodeInfo } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { operatorOf } from '../imported-part.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** Operators whose models see to it that indices lie within the axis. */
const takenAtItsWord: ReadonlySet<string | undefined> = new Set([
  'Gather',
  'GatherElements',
  'NegativeLogLikelihoodLoss',
  'RotaryEmbedding',
  'SoftmaxCrossEntropyLoss',
])

/** Indices within [-size, size - 1]: those outside mean the nearest element, where onnxruntime throws. */
function clamped(e: OnnxEmitter, indices: OnnxRef, a: OnnxRef, axis: number): OnnxRef {
  const size = e.cast(x.sizeOf(e, a, axis), indices.dtype)
  const last = x.sub(e, size, x.number(e, size, 1))
  return x.min(e, x.max(e, indices, x.neg(e, size)), last)
}

/** Indices that the kernel takes: those that are known to lie within the axis, and those that a model gave it, as they are. */
function within(
  e: OnnxEmitter,
  indices: OnnxRef,
  a: OnnxRef,
  axis: number,
  { inputs, loc }: NodeInfo,
): OnnxRef {
  if (!e.exact && takenAtItsWord.has(operatorOf(loc))) return indices
  const size: Dim = inputs[0]!.shape[axis]!
  // An axis of any size has a first and a last element.
  const least = typeof size === 'number' ? size : 1
  const values = e.valuesOf(indices)
  const isWithin = values?.every((value) => value >= -least && value < least) === true
  if (isWithin) return indices
  if (e.exact || typeof size !== 'number') return clamped(e, indices, a, axis)
  const [low, high] = [-size, size - 1].map((bound) => x.number(e, indices, bound))
  return e.node('Clip', [indices, low, high], indices)
}

const expandTo = (e: OnnxEmitter, a: OnnxRef, from: readonly number[], to: readonly number[]): OnnxRef =>
  from.every((size, i) => size === to[i]) ? a : e.node('Expand', [a, e.sizes(to)], a)

export const indexing: readonly OnnxLowering[] = [
  lower('take', (e, [a, indices], { axis }, node) => {
    const places = within(e, indices, a, axis!, node)
    const rank = a.rank + indices.rank - 1
    return e.node('Gather', [a, places], { dtype: a.dtype, rank }, { axis: axis! })
  }),
  lower('takeAlongAxis', (e, [a, indices], { axis }, node) => {
    const { inputs, outputs } = node
    const { shape } = outputs[0]!
    const [own, given] = [inputs[0]!.shape, inputs[1]!.shape]
    const from = expandTo(e, a, own, shape.with(axis, own[axis]!))
    const places = expandTo(e, within(e, indices, a, axis, node), given, shape)
    return e.node('GatherElements', [from, places], { dtype: a.dtype, rank: a.rank }, { axis })
  }),
]
