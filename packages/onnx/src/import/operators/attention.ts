import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { dtypeOf } from '../../dtypes.ts'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { areEqual, minus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { rotaryEmbedding } from './rotary.ts'
import { scalar } from './windows.ts'

const as = (x: NDArray, dtype: td.DType): NDArray => (x.dtype === dtype ? x : td.astype(x, dtype))

/** Heads of their own: `[batch, places, heads * features]` gives `[batch, heads, places, features]`. */
export function parted(call: NodeCall, x: NDArray, heads: string): NDArray {
  if (x.ndim !== 3) return x
  const [batch, places] = sizesOf(x) as readonly [SizeLike, SizeLike]
  return td.permuteDims(td.reshape(x, [batch, places, call.int(heads), -1]), [0, 2, 1, 3])
}

/** What a query may attend to, and what is added to its scores. */
interface Masks {
  readonly allowed: NDArray | undefined
  readonly bias: NDArray | undefined
  /** The keys up to a query's own place are allowed, and nothing else says more. */
  readonly isCausalAlone: boolean
}

function masksOf(call: NodeCall, query: NDArray, key: NDArray): Masks {
  const queries = sizesOf(query)[2]!
  const keys = sizesOf(key)[2]!
  const mask = call.has(3) ? longEnough(widened(call.array(3)), keys) : undefined
  const [left, right] = [call.int('left_window_size', -1), call.int('right_window_size', -1)]
  const isCausal = call.flag('is_causal')
  const lengths = call.optional(6)
  const parts: NDArray[] = mask?.dtype === 'bool' ? [mask] : []
  const bias = mask?.dtype === 'bool' ? undefined : mask
  if (lengths !== undefined)
    parts.push(td.less(td.arange(0, keys, 1, { dtype: 'int32' }), beside(td.astype(lengths, 'int32'))))
  const isPlain = !call.has(4) && lengths === undefined && left < 0 && right < 0
  if (isCausal && isPlain && parts.length === 0 && bias === undefined)
    return { allowed: undefined, bias, isCausalAlone: true }
  if (isCausal || left >= 0 || right >= 0) {
    const own = td.expandDims(placesOfQueries(call, queries, lengths), -1)
    const ahead = td.subtract(td.arange(0, keys, 1, { dtype: 'int32' }), own)
    if (isCausal) parts.push(td.lessEqual(ahead, 0))
    if (left >= 0) parts.push(td.greaterEqual(ahead, -left))
    if (right >= 0) parts.push(td.lessEqual(ahead, right))
  }
  const allowed = parts.length === 0 ? undefined : parts.reduce((all, one) => td.logicalAnd(all, one))
  return { allowed, bias, isCausalAlone: false }
}

/** A number for each item beside heads, queries and keys. */
const beside = (ofItems: NDArray): NDArray => td.expandDims(ofItems, [1, 2, 3])

/** Which key stands at the place of each query: those before it are in the past. */
function placesOfQueries(call: NodeCall, queries: SizeLike, lengths: NDArray | undefined): NDArray {
  const places = td.arange(0, queries, 1, { dtype: 'int32' })
  if (call.has(4)) return td.add(places, scalar(sizesOf(call.array(4))[2]!))
  if (lengths === undefined) return places
  const first = td.subtract(td.astype(lengths, 'int32'), scalar(queries))
  return td.add(td.expandDims(first, [1, 2]), places)
}

/** A mask may be shorter than the keys, and leaves out the others. */
function longEnough(mask: NDArray, keys: SizeLike): NDArray {
  const own = sizesOf(mask).at(-1)!
  if (areEqual(own, keys) === true) return mask
  const none = Array.from({ length: mask.ndim - 1 }, () => [0, 0] as const)
  const width = [...none, [0, minus(keys, own)] as const]
  return td.pad(mask, width, { constantValues: mask.dtype === 'bool' ? false : -Infinity })
}

/** As many heads as the queries have: each one of keys or values serves several. */
function repeated(x: NDArray, query: NDArray): NDArray {
  if (areEqual(sizesOf(x)[1]!, sizesOf(query)[1]!) === true) return x
  const [own, all] = [x.shape[1]!, query.shape[1]!]
  return own === all ? x : td.repeat(x, all / own, { axis: 1 })
}

/** Weights of a query that may attend to nothing are 0. */
function attentionWeights(scores: NDArray, { allowed, bias }: Masks, dtype: td.DType): NDArray {
  const weights = td.softmax(as(scores, dtype), { axis: -1 })
  const seen =
    bias === undefined
      ? allowed
      : allowed === undefined
        ? td.greater(bias, -Infinity)
        : td.logicalAnd(td.greater(bias, -Infinity), allowed)
  return seen === undefined ? weights : td.where(td.any(seen, { axis: -1, keepdims: true }), weights, 0)
}

const attend: Operator = (call) => {
  const query = parted(call, call.array(0), 'q_num_heads')
  const [ownKey, ownValue] = [1, 2].map((i) => parted(call, call.array(i), 'kv_num_heads')) as [
    NDArray,
    NDArray,
  ]
  const key = call.has(4) ? td.concat([call.array(4), ownKey], { axis: 2 }) : ownKey
  const value = call.has(5) ? td.concat([call.array(5), ownValue], { axis: 2 }) : ownValue
  const { dtype } = query
  // Half floats are rounded once, at the end.
  const all: Three = [widened(query), widened(repeated(key, query)), widened(repeated(value, query))]
  const results = attended(call, all, masksOf(call, all[0], all[1]))
  return [finished(call, as(results.y, dtype)), key, value, results.shown && as(results.shown, dtype)]
}

type Three = readonly [query: NDArray, key: NDArray, value: NDArray]

const widened = (x: NDArray): NDArray => (x.dtype === 'float16' ? td.astype(x, 'float32') : x)

/** The heads of each place side by side again, where they came so. */
function finished(call: NodeCall, y: NDArray): NDArray {
  const given = call.array(0)
  if (given.ndim !== 3) return y
  const [batch, places] = sizesOf(given) as readonly [SizeLike, SizeLike]
  return td.reshape(td.permuteDims(y, [0, 2, 1, 3]), [batch, places, -1])
}

function attended(
  call: NodeCall,
  [query, key, value]: Three,
  masks: Masks,
): { readonly y: NDArray; readonly shown: NDArray | null } {
  const given = call.float('scale', undefined)
  const softcap = call.float('softcap', 0)
  const precision = precisionOf(call) ?? query.dtype
  if (softcap === 0 && !call.wants(3) && precision !== 'float64' && masks.bias === undefined) {
    const options = { scale: given ?? null, isCausal: masks.isCausalAlone }
    return { y: td.scaledDotProductAttention(query, key, value, masks.allowed, options), shown: null }
  }
  const scale = given ?? inverseRoot(sizesOf(query)[3]!)
  // Both are scaled, so that no product overflows.
  const root = typeof scale === 'number' ? Math.sqrt(scale) : td.astype(td.sqrt(scale), query.dtype)
  const raw = td.matmul(td.multiply(query, root), td.matrixTranspose(td.multiply(key, root)))
  const capped = softcap > 0 ? td.multiply(td.tanh(td.divide(raw, softcap)), softcap) : raw
  const full = masks.isCausalAlone ? { ...masks, allowed: causal(query, key) } : masks
  const biased = full.bias === undefined ? capped : td.add(capped, full.bias)
  const scores = full.allowed === undefined ? biased : td.where(full.allowed, biased, -Infinity)
  const weights = as(attentionWeights(scores, full, precision), query.dtype)
  const shown = [raw, capped, scores, weights][call.int('qk_matmul_output_mode', 0)]
  return {
    y: td.matmul(weights, value),
    shown: shown ?? call.refuse('its qk_matmul_output_mode is 0, 1, 2 or 3'),
  }
}

const causal = (query: NDArray, keys: NDArray): NDArray => {
  const [own, all] = [query, keys].map((one) => td.arange(0, sizesOf(one)[2]!, 1, { dtype: 'int32' })) as [
    NDArray,
    NDArray,
  ]
  return td.lessEqual(all, td.expandDims(own, 1))
}

const inverseRoot = (features: SizeLike): number | NDArray =>
  typeof features === 'number'
    ? 1 / Math.sqrt(features)
    : td.rsqrt(td.full([], features, { dtype: 'float32' }))

/** The precision that weights are computed in; less than single precision is not taken. */
const precisionOf = (call: NodeCall): td.DType | undefined => {
  const asked = call.given('softmax_precision') ? dtypeOf(call.int('softmax_precision')) : undefined
  return asked === 'float16' ? undefined : asked
}

export const attention: Operators = { Attention: attend, RotaryEmbedding: rotaryEmbedding }
