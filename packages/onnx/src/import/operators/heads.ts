import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { scalar } from './windows.ts'

/** Queries, keys and values, `[batch, heads, places, features]`. */
export interface Heads {
  readonly query: NDArray
  readonly key: NDArray
  readonly value: NDArray
}

/** `[batch, places, heads * features]` gives `[batch, heads, places, features]`. */
export function inHeads(x: NDArray, heads: number): NDArray {
  const [batch, places] = sizesOf(x) as readonly [SizeLike, SizeLike]
  return td.permuteDims(td.reshape(x, [batch, places, heads, -1]), [0, 2, 1, 3])
}

/** The heads of each place side by side again. */
export function sideBySide(x: NDArray): NDArray {
  const [batch, , places] = sizesOf(x) as readonly [SizeLike, SizeLike, SizeLike]
  return td.reshape(td.permuteDims(x, [0, 2, 1, 3]), [batch, places, -1])
}

/** Parts of the last axis of these sizes. */
export function partsOf(x: NDArray, counts: readonly SizeLike[]): readonly NDArray[] {
  let first: SizeLike = 0
  return counts.map((count) => {
    const from = first
    first = plus(from, count)
    const others = Array.from({ length: x.ndim - 1 }, () => null)
    return td.slice(x, [...others, from], [...others, first])
  })
}

/** The keys up to the own place of a query are allowed, where the last query's is that of the last key. */
export function pastOf({ query, key }: Heads): NDArray {
  const [queries, keys] = [sizesOf(query)[2]!, sizesOf(key)[2]!]
  const own = td.add(td.arange(0, queries, 1, { dtype: 'int32' }), td.subtract(scalar(keys), scalar(queries)))
  return td.lessEqual(td.arange(0, keys, 1, { dtype: 'int32' }), td.expandDims(own, 1))
}

/** The array in a dtype, itself where it has it: what makes a result stays known by it. */
export const as = (x: NDArray, dtype: td.DType): NDArray => (x.dtype === dtype ? x : td.astype(x, dtype))

export const single = (x: NDArray): NDArray => as(x, 'float32')
