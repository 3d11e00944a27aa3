import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { Operator } from '../node-call.ts'
import { floorDiv } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'

/** A part of the last axis. */
const last = (x: NDArray, from: SizeLike | null, to: SizeLike | null, step = 1): NDArray => {
  const others = Array.from({ length: x.ndim - 1 }, () => null)
  return td.slice(x, [...others, from], [...others, to], [...others.map(() => 1), step])
}

/** Pairs of features turned by an angle that follows the place. */
export const rotaryEmbedding: Operator = (call) => {
  const given = call.array(0)
  const [batch, places] = sizesOf(given) as readonly [SizeLike, SizeLike]
  const isFlat = given.ndim === 3
  // [batch, places, heads, features]
  const x = isFlat
    ? td.reshape(given, [batch, places, call.int('num_heads'), -1])
    : td.permuteDims(given, [0, 2, 1, 3])
  const turned = call.int('rotary_embedding_dim', 0)
  const count = turned === 0 ? sizesOf(x)[3]! : turned
  const [cosines, sines] = [1, 2].map((i) => {
    const cache = call.array(i)
    const ofPlaces = call.has(3) ? td.take(cache, call.indices(3), { axis: 0 }) : cache
    return td.expandDims(ofPlaces, 2)
  }) as [NDArray, NDArray]
  const part = turned === 0 ? x : last(x, 0, count)
  const half = floorDiv(count, 2)!
  const isInterleaved = call.flag('interleaved')
  const [a, b] = isInterleaved
    ? [last(part, 0, null, 2), last(part, 1, null, 2)]
    : [last(part, 0, half), last(part, half, null)]
  const real = td.subtract(td.multiply(cosines, a), td.multiply(sines, b))
  const imaginary = td.add(td.multiply(sines, a), td.multiply(cosines, b))
  const both = isInterleaved
    ? td.reshape(td.stack([real, imaginary], { axis: -1 }), sizesOf(part))
    : td.concat([real, imaginary], { axis: -1 })
  const whole = turned === 0 ? both : td.concat([both, last(x, count, null)], { axis: -1 })
  return isFlat ? td.reshape(whole, sizesOf(given)) : td.permuteDims(whole, [0, 2, 1, 3])
}
