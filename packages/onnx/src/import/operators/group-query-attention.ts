import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { areEqual, floorDiv, minus, numbers, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { as, type Heads, inHeads, sideBySide, single } from './heads.ts'
import { rotated } from './rotary.ts'
import { scalar } from './windows.ts'

/** Queries, keys and values: each alone, or packed in one operand. */
function headsOf(call: NodeCall): Heads {
  const [heads, shared] = [call.int('num_heads'), call.int('kv_num_heads')]
  const query = call.array(0)
  if (call.has(1))
    return {
      query: inHeads(query, heads),
      key: inHeads(call.array(1), shared),
      value: inHeads(call.array(2), shared),
    }
  const all = inHeads(query, heads + 2 * shared)
  const part = (from: number, to: number): NDArray => td.slice(all, [null, from], [null, to])
  return {
    query: part(0, heads),
    key: part(heads, heads + shared),
    value: part(heads + shared, heads + 2 * shared),
  }
}

/** Where the queries of each item stand, and how many keys it has. */
interface Places {
  /** How many places of the past an item has, `[batch]`. */
  readonly before: NDArray
  /** The place of each query, `[batch, queries]`. */
  readonly own: NDArray
  /** How many keys an item has in all, `[batch]`. */
  readonly count: NDArray
  /** The most places that any item has. */
  readonly total: SizeLike
  /** Whether there is no past yet. */
  readonly isFirst: boolean | NDArray
}

function placesOf(call: NodeCall, queries: SizeLike): Places {
  const count = td.add(td.astype(td.reshape(call.array(5), [-1]), 'int32'), 1)
  const [total] = call.sizes(6) as readonly [SizeLike]
  const isFirst = areEqual(total, queries) ?? td.equal(scalar(total), scalar(queries))
  // The first call has no past, where shorter items end with padding.
  const before = chosen(
    isFirst,
    () => td.zerosLike(count),
    () => td.subtract(count, scalar(queries)),
  )
  const own = td.add(td.expandDims(before, 1), td.arange(0, queries, 1, { dtype: 'int32' }))
  return { before, own, count, total, isFirst }
}

const chosen = (is: boolean | NDArray, yes: () => NDArray, no: () => NDArray): NDArray =>
  typeof is === 'boolean' ? (is ? yes() : no()) : td.where(is, yes(), no())

/** Places by which queries and keys are turned; in the first call they follow each other from the first one on. */
function positionsOf(call: NodeCall, queries: SizeLike, { own, isFirst }: Places): NDArray {
  if (!call.has(9)) return own
  const given = call.array(9)
  const first = (): NDArray => td.slice(td.reshape(given, [-1]), [0], [1])
  const onwards = (): NDArray => td.add(first(), td.arange(0, queries, 1, { dtype: given.dtype }))
  return chosen(
    isFirst,
    () => td.broadcastTo(onwards(), sizesOf(own)),
    () => given,
  )
}

/** How many places of keys and values there are after the call. */
function lengthOf(past: NDArray | undefined, total: SizeLike): SizeLike {
  // Of a buffer that is longer than all places as many are kept, unless the sizes are open: nothing of it counts.
  if (past === undefined || typeof total !== 'number') return total
  return Math.max(total, ...numbers([sizesOf(past)[2]!]))
}

/** Keys or values of all places: those of the past that count, the own ones after them, then zeros. */
function present(past: NDArray | undefined, own: NDArray, { before, total }: Places): NDArray {
  const [batch, heads, added, features] = sizesOf(own) as readonly [SizeLike, SizeLike, SizeLike, SizeLike]
  if (past === undefined && areEqual(total, added) === true) return own
  const all = past === undefined ? own : td.concat([past, own], { axis: 2 })
  const size = sizesOf(all)[2]!
  const length = lengthOf(past, total)
  const place = td.arange(0, length, 1, { dtype: 'int32' })
  const since = td.subtract(place, td.expandDims(before, 1))
  const isPast = td.less(since, 0)
  const isThere = td.less(since, scalar(added))
  const ofOwn = td.add(td.where(isThere, since, 0), scalar(minus(size, added)))
  const index = td.where(isPast, place, ofOwn)
  // Rows of all items and heads one after the other, so that whole rows are taken.
  const first = td.multiply(td.arange(0, times(batch, heads), 1, { dtype: 'int32' }), scalar(size))
  const rows = td.add(td.reshape(first, [batch, heads, 1]), td.expandDims(index, 1))
  const taken = td.take(td.reshape(all, [product([batch, heads, size]), features]), rows, { axis: 0 })
  return td.where(td.expandDims(isThere, [1, 3]), taken, 0)
}

function turned(call: NodeCall, { query, key, value }: Heads, places: Places): Heads {
  const norm = (x: NDArray, index: number): NDArray =>
    call.has(index)
      ? td.rmsNorm(x, call.array(index), { axis: -1, eps: call.float('qk_norm_epsilon', 1e-6) })
      : x
  const even = { query: norm(query, 14), key: norm(key, 15), value }
  if (!call.flag('do_rotary')) return even
  const positions = positionsOf(call, sizesOf(query)[2]!, places)
  const [cosines, sines] = [7, 8].map((i) =>
    td.expandDims(td.take(call.array(i), positions, { axis: 0 }), 1),
  ) as [NDArray, NDArray]
  const width = times(sizesOf(cosines)[3]!, 2)
  const count = areEqual(width, sizesOf(query)[3]!) === true ? undefined : width
  const rotation = { cosines, sines, count, isInterleaved: call.flag('rotary_interleaved') }
  return { query: rotated(even.query, rotation), key: rotated(even.key, rotation), value }
}

/** Which keys a query sees, `[batch, 1, queries, keys]`. */
function seen(call: NodeCall, { own, count }: Places, keys: SizeLike): NDArray {
  const place = td.arange(0, keys, 1, { dtype: 'int32' })
  const isThere = td.less(place, td.expandDims(count, [1, 2, 3]))
  if (!call.flag('causal', true)) return isThere
  const ahead = td.subtract(place, td.expandDims(own, [1, 3]))
  const window = call.int('local_window_size', -1)
  const isPast = td.logicalAnd(td.lessEqual(ahead, 0), isThere)
  return window < 0 ? isPast : td.logicalAnd(isPast, td.greater(ahead, -window))
}

export const groupQueryAttention: Operator = (call) => {
  for (const name of ['k_quant_type', 'v_quant_type'])
    if (call.string(name, 'NONE') !== 'NONE') call.refuse('its keys and values of the past are quantized')
  if (call.flag('sliding_window_cache')) call.refuse('its past holds a window of its places alone')
  const given = headsOf(call)
  const places = placesOf(call, sizesOf(given.query)[2]!)
  const heads = turned(call, given, places)
  const key = present(call.optional(3), heads.key, places)
  const value = present(call.optional(4), heads.value, places)
  const allowed = seen(call, places, sizesOf(key)[2]!)
  const { y, shown } = inGroups(call, { query: heads.query, key, value }, allowed)
  return [y, key, value, shown]
}

/** As many rows of queries for each head of keys as there are heads of queries for it: `[batch, shared, rows, features]`. */
function inGroups(call: NodeCall, { query, key, value }: Heads, allowed: NDArray) {
  const [batch, heads, queries, features] = sizesOf(query) as readonly [number, SizeLike, SizeLike, SizeLike]
  const shared = call.int('kv_num_heads')
  const group = call.int('num_heads') / shared
  const rows = times(queries, group)
  const grouped = td.reshape(single(query), [batch, shared, rows, features])
  /** `[batch, 1 or heads, queries, keys]` for each row. */
  const ofRows = (x: NDArray): NDArray => {
    const [items, ofHeads, , keys] = sizesOf(x) as readonly [SizeLike, SizeLike, SizeLike, SizeLike]
    if (ofHeads !== 1) {
      const ofAll = td.broadcastTo(x, [items, heads, queries, keys])
      return td.reshape(ofAll, [items, shared, rows, keys])
    }
    if (group === 1) return x
    const each = td.broadcastTo(td.expandDims(x, 2), [items, 1, group, queries, keys])
    return td.reshape(each, [items, 1, rows, keys])
  }
  const bias = call.optional(10)
  const masks = { allowed: ofRows(allowed), bias: bias && ofRows(single(bias)) }
  const { y, shown } = weighted(call, { query: grouped, key: single(key), value: single(value) }, masks)
  const apart = (x: NDArray): NDArray => td.reshape(x, [batch, heads, queries, sizesOf(x)[3]!])
  return {
    y: as(sideBySide(apart(y)), query.dtype),
    shown: shown && as(apart(shown), query.dtype),
  }
}

interface Masks {
  readonly allowed: NDArray
  readonly bias: NDArray | undefined
}

function weighted(call: NodeCall, { query, key, value }: Heads, { allowed, bias }: Masks) {
  const given = call.float('scale', 0)
  const softcap = call.float('softcap', 0)
  const sink = sinkOf(call, query)
  if (softcap === 0 && sink === undefined && !call.wants(3)) {
    const mask = bias === undefined ? allowed : td.where(allowed, bias, -Infinity)
    const options = { scale: given === 0 ? null : given }
    return { y: td.scaledDotProductAttention(query, key, value, mask, options), shown: null }
  }
  const factor = given === 0 ? td.rsqrt(td.astype(scalar(sizesOf(query)[3]!), 'float32')) : given
  const raw = td.matmul(td.multiply(query, factor), td.matrixTranspose(key))
  const capped = softcap > 0 ? td.multiply(td.tanh(td.divide(raw, softcap)), softcap) : raw
  const biased = bias === undefined ? capped : td.add(capped, bias)
  const scores = td.where(allowed, biased, -Infinity)
  const weights = sink === undefined ? td.softmax(scores, { axis: -1 }) : withSink(scores, sink)
  const shown = [null, td.where(allowed, biased, 0), weights][call.int('qk_output', 0)]
  return { y: td.matmul(weights, value), shown: shown ?? null }
}

/** What each row's weights share beside the keys, `[heads, rows, 1]`. */
function sinkOf(call: NodeCall, query: NDArray): NDArray | undefined {
  const rows = sizesOf(query)[2]!
  const shared = call.int('kv_num_heads')
  if (!call.has(11)) return call.flag('smooth_softmax') ? td.zeros([shared, rows, 1]) : undefined
  const group = call.int('num_heads') / shared
  const each = td.reshape(single(call.array(11)), [shared, group, 1])
  return td.reshape(td.broadcastTo(each, [shared, group, floorDiv(rows, group)!]), [shared, rows, 1])
}

function withSink(scores: NDArray, sink: NDArray): NDArray {
  const [batch, heads, rows, keys] = sizesOf(scores) as readonly [SizeLike, SizeLike, SizeLike, SizeLike]
  const column = td.broadcastTo(sink, [batch, heads, rows, 1])
  const all = td.softmax(td.concat([scores, column], { axis: -1 }), { axis: -1 })
  return td.slice(all, [], [null, null, null, keys])
}
