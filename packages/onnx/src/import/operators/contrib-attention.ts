import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { floorDiv } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { sliceAxis } from './axes.ts'
import { groupQueryAttention } from './group-query-attention.ts'
import { inHeads, partsOf } from './heads.ts'
import { attended } from './masked-attention.ts'
import { integerProduct } from './quantizing.ts'
import { rotaryOfPlaces, rotaryOfThree } from './rotary.ts'

type Three = readonly [query: NDArray, key: NDArray, value: NDArray]

/** Keys or values with those of the past before them. */
const after = (past: NDArray | undefined, own: NDArray): NDArray =>
  past === undefined ? own : td.concat([past, own], { axis: 2 })

/** One of the arrays that lie side by side on an axis. */
const oneOf = (x: NDArray, axis: number, place: number): NDArray =>
  td.squeeze(sliceAxis(x, axis, place, place + 1), axis)

/** Sizes of queries, keys and values that lie side by side. */
function hiddenSizes(call: NodeCall, total: SizeLike): readonly SizeLike[] {
  const given = call.ints('qkv_hidden_sizes', [])
  const third = (): SizeLike => floorDiv(total, 3)!
  return given.length === 3 ? given : [third(), third(), third()]
}

/** What attention makes of queries, keys and values of one product, with the past that an operand holds. */
function selfAttended(
  call: NodeCall,
  projected: NDArray,
  operands: { mask: number; past: number; bias?: number },
) {
  if (call.flag('do_rotary'))
    call.refuse('its queries and keys are to be turned, which has no meaning of its own')
  if (call.flag('past_present_share_buffer')) call.refuse('its past and its present are to be one buffer')
  const heads = call.int('num_heads')
  const all = partsOf(projected, hiddenSizes(call, sizesOf(projected).at(-1)!))
  const [query, ownKey, ownValue] = all.map((part) => inHeads(part, heads)) as unknown as Three
  const past = call.optional(operands.past)
  const [key, value] = [ownKey, ownValue].map((own, i) => after(past && oneOf(past, 0, i), own)) as [
    NDArray,
    NDArray,
  ]
  const bias = operands.bias === undefined ? undefined : call.optional(operands.bias)
  const { y } = attended(call, { query, key, value }, { mask: call.optional(operands.mask), bias })
  return call.wants(1) ? [y, td.stack([key, value])] : y
}

const plus = (x: NDArray, y: NDArray | undefined): NDArray => (y === undefined ? x : td.add(x, y))

const attention: Operator = (call) => {
  const projected = plus(td.matmul(call.array(0), call.array(1)), call.optional(2))
  return selfAttended(call, projected, { mask: 3, past: 4, bias: 5 })
}

/** The same of integers, whose product is turned to floats. */
const qAttention: Operator = (call) => {
  const sums = integerProduct(call.array(0), call.optional(6), call.array(1), call.optional(7))
  const scale = td.multiply(call.array(3), call.array(4))
  const bias = call.array(2)
  const projected = td.add(td.multiply(td.astype(sums, scale.dtype), scale), bias)
  return selfAttended(call, projected, { mask: 5, past: 8 })
}

/** Queries, keys and values in heads: each alone, or packed in fewer operands. */
function headsOf(call: NodeCall, biasAt: number): Three {
  const heads = call.int('num_heads')
  const query = call.array(0)
  const bias = call.optional(biasAt)
  const inOrder = (x: NDArray): NDArray => td.permuteDims(x, [0, 2, 1, 3])
  if (query.ndim === 5) {
    const added = bias && td.permuteDims(td.reshape(bias, [3, heads, -1]), [1, 0, 2])
    return [0, 1, 2].map((i) => inOrder(oneOf(plus(query, added), 3, i))) as unknown as Three
  }
  const whole = sizesOf(query)[2]!
  if (!call.has(1)) {
    const projected = plus(query, bias)
    const third = floorDiv(whole, 3)!
    return partsOf(projected, [third, third, third]).map((part) => inHeads(part, heads)) as unknown as Three
  }
  const key = call.array(1)
  if (key.ndim === 5) {
    const [q, k, v] = bias === undefined ? [] : partsOf(bias, [whole, whole, whole])
    const ofHead = (x: NDArray, y: NDArray | undefined): NDArray =>
      inOrder(plus(x, y && td.reshape(y, [heads, -1])))
    return [inHeads(plus(query, q), heads), ofHead(oneOf(key, 3, 0), k), ofHead(oneOf(key, 3, 1), v)]
  }
  const value = call.array(2)
  if (key.ndim === 4) {
    const [q] = bias === undefined ? [] : partsOf(bias, [whole])
    return [inHeads(plus(query, q), heads), key, value]
  }
  const [q, k, v] = bias === undefined ? [] : partsOf(bias, [whole, whole, sizesOf(value)[2]!])
  return [inHeads(plus(query, q), heads), inHeads(plus(key, k), heads), inHeads(plus(value, v), heads)]
}

/** Places of operands, which differ from one operator to the other. */
interface Places {
  readonly bias: number
  readonly mask: number
  readonly added: number
  readonly past: number
}

const multiHead =
  ({ bias, mask, added, past }: Places): Operator =>
  (call) => {
    if (call.has(past + 2) || call.has(9) || call.flag('past_present_share_buffer'))
      call.refuse('its past and its present are to be one buffer')
    const [query, ownKey, ownValue] = headsOf(call, bias)
    const key = after(call.optional(past), ownKey)
    const value = after(call.optional(past + 1), ownValue)
    const masks = { mask: call.optional(mask), bias: call.optional(added) }
    const { y, scores } = attended(call, { query, key, value }, masks, call.wants(3))
    return [y, key, value, scores ?? null]
  }

/** Attention of onnxruntime's own domain. */
export const contribAttention: Operators = {
  Attention: attention,
  DecoderMaskedMultiHeadAttention: multiHead({ bias: 10, mask: 3, added: 4, past: 5 }),
  MRotaryEmbedding: rotaryOfThree,
  GroupQueryAttention: groupQueryAttention,
  MultiHeadAttention: multiHead({ bias: 3, mask: 4, added: 5, past: 6 }),
  QAttention: qAttention,
  RotaryEmbedding: rotaryOfPlaces,
}
