import { describe } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import { agree, type Case, noise, type Operand, tensor } from './one-node.ts'

const f = (...shape: readonly number[]): Operand => noise('float32', ...shape)
/** Numbers around 0 that are small, so that no state runs away. */
const small = (...shape: readonly number[]): Operand => {
  const operand = f(...shape)
  return { ...operand, values: operand.values.map((value) => Number(value) / 4) }
}
/** Logarithms of parts that are kept. */
const kept = (...shape: readonly number[]): Operand => {
  const operand = f(...shape)
  return { ...operand, values: operand.values.map((value) => -Math.abs(Number(value))) }
}

const node =
  (op: string, results: number, basic: Attributes = {}) =>
  (operands: Case['operands'], attributes: Attributes = {}): Case => ({
    op,
    domain: 'com.microsoft',
    operands,
    attributes: { ...basic, ...attributes },
    gives: Array.from({ length: results }, () => 'float32' as const),
  })

describe('LinearAttention', () => {
  const attention = node('LinearAttention', 2, { q_num_heads: 2, kv_num_heads: 2 })
  const qkv = [small(2, 5, 8), small(2, 5, 8), f(2, 5, 6)] as const
  const state = f(2, 2, 4, 3)
  agree({
    linear: attention(qkv, { update_rule: 'linear' }),
    'linear, from a state, a scale': attention([...qkv, state], {
      update_rule: 'linear',
      scale: attr.float(0.7),
    }),
    'gated by heads': attention([...qkv, null, kept(2, 5, 2)], { update_rule: 'gated' }),
    'gated by features': attention([...qkv, state, kept(2, 5, 8)], { update_rule: 'gated' }),
    delta: attention([...qkv, state, null, small(2, 5, 2)], { update_rule: 'delta' }),
    'gated delta': attention([...qkv, state, kept(2, 5, 2), small(2, 5, 2)]),
    'gated delta, one rate for all heads': attention([...qkv, null, kept(2, 5, 8), small(2, 5, 1)]),
    'more heads of queries': attention(
      [small(2, 5, 16), ...qkv.slice(1), state, kept(2, 5, 2), small(2, 5, 2)],
      {
        q_num_heads: 4,
      },
    ),
    'more heads of keys': attention([small(2, 5, 4), ...qkv.slice(1), state, kept(2, 5, 2), small(2, 5, 2)], {
      q_num_heads: 1,
    }),
  })
})

describe('CausalConvWithState', () => {
  const convolution = node('CausalConvWithState', 2)
  agree({
    plain: convolution([f(2, 3, 5), f(3, 1, 4)]),
    'a bias, a state, an activation': convolution([f(2, 3, 5), f(3, 1, 4), f(3), f(2, 3, 3)], {
      activation: 'silu',
    }),
    'taps apart': convolution([f(2, 3, 5), f(3, 1, 3), f(3), f(2, 3, 4)], { dilation: 2 }),
    'channels last': convolution([f(2, 5, 3), f(3, 1, 3), f(3), f(2, 2, 3)], { channels_last: 1 }),
    'fewer places than the state has': convolution([f(2, 3, 1), f(3, 1, 4), null, f(2, 3, 3)]),
  })
})

describe('MRotaryEmbedding', () => {
  const rotary = node('MRotaryEmbedding', 1)
  const places = tensor('int64', [3, 2, 3], [0, 1, 2, 3, 4, 5, 1, 1, 2, 0, 3, 3, 2, 0, 1, 6, 1, 0])
  agree({
    'in parts': rotary([f(2, 3, 24), places, f(8, 6), f(8, 6)], { mrope_section: [3, 2, 1], num_heads: 2 }),
    'side by side': rotary([f(2, 3, 24), places, f(8, 6), f(8, 6)], {
      mrope_section: [2, 2, 2],
      mrope_layout: 1,
      num_heads: 2,
    }),
    'heads as an axis': rotary([f(2, 2, 3, 12), places, f(8, 6), f(8, 6)], {
      mrope_section: [2, 2, 2],
      interleaved: 1,
    }),
  })
})

describe('gates', () => {
  agree({
    GatedAdd: node('GatedAdd', 1)([f(2, 3, 4), f(2, 3, 4), f(2, 3, 1)]),
    GatedRMSNorm: node('GatedRMSNorm', 1)([f(2, 3, 8), f(4), f(2, 3, 8)], { epsilon: attr.float(1e-3) }),
    LinearAttentionGate: node('LinearAttentionGate', 2)([f(2, 3, 4), f(4), f(4), f(2, 3, 4)]),
  })
})
