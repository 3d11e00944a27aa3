import { describe, expect, it } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import { agree, bytes, type Case, noise, type Operand, stored, tensor, writtenAs } from './one-node.ts'

const f = (...shape: readonly number[]): Operand => noise('float32', ...shape)
const i32 = (shape: readonly number[], ...values: readonly number[]): Operand =>
  tensor('int32', shape, values)
const i64 = (shape: readonly number[], ...values: readonly number[]): Operand =>
  tensor('int64', shape, values)

const node =
  (op: string, basic: Attributes) =>
  (operands: Case['operands'], attributes: Attributes = {}, more: Partial<Case> = {}): Case => ({
    op,
    domain: 'com.microsoft',
    operands,
    attributes: { ...basic, ...attributes },
    ...more,
  })

const floats = (count: number): Partial<Case> => ({
  gives: Array.from({ length: count }, () => 'float32' as const),
})

/** Arrays of `[batch, places, heads * features]` side by side in each head. */
function packed(
  batch: number,
  places: number,
  heads: number,
  features: number,
  all: readonly Operand[],
): Operand {
  const values = Array.from({ length: batch * places * heads }, (_, row) =>
    all.flatMap((one) => one.values.slice(row * features, (row + 1) * features)),
  )
  return tensor('float32', [batch, places, heads, all.length, features], values.flat())
}

/** `[2, 1, 24]` in three parts of 8 features. */
const thirds = ({ values }: Operand): readonly Operand[] =>
  [0, 8, 16].map((from) =>
    tensor('float32', [2, 1, 8], [...values.slice(from, from + 8), ...values.slice(from + 24, from + 32)]),
  )

describe('RotaryEmbedding', () => {
  const rotary = node('RotaryEmbedding', {})
  const angles = [f(9, 2), f(9, 2)] as const
  const places = i64([2, 3], 0, 4, 2, 6, 1, 1)
  agree({
    halves: rotary([f(2, 3, 8), places, ...angles]),
    pairs: rotary([f(2, 3, 8), places, ...angles], { interleaved: 1 }),
    'the place of the first alone': rotary([f(2, 3, 8), i64([1], 4), ...angles]),
    'a part of the features': rotary([f(2, 3, 12), places, ...angles], {
      num_heads: 2,
      rotary_embedding_dim: 4,
    }),
    'heads as an axis': rotary([f(2, 2, 3, 4), places, ...angles]),
    'heads as an axis, a part of the features': rotary([f(2, 2, 3, 6), places, ...angles], {
      num_heads: 2,
      rotary_embedding_dim: 4,
      interleaved: 1,
    }),
    'a scale': rotary([f(2, 3, 8), places, ...angles], { scale: attr.float(2) }),
    'half floats': rotary([
      noise('float16', 2, 3, 8),
      places,
      noise('float16', 9, 2),
      noise('float16', 9, 2),
    ]),
  })
})

describe('MultiHeadAttention', () => {
  const multiHead = node('MultiHeadAttention', { num_heads: 2 })
  const qkv = [f(2, 3, 8), f(2, 5, 8), f(2, 5, 12)] as const
  const same = [f(2, 3, 8), f(2, 3, 8), f(2, 3, 8)] as const
  const past = [f(2, 2, 4, 4), f(2, 2, 4, 4)] as const
  agree({
    plain: multiHead(qkv),
    'a bias, a scale': multiHead([...qkv, f(28)], { scale: attr.float(0.3) }),
    'a number for each key': multiHead([...qkv, null, i32([2, 5], 1, 1, 0, 1, 0, 0, 0, 1, 1, 1)]),
    'a number for each query and key': multiHead([
      ...qkv,
      null,
      i32([2, 3, 5], ...Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 0 : 1))),
    ]),
    'keys all left out': multiHead([...qkv, null, i32([2, 5], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)]),
    'lengths of keys': multiHead([...qkv, null, i32([2], 5, 2)]),
    'another number for what is left out': multiHead([...qkv, null, i32([2], 5, 2)], {
      mask_filter_value: attr.float(-2),
    }),
    'an added bias': multiHead([...qkv, null, null, f(2, 2, 3, 5)]),
    'an added bias for all': multiHead([...qkv, null, i32([2], 3, 5), f(1, 1, 3, 5)]),
    causal: multiHead(same, { unidirectional: 1 }),
    'causal, a past': multiHead([...same, null, null, null, ...past], { unidirectional: 1 }, floats(3)),
    'causal, the first keys left out': multiHead([...same, null, i32([2, 3], 0, 0, 1, 0, 1, 1)], {
      unidirectional: 1,
    }),
    'a past, all else': multiHead(
      [...same, f(24), i32([2, 7], 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1), f(1, 2, 3, 7), ...past],
      {},
      floats(3),
    ),
    'one query after a past': multiHead(
      [f(2, 1, 8), f(2, 1, 8), f(2, 1, 8), null, null, null, ...past],
      { unidirectional: 1 },
      floats(3),
    ),
    'keys and values of another sequence, in heads': multiHead([f(2, 3, 8), ...past, f(24)]),
    'keys and values packed, a bias': {
      ...multiHead([f(2, 3, 8), packed(2, 5, 2, 4, [qkv[1], f(2, 5, 8)]), null, f(24)]),
      sameAs: multiHead([f(2, 3, 8), qkv[1], f(2, 5, 8), f(24)]),
    },
    'all packed': {
      ...multiHead([packed(2, 3, 2, 4, same), null, null, f(24)]),
      sameAs: multiHead([...same, f(24)]),
    },
    'the products too': multiHead([...qkv, null, i32([2], 3, 5), f(1, 1, 3, 5)], {}, floats(4)),
  })
})

describe('Attention', () => {
  const attention = node('Attention', { num_heads: 2 })
  const basic = [f(2, 3, 6), f(6, 24), f(24)] as const
  agree({
    plain: attention(basic),
    // onnxruntime 1.30 dies without a bias.
    'no bias of the product, a scale': {
      ...attention(basic.slice(0, 2), { scale: attr.float(0.25) }),
      sameAs: attention(
        [
          ...basic.slice(0, 2),
          tensor(
            'float32',
            [24],
            Array.from({ length: 24 }, () => 0),
          ),
        ],
        { scale: attr.float(0.25) },
      ),
    },
    'values of another size': attention([f(2, 3, 6), f(6, 28), f(28)], {
      qkv_hidden_sizes: [8, 8, 12],
    }),
    causal: attention(basic, { unidirectional: 1 }),
    'a number for each key': attention([...basic, i32([2, 3], 1, 1, 0, 0, 1, 1)]),
    'causal, a number for each key': attention([...basic, i32([2, 3], 1, 1, 0, 0, 1, 1)], {
      unidirectional: 1,
    }),
    'a number for each query and key': attention([
      ...basic,
      i32([2, 3, 3], ...Array.from({ length: 18 }, (_, i) => (i % 4 === 0 ? 0 : 1))),
    ]),
    lengths: attention([...basic, i32([2], 3, 1)]),
    'ends and starts': attention([...basic, i32([4], 3, 2, 1, 0)]),
    'an added bias': attention([...basic, null, null, f(1, 2, 3, 3)]),
    'a past': attention([...basic, null, f(2, 2, 2, 4, 4)], { unidirectional: 1 }, floats(2)),
    'a past, a mask': attention(
      [...basic, i32([2, 7], 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1), f(2, 2, 2, 4, 4)],
      {},
      floats(2),
    ),
    'a present without a past': attention(basic, {}, floats(2)),
  })
})

describe('QAttention', () => {
  const quantized = node('QAttention', { num_heads: 2 })
  const scalars = [tensor('float32', [], [0.02]), tensor('float32', [], [0.01])] as const
  const basic = [bytes('uint8', 2, 3, 6), stored(bytes('int8', 6, 24)), stored(f(24)), ...scalars.map(stored)]
  const zero = stored(tensor('uint8', [], [130]))
  const gives: Partial<Case> = { gives: ['float32'] }
  agree({
    plain: quantized(basic, {}, gives),
    'zero points, lengths': quantized(
      [...basic, i32([2], 3, 2), zero, stored(tensor('int8', [], [3]))],
      {},
      gives,
    ),
    'scales of columns, causal': quantized(
      basic.with(
        4,
        stored(
          tensor(
            'float32',
            [24],
            Array.from({ length: 24 }, (_, i) => (i + 1) / 999),
          ),
        ),
      ),
      { unidirectional: 1 },
      gives,
    ),
    'a past': quantized([...basic, null, zero, null, f(2, 2, 2, 4, 4)], { unidirectional: 1 }, floats(2)),
  })
  it('is written as it came', () => {
    expect(writtenAs(quantized(basic, {}, gives))).toEqual(['com.microsoft.QAttention'])
  })
})

describe('DecoderMaskedMultiHeadAttention', () => {
  const decoder = node('DecoderMaskedMultiHeadAttention', { num_heads: 2 })
  const own = [f(2, 1, 8), f(2, 1, 8), f(2, 1, 8)] as const
  const past = [f(2, 2, 4, 4), f(2, 2, 4, 4)] as const
  const masks = [i32([2, 5], 1, 0, 1, 1, 1, 1, 1, 0, 1, 1), f(1, 2, 1, 5)] as const
  const multiHead = node('MultiHeadAttention', { num_heads: 2 })
  agree({
    // onnxruntime's kernel for the CPU takes one buffer for past and present alone.
    'a past, a mask, a bias': {
      ...decoder([...own, ...masks, ...past], {}, floats(3)),
      sameAs: multiHead([...own, null, ...masks, ...past], {}, floats(3)),
    },
    'queries, keys and values in one': {
      ...decoder([f(2, 1, 24), null, null, null, null, ...past], {}, floats(3)),
      sameAs: multiHead([...thirds(f(2, 1, 24)), null, null, null, ...past], {}, floats(3)),
    },
    'another sequence': decoder([f(2, 1, 8), f(2, 2, 5, 4), f(2, 2, 5, 4)]),
  })
})
