import { attr, type Attributes, type ModelBuilder, type OnnxDType } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { type Case, type Given, judged } from './judged.ts'

const wave = (count: number, step = 0.7): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(i * step) * (1 + (i % 5)))
const f = (shape: readonly number[], data?: readonly number[]): Given => [
  'float32',
  shape,
  data ?? wave(shape.reduce((a, b) => a * b, 1)),
]
const i64 = (...data: readonly number[]): Given => ['int64', [], data]

const single =
  (op: string, out: OnnxDType, attributes: Attributes = {}, domain = ''): Case['build'] =>
  (model, inputs) => [[model.node(op, inputs, { attributes, domain }), out]]

/** onnxruntime adds up transforms in float32: what is 0 is not there. */
const summed = { rtol: 1e-4, atol: 1e-5 }

const ms = { domains: { 'com.microsoft': 1 } }
const microsoft = (op: string, inputs: readonly Given[], attributes: Attributes = {}): Case => ({
  name: op,
  inputs,
  build: single(op, 'float32', attributes, 'com.microsoft'),
  rtol: 1e-4,
  ...ms,
})

/** Boxes that overlap in part, some with their corners exchanged, one without an area. */
const boxes = [0, 0, 1, 1, 0, 0.1, 1, 1.1, 1, 1, 0, -0.1, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 3, 3, 3, 3]
const scores = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3, 0.9, 0.9, 0.1, 0.2, 0.95, 0.95]
const suppression = (
  name: string,
  most: number,
  extra: readonly Given[],
  attributes: Attributes = {},
): Case => ({
  name: `NonMaxSuppression ${name}`,
  inputs: [f([1, 6, 4], boxes), f([1, 2, 6], scores), ...extra],
  build: (model, [b, s, ...others]) => [
    [
      model.node('NonMaxSuppression', [b!, s!, model.scalar('int64', most), ...others], { attributes }),
      'int64',
    ],
  ],
})

const stored = (model: ModelBuilder, ...values: readonly number[]): string => model.ints(values)

const cases: readonly Case[] = [
  suppression('without thresholds', 4, []),
  suppression('that finds nothing', 0, []),
  suppression('by overlap', 10, [f([], [0.5])]),
  suppression('by overlap and score, of one at most', 1, [f([], [0.5]), f([], [0.4])]),
  suppression('where no score is high enough', 3, [f([], [0.5]), f([], [2])]),
  suppression('of centres', 3, [f([1], [0.2])], { center_point_box: 1 }),
  {
    name: 'NonMaxSuppression of batches whose sizes are open',
    inputs: [
      f([2, 3, 4], [...boxes.slice(0, 12), ...boxes.slice(8, 20)]),
      f([2, 1, 3], scores.slice(0, 6)),
      f([1], [0.4]),
    ],
    open: [['b', 'n', 4], ['b', 'c', 'n'], [1]],
    build: (model, [b, s, o]) => [[model.node('NonMaxSuppression', [b!, s!, model.ints([5]), o!]), 'int64']],
  },
  ...[0, 1].flatMap((inverse): Case[] => [
    {
      name: `DFT of opset 17, ${inverse}`,
      inputs: [f([2, 6, 3, 2])],
      build: single('DFT', 'float32', { axis: 1, inverse }),
      opset: 17,
      rtol: 1e-4,
    },
    {
      name: `DFT along an axis from the end, longer, ${inverse}`,
      inputs: [f([2, 5, 3, 2])],
      build: (model, [x]) => [
        [
          model.node('DFT', [x!, model.scalar('int64', 8), model.scalar('int64', -3)], {
            attributes: { inverse },
          }),
          'float32',
        ],
      ],
      opset: 20,
      rtol: 1e-4,
    },
  ]),
  {
    name: 'DFT of real numbers, one half',
    inputs: [f([1, 7, 1])],
    build: single('DFT', 'float32', { axis: 1, onesided: 1 }),
    opset: 17,
    ...summed,
  },
  ...[0, 1].map((onesided): Case => ({
    name: `STFT, ${onesided}`,
    inputs: [f([2, 32, 1]), f([8])],
    build: (model, [x, window]) => [
      [
        model.node('STFT', [x!, model.scalar('int64', 4), window!, model.scalar('int64', 8)], {
          attributes: { onesided },
        }),
        'float32',
      ],
    ],
    opset: 17,
    ...summed,
  })),
  ...['HannWindow', 'HammingWindow', 'BlackmanWindow'].flatMap((op) =>
    [0, 1].map((periodic): Case => ({
      name: `${op}, ${periodic}`,
      inputs: [f([9])],
      build: (model, [x]) => [
        [
          model.node('Add', [x!, model.node(op, [model.scalar('int64', 9)], { attributes: { periodic } })]),
          'float32',
        ],
      ],
      opset: 17,
    })),
  ),
  {
    name: 'MelWeightMatrix',
    inputs: [i64(8), i64(16), i64(8192), f([], [0]), f([], [4096])],
    build: single('MelWeightMatrix', 'float32'),
    opset: 17,
  },
  {
    name: 'SplitToSequence by a length, joined in another order',
    inputs: [f([5, 2])],
    build: (model, [x]) => {
      const parts = model.node('SplitToSequence', [x!, model.scalar('int64', 2)])
      const last = model.node('SequenceAt', [parts, model.scalar('int64', -1)])
      const less = model.node('SequenceErase', [parts])
      const more = model.node('SequenceInsert', [less, last, model.scalar('int64', 0)])
      return [
        [model.node('ConcatFromSequence', [more], { attributes: { axis: 0 } }), 'float32'],
        [model.node('SequenceLength', [parts]), 'int64'],
      ]
    },
  },
  {
    name: 'SplitToSequence of single rows, without their axis',
    inputs: [f([3, 2])],
    build: (model, [x]) => {
      const parts = model.node('SplitToSequence', [x!], { attributes: { axis: 1, keepdims: 0 } })
      return [
        [model.node('ConcatFromSequence', [parts], { attributes: { axis: -1, new_axis: 1 } }), 'float32'],
      ]
    },
  },
  {
    name: 'SplitToSequence by lengths, of an open size',
    inputs: [f([5, 2])],
    open: [['n', 2]],
    build: (model, [x]) => {
      const parts = model.node('SplitToSequence', [x!, stored(model, 2, 3)])
      return [[model.node('SequenceAt', [parts, model.scalar('int64', 1)]), 'float32']]
    },
  },
  {
    name: 'Loop that gathers a sequence',
    inputs: [i64(3), f([2])],
    build: (model, [trips, x]) => {
      const body = model.subgraph('body') as ModelBuilder
      const turn = body.input('int64', [])
      const goes = body.input('bool', [])
      const sum = body.input('float32', [2])
      const next = body.node('Add', [
        sum,
        body.node('Cast', [turn], { attributes: { to: attr.dtype('float32') } }),
      ])
      body.output(body.node('Identity', [goes]), 'bool', null)
      body.output(next, 'float32', [2])
      body.output(body.node('Neg', [next]), 'float32', [2])
      const [last, rows] = model.nodeOf('Loop', [trips!, '', x!], 2, {
        attributes: { body: attr.graph(body.proto) },
      })
      return [
        [last, 'float32'],
        [rows, 'float32'],
      ]
    },
  },
  microsoft('FusedMatMul', [f([3, 2]), f([4, 3])], { transA: 1, transB: 1, alpha: attr.float(0.5) }),
  microsoft('Gelu', [f([6])]),
  microsoft('BiasGelu', [f([2, 3]), f([3])]),
  microsoft('FastGelu', [f([2, 3]), f([3])]),
  microsoft('QuickGelu', [f([6])]),
  microsoft('SkipLayerNormalization', [f([1, 2, 4]), f([1, 2, 4]), f([4]), f([4]), f([4])], {
    epsilon: attr.float(1e-5),
  }),
  microsoft('SkipSimplifiedLayerNormalization', [f([1, 2, 4]), f([1, 2, 4]), f([4])], {
    epsilon: attr.float(1e-5),
  }),
  microsoft('FusedConv', [f([1, 2, 5, 5]), f([3, 2, 3, 3]), f([3])], {
    activation: 'LeakyRelu',
    activation_params: attr.floats([0.2]),
  }),
  {
    name: 'SimplifiedLayerNormalization',
    inputs: [f([2, 4]), f([4])],
    build: single('SimplifiedLayerNormalization', 'float32', { axis: -1, epsilon: attr.float(1e-5) }),
    rtol: 1e-4,
  },
]

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('as onnxruntime computes, on %s', (engine) => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})
