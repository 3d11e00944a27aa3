import { countOf, type NodeInfo } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { operatorOf } from '../imported-part.ts'
import type { OnnxOp } from '../kernel-types.gen.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import { isFloat, type OnnxRef } from '../refs.ts'
import { comparable, restored, sortingKey } from './order.ts'
import { accumulator, scanned, started } from './scans.ts'

type Axes = readonly number[] | null

function reduce(e: OnnxEmitter, kernel: OnnxOp, a: OnnxRef, axes: Axes, keepdims: boolean): OnnxRef {
  if (axes?.length === 0) return a
  const rank = keepdims ? a.rank : axes === null ? 0 : a.rank - axes.length
  const given = axes === null ? undefined : e.ints(axes)
  return e.node(kernel, [a, given], { dtype: a.dtype, rank }, { keepdims: keepdims ? 1 : 0 })
}

/** The array with the reduced axes as its last one, and the others as they are. */
function gathered(e: OnnxEmitter, a: OnnxRef, axes: Axes): OnnxRef {
  if (axes === null || axes.length === a.rank) return x.flat(e, a)
  const kept = Array.from({ length: a.rank }, (_, i) => i).filter((i) => !axes.includes(i))
  const turned = x.transpose(e, a, [...kept, ...axes])
  if (axes.length === 1) return turned
  const sizes = x.shapeOf(e, turned)
  const head = e.node('Slice', [sizes, e.ints([0]), e.ints([kept.length])], sizes)
  const tail = e.node('Slice', [sizes, e.ints([kept.length]), e.ints([a.rank])], sizes)
  // A size of -1 would be ambiguous where another one is 0.
  const count = e.node('ReduceProd', [tail], tail, { keepdims: 1 })
  const shape = e.node('Concat', [head, count], sizes, { axis: 0 })
  return x.reshape(e, turned, shape, kept.length + 1)
}

/** The reduced axes back as sizes of 1. */
const kept = (e: OnnxEmitter, a: OnnxRef, result: OnnxRef, axes: Axes, keepdims: boolean): OnnxRef =>
  keepdims ? x.unsqueeze(e, result, axes ?? Array.from({ length: a.rank }, (_, i) => i)) : result

/** Sum or product of integers, which wraps: the last of those so far. ReduceSum and ReduceProd do not wrap. */
function totalOfBits(
  e: OnnxEmitter,
  kernel: 'CumSum' | 'CumProd',
  a: OnnxRef,
  axes: Axes,
  keepdims: boolean,
): OnnxRef {
  const lines = gathered(e, e.cast(a, accumulator(a.dtype)), axes)
  const axis = lines.rank - 1
  const totals = scanned(e, kernel, started(e, lines, axis, kernel === 'CumSum' ? 0 : 1), axis)
  const last = e.node('Gather', [totals, e.scalar('int64', -1)], { dtype: lines.dtype, rank: axis }, { axis })
  return kept(e, a, e.cast(last, a.dtype), axes, keepdims)
}

/** Elements of 32 bits whose sum float64 holds, in which ReduceSum adds. */
const exactTerms = 2 ** 21

function sum(e: OnnxEmitter, a: OnnxRef, axes: Axes, keepdims: boolean, count: number): OnnxRef {
  if (axes?.length === 0) return a
  if (isFloat(a) || !e.exact)
    return x.carried(e, 'ReduceSum', [a], ([y]) => reduce(e, 'ReduceSum', y!, axes, keepdims), true)
  if (a.dtype === 'int64' || a.dtype === 'uint64' || count > exactTerms)
    return totalOfBits(e, 'CumSum', a, axes, keepdims)
  return e.cast(reduce(e, 'ReduceSum', e.cast(a, 'int64'), axes, keepdims), a.dtype)
}

function product(e: OnnxEmitter, a: OnnxRef, axes: Axes, keepdims: boolean): OnnxRef {
  if (axes?.length === 0) return a
  if (!isFloat(a) && e.exact) return totalOfBits(e, 'CumProd', a, axes, keepdims)
  return x.carried(e, 'ReduceProd', [a], ([y]) => reduce(e, 'ReduceProd', y!, axes, keepdims), true)
}

/** The largest or smallest of each line of int64, which ReduceMax compares by halves. */
function firstOf(e: OnnxEmitter, lines: OnnxRef, largest: boolean): OnnxRef {
  const axis = lines.rank - 1
  const attributes = { axis, largest: largest ? 1 : 0 }
  const best = (): OnnxRef =>
    e.nodes('TopK', [lines, e.ints([1])], [lines, { dtype: 'int64', rank: lines.rank }], attributes)[0]!
  // Files may meet no lines, which TopK does not survive; programs of the runtime are written for arrays with elements.
  if (e.exact || axis === 0) return x.squeeze(e, best(), [axis])
  const sizes = e.node('Shape', [lines], { dtype: 'int64', rank: 1 }, { start: 0, end: axis })
  const none = e.scalar('int64', 0)
  const isAny = x.greater(e, e.node('Size', [lines], { dtype: 'int64', rank: 0 }), none)
  const first = (): OnnxRef => x.squeeze(e, best(), [axis])
  return e.either(isAny, first, () => e.node('Expand', [none, sizes], { dtype: 'int64', rank: axis }))
}

/** Whether one is true; ReduceMax takes bool from opset 20 on. */
const anyOf = (e: OnnxEmitter, truths: OnnxRef, axes: Axes, keepdims: boolean): OnnxRef =>
  e.opset < 20
    ? e.cast(reduce(e, 'ReduceMax', e.cast(truths, 'uint8'), axes, keepdims), 'bool')
    : reduce(e, 'ReduceMax', truths, axes, keepdims)

/** ReduceMax and ReduceMin see NaN only where it comes first. */
function extreme(
  e: OnnxEmitter,
  kernel: 'ReduceMax' | 'ReduceMin',
  a: OnnxRef,
  axes: Axes,
  keepdims: boolean,
  { loc }: NodeInfo,
): OnnxRef {
  if (axes?.length === 0) return a
  if (!isFloat(a)) {
    const key = comparable(e, kernel, a)
    if (key.dtype !== 'int64') return restored(e, reduce(e, kernel, key, axes, keepdims), a)
    return kept(
      e,
      a,
      restored(e, firstOf(e, gathered(e, key, axes), kernel === 'ReduceMax'), a),
      axes,
      keepdims,
    )
  }
  const best = reduce(e, kernel, a, axes, keepdims)
  // A model that has the operator gets it back.
  if (!e.exact && operatorOf(loc) === kernel) return best
  const hasNaN = anyOf(e, x.isNaN(e, a), axes, keepdims)
  return x.where(e, hasNaN, x.number(e, a, NaN), best)
}

function indexOfExtreme(
  e: OnnxEmitter,
  kernel: 'ArgMax' | 'ArgMin',
  a: OnnxRef,
  axis: number | null,
  keepdims: boolean,
): OnnxRef {
  const line = axis === null ? x.flat(e, a) : a
  const rank = keepdims && axis !== null ? a.rank : line.rank - 1
  const attributes = { axis: axis ?? 0, keepdims: keepdims && axis !== null ? 1 : 0 }
  // The kernels lose NaN along some axes, so integers of the same order are asked.
  const key = e.exact && isFloat(a) ? sortingKey(e, line, kernel === 'ArgMin') : comparable(e, kernel, line)
  const found = e.node(kernel, [key], { dtype: 'int64', rank }, attributes)
  return x.asIndex(e, axis === null ? kept(e, a, found, null, keepdims) : found)
}

/** ReduceMean over no elements gives 0. */
function mean(e: OnnxEmitter, a: OnnxRef, axes: Axes, keepdims: boolean, sizes: readonly number[]): OnnxRef {
  const average = reduce(e, 'ReduceMean', a, axes, keepdims)
  const isEmpty = sizes.some((size, i) => size === 0 && (axes === null || axes.includes(i)))
  return isEmpty ? x.add(e, average, x.number(e, a, NaN)) : average
}

export const reductions: readonly OnnxLowering[] = [
  lower('mean', (e, [a], { axis, keepdims }, { inputs }) => mean(e, a, axis, keepdims, inputs[0]!.shape)),
  lower('sum', (e, [a], { axis, keepdims }, { inputs }) =>
    sum(e, a, axis, keepdims, e.exact ? countOf(inputs[0]!.shape) : 0),
  ),
  lower('prod', (e, [a], { axis, keepdims }) => product(e, a, axis, keepdims)),
  lower('max', (e, [a], { axis, keepdims }, node) => extreme(e, 'ReduceMax', a, axis, keepdims, node)),
  lower('min', (e, [a], { axis, keepdims }, node) => extreme(e, 'ReduceMin', a, axis, keepdims, node)),
  // Over no elements bool is refused; uint8 gives 0 and 255.
  lower('any', (e, [a], { axis, keepdims }) =>
    e.cast(reduce(e, 'ReduceMax', e.cast(a, 'uint8'), axis, keepdims), 'bool'),
  ),
  lower('all', (e, [a], { axis, keepdims }) =>
    e.cast(reduce(e, 'ReduceMin', e.cast(a, 'uint8'), axis, keepdims), 'bool'),
  ),
  lower('argmax', (e, [a], { axis, keepdims }) => indexOfExtreme(e, 'ArgMax', a, axis, keepdims)),
  lower('argmin', (e, [a], { axis, keepdims }) => indexOfExtreme(e, 'ArgMin', a, axis, keepdims)),
]
