import { describe, expect, it } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import { agree, type Case, noise, type Operand, stored, tensor, writtenAs } from './one-node.ts'

const f = (...shape: readonly number[]): Operand => noise('float32', ...shape)
const bytes = (...shape: readonly number[]): Operand => {
  const count = shape.reduce((n, size) => n * size, 1)
  return stored(
    tensor(
      'uint8',
      shape,
      Array.from({ length: count }, (_, i) => (i * 151 + 77) % 256),
    ),
  )
}
const scales = (...shape: readonly number[]): Operand => {
  const count = shape.reduce((n, size) => n * size, 1)
  return stored(
    tensor(
      'float32',
      shape,
      Array.from({ length: count }, (_, i) => ((i % 7) + 1) / 256),
    ),
  )
}

const node =
  (op: string) =>
  (operands: Case['operands'], attributes: Attributes = {}): Case => ({
    op,
    domain: 'com.microsoft',
    operands,
    attributes: { k: 2, ...attributes },
  })

describe('MoE', () => {
  const mixture = node('MoE')
  const [x, router] = [f(5, 4), f(5, 3)]
  const plain = [x, router, f(3, 6, 4), f(3, 6), f(3, 4, 6), f(3, 4)] as const
  const gated = [x, router, f(3, 12, 4), f(3, 12), f(3, 4, 6), f(3, 4)] as const
  agree({
    'relu of the two best': mixture(plain, { activation_type: 'relu' }),
    'normalized, gelu': mixture(plain, { activation_type: 'gelu', normalize_routing_weights: 1 }),
    'the best alone, no bias, sequences': mixture([f(2, 3, 4), f(6, 3), f(3, 6, 4), null, f(3, 4, 6)], {
      k: 1,
      activation_type: 'silu',
    }),
    'gates side by side with what they let through': mixture(gated, {
      activation_type: 'swiglu',
      swiglu_fusion: 1,
      activation_alpha: attr.float(1.7),
      activation_beta: attr.float(1),
      swiglu_limit: attr.float(0.7),
    }),
  })
})

describe('QMoE', () => {
  const quantized = node('QMoE')
  const [x, router] = [f(5, 32), f(5, 3)]
  agree({
    '4 bits, scales of rows': quantized(
      [x, router, bytes(3, 32, 16), scales(3, 32), null, bytes(3, 32, 16), scales(3, 32)],
      { activation_type: 'silu', expert_weight_bits: 4 },
    ),
    '8 bits, gates': quantized(
      [
        x,
        router,
        bytes(3, 64, 32),
        scales(3, 64),
        stored(f(3, 64)),
        bytes(3, 32, 32),
        scales(3, 32),
        stored(f(3, 32)),
      ],
      {
        activation_type: 'swiglu',
        swiglu_fusion: 1,
        expert_weight_bits: 8,
        normalize_routing_weights: 1,
        activation_alpha: attr.float(1.7),
        activation_beta: attr.float(1),
        swiglu_limit: attr.float(7),
      },
    ),
    'shares given': quantized(
      [
        x,
        router,
        bytes(3, 32, 16),
        scales(3, 32),
        null,
        bytes(3, 32, 16),
        scales(3, 32),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        tensor(
          'float32',
          [5, 3],
          f(5, 3).values.map((value) => Math.abs(Number(value)) + 0.125),
        ),
      ],
      { activation_type: 'silu', expert_weight_bits: 4, normalize_routing_weights: 1 },
    ),
    'zero points of rows': quantized(
      [
        x,
        router,
        bytes(3, 32, 16),
        scales(3, 32),
        null,
        bytes(3, 32, 16),
        scales(3, 32),
        null,
        null,
        null,
        null,
        bytes(3, 16),
        bytes(3, 16),
      ],
      { activation_type: 'silu', expert_weight_bits: 4 },
    ),
    '4 bits, scales of blocks': quantized(
      [x, router, bytes(3, 32, 16), scales(3, 32, 2), null, bytes(3, 32, 16), scales(3, 32, 2)],
      { activation_type: 'relu', expert_weight_bits: 4, block_size: 16 },
    ),
  })
  it('is written as it came', () => {
    const weights = [bytes(3, 32, 16), scales(3, 32), null, bytes(3, 32, 16), scales(3, 32)]
    expect(writtenAs(quantized([x, router, ...weights], { activation_type: 'silu' }))).toEqual([
      'com.microsoft.QMoE',
    ])
  })
})
