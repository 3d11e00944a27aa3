import type { NodeInfo } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { operatorOf } from '../imported-part.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { comparable, restored, sortingKey } from './order.ts'

/** Indices of the first `count` elements in sorting order; equal ones keep theirs, NaN comes last. */
function order(e: OnnxEmitter, a: OnnxRef, count: OnnxRef, axis: number, descending: boolean): OnnxRef {
  return best(e, sortingKey(e, a, descending), count, axis, descending)[1]!
}

/** The first elements in that order, and where they are. */
function best(
  e: OnnxEmitter,
  key: OnnxRef,
  count: OnnxRef,
  axis: number,
  largest: boolean,
): readonly OnnxRef[] {
  const results = [key, { dtype: 'int64', rank: key.rank } as const]
  return e.nodes('TopK', [key, count], results, { axis, largest: largest ? 1 : 0, sorted: 1 })
}

/** Whether there are lines for sure. Programs of the runtime are written for arrays with elements. */
const isOfLines = (e: OnnxEmitter, { inputs: [type] }: NodeInfo, axis: number): boolean =>
  e.exact || type!.shape.slice(0, axis).every((size) => e.isSure(size))

/** The same for lines that there may be none of: onnxruntime's TopK divides by their number, which ends the process. */
function orderOfLines(
  e: OnnxEmitter,
  a: OnnxRef,
  count: OnnxRef,
  axis: number,
  descending: boolean,
  node: NodeInfo,
): OnnxRef {
  if (isOfLines(e, node, axis)) return order(e, a, count, axis, descending)
  const shape = e.sizes(node.outputs[0]!.shape)
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
    x.asIndex(e, orderOfLines(e, a, whole(e, a, axis), axis, descending, node)),
  ),
  lower('topK', (e, [a], { k, axis, largest }, node) => {
    const count = e.sizes([k])
    if (!e.exact && (isOfLines(e, node, axis) || operatorOf(node.loc) === 'TopK')) {
      const [values, places] = best(e, comparable(e, 'TopK', a), count, axis, largest)
      return [restored(e, values!, a), x.asIndex(e, places!)]
    }
    const places = orderOfLines(e, a, count, axis, largest, node)
    return [pick(e, a, places, axis), x.asIndex(e, places)]
  }),
  lower('searchsorted', (e, [sorted, values], { side }) => search(e, sorted, values, side === 'left')),
]
