import { attr } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { type Case, type Given, judged } from './judged.ts'

const numbers = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((i * step) % 255))
const f = (shape: readonly number[], data: readonly number[]): Given => ['float32', shape, data]
const u8 = (shape: readonly number[], data: readonly number[]): Given => ['uint8', shape, data]
const i8 = (shape: readonly number[], data: readonly number[]): Given => ['int8', shape, data]

const single =
  (op: string, out: Case['inputs'][number][0], attributes = {}, domain = ''): Case['build'] =>
  (model, inputs) => [[model.node(op, inputs, { attributes, domain }), out]]

const ms = { domains: { 'com.microsoft': 1 } }
const halves = [-1.5, -0.5, 0.5, 1.5, 2.5, 300, -300, 0]

const cases: readonly Case[] = [
  ...(['uint8', 'int8', 'int16', 'uint16'] as const).map((dtype): Case => ({
    name: `QuantizeLinear to ${dtype}`,
    inputs: [f([2, 4], halves), f([], [0.5]), [dtype, [], [3]]],
    build: single('QuantizeLinear', dtype),
  })),
  {
    name: 'QuantizeLinear of each row, opset 13',
    inputs: [f([2, 4], halves), f([2], [0.5, 2]), u8([2], [1, 200])],
    build: single('QuantizeLinear', 'uint8', { axis: -2 }),
    opset: 13,
  },
  {
    name: 'QuantizeLinear by blocks, the last one shorter',
    inputs: [f([2, 5], [...halves, 7, 9]), f([2, 3], [1, 2, 3, 4, 5, 6]), i8([2, 3], [0, 1, 2, 3, 4, 5])],
    build: single('QuantizeLinear', 'int8', { axis: 1, block_size: 2 }),
  },
  {
    name: 'QuantizeLinear by whole blocks',
    inputs: [f([2, 4], halves), f([2, 2], [1, 2, 0.5, 4]), i8([2, 2], [0, 1, -2, 3])],
    build: single('QuantizeLinear', 'int8', { axis: 1, block_size: 2 }),
  },
  {
    name: 'DequantizeLinear by whole blocks, rows open',
    inputs: [u8([2, 4], numbers(8, 0, 37)), f([2, 2], [1, 2, 0.5, 4]), u8([2, 2], [0, 1, 128, 255])],
    open: [
      ['n', 4],
      ['n', 2],
      ['n', 2],
    ],
    build: single('DequantizeLinear', 'float32', { axis: -1, block_size: 2 }),
  },
  {
    name: 'QuantizeLinear of one axis and one scale',
    inputs: [f([4], [1, 2, 3, 4]), f([1], [2])],
    build: single('QuantizeLinear', 'uint8'),
    opset: 19,
  },
  {
    name: 'DequantizeLinear of int32',
    inputs: [['int32', [3], [-5, 0, 100000]], f([], [0.5])],
    build: single('DequantizeLinear', 'float32'),
  },
  {
    name: 'DequantizeLinear of each column, size open',
    inputs: [u8([2, 3], [0, 1, 2, 253, 254, 255]), f([3], [0.5, 1, 2]), u8([3], [0, 128, 255])],
    open: [['n', 3], [3], [3]],
    build: single('DequantizeLinear', 'float32', { axis: 1 }),
  },
  ...[
    [-3, 0, 1.5, 9],
    [0, 0, 0, 0],
    [1, 2, 3, 4],
    [-1, -2, -3, -4],
  ].map((data): Case => ({
    name: `DynamicQuantizeLinear of ${data}`,
    inputs: [f([4], data)],
    build: (model, inputs) => {
      const [y, scale, zero] = model.nodeOf('DynamicQuantizeLinear', inputs, 3)
      return [
        [y, 'uint8'],
        [scale, 'float32'],
        [zero, 'uint8'],
      ]
    },
  })),
  {
    name: 'MatMulInteger with zero points of rows and columns',
    inputs: [
      u8([2, 3], [1, 2, 3, 250, 251, 252]),
      i8([3, 2], [-1, 2, -3, 4, -5, 6]),
      u8([], [9]),
      i8([2], [3, 4]),
    ],
    build: single('MatMulInteger', 'int32'),
  },
  {
    name: 'QLinearMatMul with scales of columns',
    inputs: [
      u8([2, 3], [1, 2, 3, 250, 251, 252]),
      f([], [0.1]),
      u8([], [9]),
      i8([3, 2], [-1, 2, -3, 4, -5, 6]),
      f([2], [0.2, 0.3]),
      i8([2], [0, 0]),
      f([], [0.7]),
      u8([], [100]),
    ],
    build: single('QLinearMatMul', 'uint8'),
  },
  {
    name: 'ConvInteger whose sums are larger than float32 holds',
    inputs: [u8([1, 64, 4, 4], numbers(1024, 0, 37)), u8([2, 64, 3, 3], numbers(1152, 0, 91)), u8([], [2])],
    build: single('ConvInteger', 'int32', { pads: [1, 1, 1, 1] }),
  },
  {
    name: 'ConvInteger of groups, SAME_UPPER, strides',
    inputs: [
      u8([1, 2, 5, 4], numbers(40, 0, 37)),
      u8([2, 1, 3, 2], numbers(12, 0, 91)),
      u8([], [7]),
      u8([], [130]),
    ],
    build: single('ConvInteger', 'int32', { group: 2, strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  },
  {
    name: 'QLinearConv with scales of filters and a bias',
    inputs: [
      u8([1, 2, 4, 4], numbers(32, 0, 37)),
      f([], [0.02]),
      u8([], [7]),
      i8([2, 2, 2, 2], numbers(16, -100, 13)),
      f([2], [0.05, 0.01]),
      i8([2], [0, 0]),
      f([], [0.9]),
      u8([], [120]),
      ['int32', [2], [1000, -2000]],
    ],
    build: single('QLinearConv', 'uint8', { dilations: [2, 1] }),
  },
  {
    name: 'QLinearAdd',
    inputs: [
      u8([4], [0, 9, 200, 255]),
      f([], [0.1]),
      u8([], [3]),
      u8([4], [1, 2, 3, 4]),
      f([], [0.5]),
      u8([], [1]),
      f([], [0.2]),
      u8([], [8]),
    ],
    build: single('QLinearAdd', 'uint8', {}, 'com.microsoft'),
    ...ms,
  },
  ...(
    [
      ['QLinearSigmoid', {}],
      ['QLinearLeakyRelu', { alpha: attr.float(0.2) }],
      ['QLinearGlobalAveragePool', { channels_last: 1 }],
      ['QLinearGlobalAveragePool', {}],
    ] as const
  ).map(([op, attributes]): Case => ({
    name: op,
    inputs: [u8([1, 2, 3, 2], numbers(12, 3, 41)), f([], [0.1]), u8([], [120]), f([], [0.05]), u8([], [9])],
    build: single(op, 'uint8', attributes, 'com.microsoft'),
    ...ms,
  })),
  {
    name: 'QLinearConcat',
    inputs: [
      f([], [0.2]),
      u8([], [8]),
      u8([1, 2], [0, 200]),
      f([], [0.1]),
      u8([], [3]),
      u8([1, 3], [1, 2, 255]),
      f([], [0.5]),
      u8([], [1]),
    ],
    build: single('QLinearConcat', 'uint8', { axis: 1 }, 'com.microsoft'),
    ...ms,
  },
  {
    name: 'QGemm to floats',
    inputs: [
      u8([2, 3], [1, 2, 3, 4, 5, 6]),
      f([], [0.1]),
      u8([], [3]),
      i8([3, 2], [1, -2, 3, -4, 5, -6]),
      f([], [0.5]),
      i8([], [0]),
      ['int32', [2], [10, 20]],
    ],
    build: single('QGemm', 'float32', { alpha: attr.float(1) }, 'com.microsoft'),
    ...ms,
  },
  {
    name: 'DynamicQuantizeMatMul',
    inputs: [
      f([2, 3], [1, -2, 3, 0.5, 7, 9]),
      i8([3, 2], [1, -2, 3, -4, 5, -6]),
      f([1], [0.5]),
      i8([1], [1]),
      f([2], [0.25, 4]),
    ],
    build: single('DynamicQuantizeMatMul', 'float32', {}, 'com.microsoft'),
    ...ms,
  },
  {
    name: 'MatMulIntegerToFloat',
    inputs: [
      u8([2, 3], [1, 2, 3, 4, 5, 6]),
      i8([3, 2], [1, -2, 3, -4, 5, -6]),
      f([], [0.5]),
      f([2], [0.5, 2]),
      u8([], [1]),
      i8([2], [1, 0]),
      f([2], [0.25, 4]),
    ],
    build: single('MatMulIntegerToFloat', 'float32', {}, 'com.microsoft'),
    ...ms,
  },
]

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('as onnxruntime computes, on %s', (engine) => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})
