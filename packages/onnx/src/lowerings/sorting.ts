import type { NodeInfo } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { sortingKey } from './order.ts'

/** Indices of the first `count` elements in sorting order; equal ones keep theirs, NaN comes last. */
function order(e: OnnxEmitter, a: OnnxRef, count: OnnxRef, axis: number, descending: boolean): OnnxRef {
  const key = sortingKey(e, a, descending)
  const results = [key, { dtype: 'int64', rank: key.rank } as const]
  return e.nodes('TopK', [key, count], results, { axis, largest: descending ? 1 : 0, sorted: 1 })[1]!
}

/** The same for lines that there may be none of: onnxruntime's TopK divides by their number, which ends the process. */
function orderOfLines(
  e: OnnxEmitter,
  a: OnnxRef,
  count: OnnxRef,
  axis: number,
  descending: boolean,
  { inputs: [type], outputs: [result] }: NodeInfo,
): OnnxRef {
  // Programs of the runtime are written for arrays with elements.
  if (e.exact || type!.shape.slice(0, axis).every((size) => e.isSure(size)))
    return order(e, a, count, axis, descending)
  const shape = e.sizes(result!.shape)
  const none = e.scalar('int64', 0)
  const elements = e.node('Size', [a], { dtype: 'int64', rank: 0 })
  return e.either(
    x.greater(e, elements, none),
    () => order(e, a, count, axis, descending),
    () => e.node('Expand', [none, shape], { dtype: 'int64', rank: a.rank }),
  )
}

const whole = (e: OnnxEmitter, a: OnnxRef, axis: number): OnnxRef =>
  e.node('Shape', [a], { dtype: 'int64', rank: 1 }, { start: axis, end: axis + 1 })

const pick = (e: OnnxEmitter, a: OnnxRef, places: OnnxRef, axis: number): OnnxRef =>
  e.node('GatherElements', [a, places], a, { axis })

/**
 * The elements of `x2` and `x1` are sorted together; the place of one of `x2`, less those of `x2` before it, is what
 * is asked for. Equal elements keep their order, so `x2` comes first for the left side.
 */
function search(e: OnnxEmitter, sorted: OnnxRef, values: OnnxRef, left: boolean): OnnxRef {
  const wanted = x.flat(e, values)
  const all = e.node('Concat', left ? [wanted, sorted] : [sorted, wanted], sorted, { axis: 0 })
  const places = order(e, all, whole(e, all, 0), 0, false)
  const border = x.sizeOf(e, left ? wanted : sorted, 0)
  const isSorted = left ? x.greaterEqual(e, places, border) : x.less(e, places, border)
  const ints = e.cast(isSorted, 'int32')
  const before = e.node('CumSum', [ints, e.scalar('int64', 0)], ints)
  const inOrder = e.node('ScatterElements', [ints, places, before], ints, { axis: 0 })
  const size = x.unsqueeze(e, border, [0])
  const end = e.ints([Number.MAX_SAFE_INTEGER])
  const [from, to] = left ? [e.ints([0]), size] : [size, end]
  const found = e.node('Slice', [inOrder, from, to, e.ints([0])], inOrder)
  return values.rank === 1 ? found : x.reshape(e, found, x.shapeOf(e, values), values.rank)
}

export const sorting: readonly OnnxLowering[] = [
  lower('sort', (e, [a], { axis, descending }, node) =>
    pick(e, a, orderOfLines(e, a, whole(e, a, axis), axis, descending, node), axis),
  ),
  lower('argsort', (e, [a], { axis, descending }, node) =>
    e.cast(orderOfLines(e, a, whole(e, a, axis), axis, descending, node), 'int32'),
  ),
  lower('topK', (e, [a], { k, axis, largest }, node) => {
    const places = orderOfLines(e, a, e.sizes([k]), axis, largest, node)
    return [pick(e, a, places, axis), e.cast(places, 'int32')]
  }),
  lower('searchsorted', (e, [sorted, values], { side }) => search(e, sorted, values, side === 'left')),
]
