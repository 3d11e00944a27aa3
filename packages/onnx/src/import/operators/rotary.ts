import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { floorDiv, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'

/** A part of the last axis. */
const last = (x: NDArray, from: SizeLike | null, to: SizeLike | null, step = 1): NDArray => {
  const others = Array.from({ length: x.ndim - 1 }, () => null)
  return td.slice(x, [...others, from], [...others, to], [...others.map(() => 1), step])
}

export interface Rotation {
  /** Numbers of a feature pair each, that broadcast against the array but for its last axis. */
  readonly cosines: NDArray
  readonly sines: NDArray
  /** How many features are turned, where it is not all. */
  readonly count?: SizeLike | undefined
  /** Whether the two of a pair lie side by side, not in two halves. */
  readonly isInterleaved: boolean
}

/** Pairs of features turned by an angle. */
export function rotated(x: NDArray, { cosines, sines, count, isInterleaved }: Rotation): NDArray {
  const part = count === undefined ? x : last(x, 0, count)
  const half = floorDiv(count ?? sizesOf(x).at(-1)!, 2)!
  const [a, b] = isInterleaved
    ? [last(part, 0, null, 2), last(part, 1, null, 2)]
    : [last(part, 0, half), last(part, half, null)]
  const real = td.subtract(td.multiply(cosines, a), td.multiply(sines, b))
  const imaginary = td.add(td.multiply(sines, a), td.multiply(cosines, b))
  const both = isInterleaved
    ? td.reshape(td.stack([real, imaginary], { axis: -1 }), sizesOf(part))
    : td.concat([real, imaginary], { axis: -1 })
  return count === undefined ? both : td.concat([both, last(x, count, null)], { axis: -1 })
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
  const count = call.int('rotary_embedding_dim', 0)
  const [cosines, sines] = [1, 2].map((i) => {
    const cache = call.array(i)
    const ofPlaces = call.has(3) ? td.take(cache, call.indices(3), { axis: 0 }) : cache
    return td.expandDims(ofPlaces, 2)
  }) as [NDArray, NDArray]
  const isInterleaved = call.flag('interleaved')
  const whole = rotated(x, { cosines, sines, count: count === 0 ? undefined : count, isInterleaved })
  return isFlat ? td.reshape(whole, sizesOf(given)) : td.permuteDims(whole, [0, 2, 1, 3])
}

/** The same as onnxruntime had it first: places before angles, and one place alone for the first of all. */
export const rotaryOfPlaces: Operator = (call) => {
  const given = call.array(0)
  const [batch, places] = sizesOf(given) as readonly [SizeLike, SizeLike]
  const isFlat = given.ndim === 3
  const turned = times(sizesOf(call.array(2))[1]!, 2)
  const partial = call.int('rotary_embedding_dim', 0)
  const shape = partial > 0 ? [call.int('num_heads'), -1] : [-1, turned]
  // Half floats are rounded once, at the end.
  const wide = td.astype(given, 'float32')
  const x = isFlat ? td.reshape(wide, [batch, places, ...shape]) : td.permuteDims(wide, [0, 2, 1, 3])
  const position = call.indices(1)
  // A place for each, or that of the first.
  const positions =
    position.ndim === 1 ? td.add(td.arange(0, places, 1, { dtype: position.dtype }), position) : position
  const [cosines, sines] = [2, 3].map((i) =>
    td.expandDims(td.astype(td.take(call.array(i), positions, { axis: 0 }), 'float32'), -2),
  ) as [NDArray, NDArray]
  const count = partial > 0 ? partial : undefined
  const whole = rotated(x, { cosines, sines, count, isInterleaved: call.flag('interleaved') })
  const y = isFlat ? td.reshape(whole, sizesOf(given)) : td.permuteDims(whole, [0, 2, 1, 3])
  return td.astype(y, given.dtype)
}

/** Which of three places tells the angle of each pair of features. */
function streamOf(call: NodeCall): readonly number[] {
  const [t, h, w] = call.ints('mrope_section') as readonly [number, number, number]
  const half = t + h + w
  if (call.int('mrope_layout', 0) === 0)
    return Array.from({ length: half }, (_, i) => (i < t ? 0 : i < t + h ? 1 : 2))
  return Array.from({ length: half }, (_, i) =>
    i % 3 === 1 && i < 3 * h ? 1 : i % 3 === 2 && i < 3 * w ? 2 : 0,
  )
}

/** Pairs of features turned by the angles of three places: when, how high, how wide. */
export const rotaryOfThree: Operator = (call) => {
  const given = call.array(0)
  const [batch, places] = sizesOf(given) as readonly [SizeLike, SizeLike]
  const isFlat = given.ndim === 3
  const partial = call.int('rotary_embedding_dim', 0)
  const shape = partial > 0 ? [call.int('num_heads'), -1] : [-1, times(sizesOf(call.array(2))[1]!, 2)]
  const wide = td.astype(given, 'float32')
  const x = isFlat ? td.reshape(wide, [batch, places, ...shape]) : td.permuteDims(wide, [0, 2, 1, 3])
  const streams = streamOf(call)
  const of = (stream: number): NDArray => td.array(streams.map((one) => one === stream))
  const [cosines, sines] = [2, 3].map((i) => {
    // [streams, batch, places, features]
    const angles = td.astype(td.take(call.array(i), call.indices(1), { axis: 0 }), 'float32')
    const [when, high, across] = td.unstack(angles, { axis: 0 }) as [NDArray, NDArray, NDArray]
    return td.expandDims(td.where(of(1), high, td.where(of(2), across, when)), 2)
  }) as [NDArray, NDArray]
  const count = partial > 0 ? partial : undefined
  const whole = rotated(x, { cosines, sines, count, isInterleaved: call.flag('interleaved') })
  const y = isFlat ? td.reshape(whole, sizesOf(given)) : td.permuteDims(whole, [0, 2, 1, 3])
  return td.astype(y, given.dtype)
}
