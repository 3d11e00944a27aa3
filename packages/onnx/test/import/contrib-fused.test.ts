import { describe } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import {
  agree,
  bytes,
  type Case,
  ints,
  noise,
  type Operand,
  type Result,
  stored,
  tensor,
} from './one-node.ts'

const f = (...shape: readonly number[]): Operand => noise('float32', ...shape)

const microsoft = (op: string, operands: Case['operands'], attributes: Attributes = {}): Case => ({
  op,
  domain: 'com.microsoft',
  operands,
  attributes,
})

/** An array with its channels last. */
function turned<const T extends Operand | Result>(given: T): T {
  const { shape, values } = given
  const [items, channels, ...space] = shape as [number, number, ...number[]]
  const size = space.reduce((a, b) => a * b, 1)
  const moved = Array.from({ length: values.length }, (_, i) => {
    const [channel, place] = [i % channels, Math.floor(i / channels)]
    return values[(Math.floor(place / size) * channels + channel) * size + (place % size)]!
  })
  return { ...given, shape: [items, ...space, channels], values: moved }
}

/** The approximation of Gelu by tanh. */
const gelu = (x: number): number => (x / 2) * (1 + Math.tanh(0.7978845608 * (x + 0.044715 * x ** 3)))

describe('products and what follows them', () => {
  const zeros = tensor(
    'float32',
    [2, 1, 2, 4],
    Array.from({ length: 16 }, () => 0),
  )
  const three = [f(2, 3), f(3, 4), f(4)] as const
  agree({
    FusedGemm: microsoft('FusedGemm', three, { activation: 'Relu' }),
    'FusedGemm, a leak': microsoft('FusedGemm', [f(3, 2), f(4, 3), f(2, 4)], {
      transA: 1,
      transB: 1,
      alpha: attr.float(0.5),
      beta: attr.float(2),
      activation: 'LeakyRelu',
      activation_alpha: attr.float(0.3),
    }),
    'TransposeMatMul, a factor': microsoft('TransposeMatMul', [f(2, 3), f(2, 4)], {
      transA: 1,
      alpha: attr.float(0.5),
    }),
    'FusedMatMul, batches': microsoft('FusedMatMul', [f(2, 3, 4), f(3, 4, 5)], { transBatchA: 1 }),
    BiasSoftmax: {
      ...microsoft('BiasSoftmax', [f(2, 3, 2, 4), zeros], { axis: 2, is_inner_broadcast: 1 }),
      sameAs: { op: 'Softmax', opset: 11, operands: [f(2, 3, 2, 4)], attributes: { axis: 2 } },
    },
    GemmFastGelu: {
      ...microsoft('GemmFastGelu', [f(2, 3), f(3, 4)]),
      sameAs: microsoft('FusedMatMul', [f(2, 3), f(3, 4)]),
      made: (result) => ({ ...result, values: result.values.map(gelu) }),
    },
  })
})

describe('norms of groups', () => {
  const [x, weight, bias] = [f(2, 4, 3, 2), f(4), f(4)]
  const plain: Case = {
    op: 'GroupNormalization',
    operands: [x, weight, bias],
    attributes: { num_groups: 2, epsilon: attr.float(1e-3) },
  }
  const silu = (value: number): number => value / (1 + Math.exp(-value))
  const sum = (a: Operand, b: Operand): Operand => ({
    ...a,
    values: a.values.map((value, i) => Number(value) + Number(b.values[i])),
  })
  const skip = noise('float32', 2, 4, 6)
  const attributes = { groups: 2, epsilon: attr.float(1e-3), activation: 0 }
  agree({
    'channels first': {
      ...microsoft('GroupNorm', [x, weight, bias], { ...attributes, channels_last: 0 }),
      sameAs: plain,
    },
    'channels last, an activation': {
      ...microsoft('GroupNorm', [turned(x), weight, bias], { ...attributes, activation: 1 }),
      sameAs: plain,
      made: (result) => turned({ ...result, values: result.values.map(silu) }),
    },
    'a sum, channels last': {
      ...microsoft(
        'SkipGroupNorm',
        [turned(x), weight, bias, turned({ ...skip, shape: x.shape })],
        attributes,
      ),
      sameAs: { ...plain, operands: [sum(x, skip), weight, bias] },
      made: turned,
    },
  })
})

describe('channels last', () => {
  const [x, w, b] = [f(2, 4, 6, 5), f(6, 2, 3, 2), f(6)]
  const conv = { group: 2, pads: [1, 0, 1, 1], strides: [2, 1] }
  agree({
    NhwcFusedConv: {
      ...microsoft('NhwcFusedConv', [turned(x), w, b, turned(f(2, 6, 3, 5))], {
        ...conv,
        activation: 'LeakyRelu',
        activation_params: attr.floats([0.25]),
      }),
      sameAs: microsoft('FusedConv', [x, w, b, f(2, 6, 3, 5)], {
        ...conv,
        activation: 'LeakyRelu',
        activation_params: attr.floats([0.25]),
      }),
      made: turned,
    },
    NhwcConv: {
      ...microsoft('NhwcConv', [turned(x), w, b], conv),
      sameAs: { op: 'Conv', operands: [x, w, b], attributes: conv },
      made: turned,
    },
    NhwcMaxPool: microsoft(
      'NhwcMaxPool',
      [
        tensor(
          'uint8',
          [1, 5, 4, 3],
          Array.from({ length: 60 }, (_, i) => (i * 37) % 251),
        ),
      ],
      { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] },
    ),
  })
})

describe('ConvTransposeWithDynamicPads', () => {
  const [x, w, b] = [f(1, 2, 3, 4), f(2, 3, 3, 2), f(3)]
  agree({
    'padding stored': microsoft('ConvTransposeWithDynamicPads', [x, w, ints(1, 0, 0, 1), b], {
      strides: [2, 1],
    }),
    'padding given': microsoft('ConvTransposeWithDynamicPads', [x, w, tensor('int64', [4], [1, 0, 1, 1]), b]),
    // onnxruntime 1.30 dies without padding.
    'no padding': {
      ...microsoft('ConvTransposeWithDynamicPads', [x, w, null, b]),
      sameAs: { op: 'ConvTranspose', operands: [x, w, b] },
    },
  })
})

describe('EmbedLayerNormalization', () => {
  const words = tensor('int32', [2, 3], [1, 4, 0, 2, 2, 3])
  const segments = tensor('int32', [2, 3], [0, 1, 1, 0, 0, 1])
  const [table, places, ofSegments, weight, bias] = [f(5, 8), f(4, 8), f(2, 8), f(8), f(8)]
  const mask = tensor('int32', [2, 3], [1, 1, 0, 1, 0, 1])
  const embed = (operands: Case['operands'], results = 2): Case => ({
    ...microsoft('EmbedLayerNormalization', operands, { epsilon: attr.float(1e-5) }),
    gives: (['float32', 'int32', 'float32'] as const).slice(0, results),
  })
  agree({
    'all of it': embed([words, segments, table, places, ofSegments, weight, bias, mask], 3),
    'no segments': embed([words, null, table, places, null, weight, bias, mask]),
    'no mask': embed([words, segments, table, places, ofSegments, weight, bias]),
    'places given': embed([
      words,
      segments,
      table,
      places,
      ofSegments,
      weight,
      bias,
      null,
      tensor('int32', [2, 3], [2, 0, 1, 3, 3, 0]),
    ]),
    'places given for all': embed([
      words,
      null,
      table,
      places,
      null,
      weight,
      bias,
      mask,
      tensor('int32', [1, 3], [2, 0, 1]),
    ]),
  })
  const small = (...shape: readonly number[]): Operand => stored(bytes('uint8', ...shape))
  const scalar = (dtype: 'float32' | 'uint8', value: number): Operand => stored(tensor(dtype, [], [value]))
  agree({
    'of integers': {
      ...microsoft(
        'QEmbedLayerNormalization',
        [
          words,
          segments,
          small(5, 8),
          small(4, 8),
          small(2, 8),
          small(8),
          small(8),
          mask,
          ...[0.1, 0.2, 0.15, 0.02, 0.03].map((value) => scalar('float32', value)),
          ...[128, 100, 0, 7, 130].map((value) => scalar('uint8', value)),
        ],
        { epsilon: attr.float(1e-5) },
      ),
      gives: ['float32', 'int32'],
    },
  })
})
