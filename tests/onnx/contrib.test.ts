import { attr, type Attributes, type ModelBuilder, type OnnxDType } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { type Case, exported, type Given, judged } from './judged.ts'

// Each operator is held against onnxruntime in the package's own tests, by the reference; these are for the engines.

const wave = (count: number, step = 0.7): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(i * step) * (1 + (i % 3)))
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
const f = (...shape: readonly number[]): Given => ['float32', shape, wave(sizeOf(shape), 0.3 + sizeOf(shape))]
const u8 = (...shape: readonly number[]): Given => [
  'uint8',
  shape,
  Array.from({ length: sizeOf(shape) }, (_, i) => (i * 151 + 77) % 256),
]
/** Numbers below 1 in size. */
const small = (...shape: readonly number[]): Given => {
  const [dtype, sizes, data] = f(...shape)
  return [dtype, sizes, data.map((value) => value / 4)]
}
const f32 = (value: number): Given => ['float32', [], [value]]
const byte = (value: number): Given => ['uint8', [], [value]]
const i32 = (shape: readonly number[], ...data: readonly number[]): Given => ['int32', shape, data]

const stored = (model: ModelBuilder, [dtype, shape, data]: Given): string =>
  model.initializer(dtype, shape, encoded(dtype, data))

const encoded = (dtype: OnnxDType, data: readonly number[]): Uint8Array =>
  dtype === 'uint8'
    ? Uint8Array.from(data)
    : new Uint8Array((dtype === 'int32' ? Int32Array : Float32Array).from(data).buffer)

interface Node {
  readonly op: string
  readonly inputs: readonly Given[]
  /** Operands after the inputs; a number is the place of an input, and null stands for one left out. */
  readonly operands?: readonly (Given | number | null)[]
  readonly attributes?: Attributes
  readonly gives?: readonly OnnxDType[]
  readonly name?: string
}

const microsoft = ({
  op,
  inputs,
  operands,
  attributes = {},
  gives = ['float32'],
  name = op,
}: Node): Case => ({
  name,
  inputs,
  domains: { 'com.microsoft': 1 },
  rtol: 1e-4,
  atol: 1e-5,
  build: (model, names) => {
    const all = operands ?? inputs.map((_, i) => i)
    const given = all.map((one) =>
      one === null ? '' : typeof one === 'number' ? names[one]! : stored(model, one),
    )
    const outputs = model.nodeOf(op, given, gives.length, { domain: 'com.microsoft', attributes })
    return outputs.map((output, i) => [output, gives[i]!] as const)
  },
})

const three = ['float32', 'float32', 'float32'] as const

const cases: readonly Case[] = [
  microsoft({
    op: 'MatMulNBits',
    inputs: [f(2, 3, 40)],
    operands: [0, u8(5, 3, 8), f(5, 3), u8(5, 2)],
    attributes: { K: 40, N: 5, bits: 4, block_size: 16 },
  }),
  microsoft({
    name: 'MatMulNBits, its weights given',
    op: 'MatMulNBits',
    inputs: [f(2, 3, 40), u8(5, 3, 8), f(5, 3), u8(5, 2)],
    attributes: { K: 40, N: 5, bits: 4, block_size: 16 },
  }),
  microsoft({
    op: 'GatherBlockQuantized',
    inputs: [i32([2, 2], 3, 0, -1, 2)],
    operands: [u8(4, 20), 0, f(4, 3), u8(4, 2)],
    attributes: { bits: 4, block_size: 16, gather_axis: 0, quantize_axis: 1 },
  }),
  microsoft({
    op: 'GroupQueryAttention',
    inputs: [
      f(2, 1, 64),
      f(2, 1, 32),
      f(2, 1, 32),
      f(2, 2, 4, 16),
      f(2, 2, 4, 16),
      i32([2], 4, 2),
      f(9, 8),
      f(9, 8),
    ],
    operands: [0, 1, 2, 3, 4, 5, i32([], 5), 6, 7],
    attributes: { num_heads: 4, kv_num_heads: 2, do_rotary: 1, local_window_size: 3 },
    gives: three,
  }),
  microsoft({
    name: 'GroupQueryAttention, its products bent, with a sink',
    op: 'GroupQueryAttention',
    inputs: [f(2, 3, 64), i32([2], 2, 2), f(4)],
    operands: [0, null, null, null, null, 1, i32([], 3), null, null, null, null, 2],
    attributes: { num_heads: 4, kv_num_heads: 2, softcap: attr.float(2) },
    gives: three,
  }),
  microsoft({
    op: 'MultiHeadAttention',
    inputs: [
      f(2, 3, 8),
      f(2, 3, 8),
      f(2, 3, 8),
      f(24),
      i32([2, 7], 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1),
    ],
    operands: [0, 1, 2, 3, 4, f(1, 2, 3, 7), f(2, 2, 4, 4), f(2, 2, 4, 4)],
    attributes: { num_heads: 2, unidirectional: 1 },
    gives: three,
  }),
  microsoft({
    op: 'Attention',
    inputs: [f(2, 3, 6), i32([2], 3, 2)],
    operands: [0, f(6, 24), f(24), 1],
    attributes: { num_heads: 2 },
  }),
  microsoft({
    op: 'EmbedLayerNormalization',
    inputs: [i32([2, 3], 1, 4, 0, 2, 2, 3), i32([2, 3], 0, 1, 1, 0, 0, 1), i32([2, 3], 1, 1, 0, 1, 0, 1)],
    operands: [0, 1, f(5, 8), f(4, 8), f(2, 8), f(8), f(8), 2],
    attributes: { epsilon: attr.float(1e-5) },
    gives: ['float32', 'int32'],
  }),
  microsoft({
    op: 'QMoE',
    inputs: [f(5, 32), f(5, 3)],
    operands: [0, 1, u8(3, 32, 16), small(3, 32, 2), null, u8(3, 32, 16), small(3, 32, 2)],
    attributes: { k: 2, activation_type: 'silu', expert_weight_bits: 4, block_size: 16 },
  }),
  microsoft({
    op: 'QLinearAveragePool',
    inputs: [u8(1, 2, 5, 4)],
    operands: [0, f32(0.05), byte(131), f32(0.073), byte(121)],
    attributes: { kernel_shape: [3, 2], pads: [1, 0, 1, 1] },
    gives: ['uint8'],
  }),
  microsoft({
    op: 'DynamicQuantizeLSTM',
    inputs: [f(4, 1, 2)],
    operands: [
      0,
      u8(1, 2, 12),
      u8(1, 3, 12),
      f(1, 24),
      null,
      null,
      null,
      null,
      ['float32', [1], [0.004]],
      ['uint8', [1], [128]],
      ['float32', [1], [0.003]],
      ['uint8', [1], [120]],
    ],
    attributes: { hidden_size: 3 },
    gives: three,
  }),
  microsoft({
    op: 'MoE',
    inputs: [f(5, 4), f(5, 3)],
    operands: [0, 1, f(3, 12, 4), f(3, 12), f(3, 4, 6), f(3, 4)],
    attributes: { k: 2, activation_type: 'swiglu', swiglu_fusion: 1, activation_beta: attr.float(1) },
  }),
  microsoft({
    op: 'MatMulBnb4',
    inputs: [f(2, 3, 24)],
    operands: [0, u8(60), f(8)],
    attributes: { K: 24, N: 5, block_size: 16, quant_type: 1 },
  }),
  microsoft({
    op: 'QAttention',
    inputs: [u8(2, 3, 6), i32([2], 3, 2)],
    operands: [0, u8(6, 24), f(24), f32(0.02), f32(0.01), 1, byte(130), byte(128)],
    attributes: { num_heads: 2 },
  }),
  microsoft({
    op: 'CropAndResize',
    inputs: [f(2, 3, 5, 4), ['float32', [2, 4], [0, 0, 1, 1, 0.2, 0.6, 0.7, 0.1]], i32([2], 1, 0)],
    operands: [0, 1, 2, i32([2], 7, 3)],
  }),
  microsoft({
    op: 'LinearAttention',
    inputs: [small(2, 5, 8), small(2, 5, 8), f(2, 5, 6), small(2, 2, 4, 3), small(2, 5, 2), small(2, 5, 2)],
    attributes: { q_num_heads: 2, kv_num_heads: 2 },
    gives: ['float32', 'float32'],
  }),
  microsoft({
    op: 'CausalConvWithState',
    inputs: [f(2, 3, 5), f(3, 1, 4), f(3), f(2, 3, 3)],
    attributes: { activation: 'silu' },
    gives: ['float32', 'float32'],
  }),
  microsoft({
    op: 'RotaryEmbedding',
    inputs: [f(2, 2, 3, 4), ['int64', [2, 3], [0, 4, 2, 6, 1, 1]], f(9, 2), f(9, 2)],
    attributes: { interleaved: 1 },
  }),
]

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('as onnxruntime computes, on %s', (engine) => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})

describe('exported', () => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await exported(test)).toBeUndefined()
  })
})
