import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type Case, some, tensor } from './one-node.ts'

/** Numbers small enough that no weight is all. */
function small(...shape: readonly number[]) {
  const operand = some('float32', ...shape)
  const count = operand.values.length
  return { ...operand, values: operand.values.map((value) => (Number(value) * 3) / count) }
}

const q = small(2, 4, 3, 5)
const k = small(2, 4, 6, 5)
const v = small(2, 4, 6, 2)
const four = { gives: ['float32', 'float32', 'float32', 'float32'] } as const
const mask = small(3, 6)
const bools = tensor(
  'bool',
  [2, 1, 3, 6],
  Array.from({ length: 36 }, (_, i) => i % 3 !== 0 && (i < 6 || i > 11)),
)

const attention = (
  operands: Case['operands'],
  attributes: Case['attributes'] = {},
  more: Partial<Case> = {},
): Case => ({
  op: 'Attention',
  opset: 23,
  operands,
  attributes,
  ...more,
})

describe('Attention', () => {
  agree({
    plain: attention([q, k, v]),
    'scaled, causal': attention([q, k, v], { is_causal: 1, scale: attr.float(0.7) }),
    'a mask of numbers': attention([q, k, v, mask]),
    'a mask of bools, a row of which allows nothing': attention([q, k, v, bools]),
    'a mask of numbers, causal': attention([q, k, v, mask], { is_causal: 1 }),
    'fewer heads of keys': attention([q, small(2, 2, 6, 5), small(2, 2, 6, 2)]),
    'heads side by side': attention([small(2, 3, 8), small(2, 6, 4), small(2, 6, 6)], {
      q_num_heads: 4,
      kv_num_heads: 2,
    }),
    'with a past': attention(
      [q, k, v, small(3, 8), small(2, 4, 2, 5), small(2, 4, 2, 2)],
      { is_causal: 1 },
      { gives: ['float32', 'float32', 'float32'] },
    ),
    softcap: attention([q, k, v, mask], { softcap: attr.float(0.8) }),
    ...Object.fromEntries(
      [0, 3].map((mode) => [
        `products of mode ${mode}`,
        attention(
          [q, k, v, mask, small(2, 4, 2, 5), small(2, 4, 2, 2)].with(3, small(3, 8)),
          { qk_matmul_output_mode: mode },
          four,
        ),
      ]),
    ),
  })
})

describe('RotaryEmbedding', () => {
  const angles = [small(7, 2), small(7, 2)] as const
  const places = tensor('int64', [2, 3], [0, 4, 2, 6, 1, 1])
  const rotary = (operands: Case['operands'], attributes: Case['attributes'] = {}): Case => ({
    op: 'RotaryEmbedding',
    opset: 23,
    operands,
    attributes,
  })
  agree({
    halves: rotary([small(2, 5, 3, 4), ...angles, places]),
    pairs: rotary([small(2, 5, 3, 4), ...angles, places], { interleaved: 1 }),
    'a part of the features': rotary([small(2, 5, 3, 6), ...angles, places], {
      rotary_embedding_dim: 4,
      num_heads: 5,
    }),
    'heads side by side': rotary([small(2, 3, 8), ...angles, places], { num_heads: 2 }),
    'angles of each place': rotary([small(2, 5, 3, 4), small(2, 3, 2), small(2, 3, 2)]),
  })
})
