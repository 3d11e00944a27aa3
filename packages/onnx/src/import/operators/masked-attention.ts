import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { areEqual, minus, numbers, plus, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { sliceAxis } from './axes.ts'
import { as, type Heads, pastOf, sideBySide, single } from './heads.ts'
import { scalar } from './windows.ts'

export interface Masks {
  /** Lengths, ends and starts, or a number for each key that is 0 where it is left out. */
  readonly mask: NDArray | undefined
  /** Added to the products. */
  readonly bias: NDArray | undefined
}

/** What attention gives beside its result. */
interface Attended {
  /** `[batch, places, heads * features]` */
  readonly y: NDArray
  /** The products with all that is added to them, where they are asked for. */
  readonly scores: NDArray | undefined
}

/** Attention as onnxruntime's own operators have it: a key that is left out counts less by a number, not by infinity. */
export function attended(call: NodeCall, heads: Heads, masks: Masks, wantsScores = false): Attended {
  const { query, key, value } = heads
  const given = call.float('scale', 0)
  const scale = given === 0 ? null : given
  const added = addedTo(call, heads, masks)
  const [q, k, v] = [single(query), single(key), single(value)]
  const y = td.scaledDotProductAttention(q, k, v, added, { scale })
  return {
    y: as(sideBySide(y), query.dtype),
    scores: wantsScores ? scoresOf(q, k, added, scale) : undefined,
  }
}

function scoresOf(q: NDArray, k: NDArray, added: NDArray | undefined, scale: number | null): NDArray {
  const features = sizesOf(q)[3]!
  const factor = scale ?? td.rsqrt(td.astype(scalar(features), 'float32'))
  const raw = td.matmul(td.multiply(q, factor), td.matrixTranspose(k))
  if (added === undefined) return raw
  return added.dtype === 'bool' ? td.where(added, raw, -Infinity) : td.add(raw, added)
}

/** What is added to the products, or which of them count at all. */
function addedTo(call: NodeCall, heads: Heads, { mask, bias }: Masks): NDArray | undefined {
  const past = call.flag('unidirectional') ? pastOf(heads) : undefined
  const filter = call.float('mask_filter_value', -10000)
  const padding = mask && td.where(countedKeys(call, mask, heads), 0, filter)
  const parts = [padding, bias && single(bias)].filter((part) => part !== undefined)
  if (parts.length === 0) return past
  const sum = parts.reduce((all, part) => td.add(all, part))
  return past === undefined ? sum : td.where(past, sum, -Infinity)
}

/** Which keys count, in axes that broadcast to `[batch, heads, queries, keys]`. */
function countedKeys(call: NodeCall, mask: NDArray, { query, key }: Heads): NDArray {
  const [batch, , queries] = sizesOf(query) as readonly [SizeLike, SizeLike, SizeLike]
  const keys = sizesOf(key)[2]!
  if (mask.ndim === 1) return withinLengths(call, mask, batch, keys)
  const isOn = td.notEqual(mask, 0)
  if (mask.ndim === 2) return td.expandDims(isOn, [1, 2])
  if (mask.ndim === 3) return td.expandDims(isOn, 1)
  // A square of all places, of which the rows of the queries are the last ones.
  return sliceAxis(sliceAxis(isOn, 2, minus(keys, queries), keys), 3, 0, keys)
}

/** Keys before an end, and from a start on where there is one for each item. */
function withinLengths(call: NodeCall, mask: NDArray, batch: SizeLike, keys: SizeLike): NDArray {
  const places = td.arange(0, keys, 1, { dtype: 'int32' })
  const part = (first: SizeLike): NDArray =>
    td.expandDims(sliceAxis(mask, 0, first, plus(first, batch)), [1, 2, 3])
  const isBefore = td.less(places, part(0))
  const is = (factor: number, more: number): boolean =>
    isSize(sizesOf(mask)[0]!, plus(times(batch, factor), more))
  // Ends alone, or ends and what packed batches tell beside.
  if (is(1, 0) || is(3, 2)) return isBefore
  if (is(2, 0)) return td.logicalAnd(isBefore, td.greaterEqual(places, part(batch)))
  return call.refuse('its mask of one axis has one number for each item, or two, or three and two more')
}

/** Whether two sizes are the same; those that are open are read where that decides. */
function isSize(a: SizeLike, b: SizeLike): boolean {
  const answer = areEqual(a, b)
  if (answer !== undefined) return answer
  const [first, second] = numbers([a, b])
  return first === second
}
