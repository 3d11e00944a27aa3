import { describe } from 'vitest'
import type { Attributes } from '../../src/attributes.ts'
import type { OnnxDType } from '../../src/dtypes.ts'
import { agree, bytes, type Case, noise, type Operand, stored, tensor } from './one-node.ts'

type Small = 'uint8' | 'int8'

const scale = (value: number): Operand => stored(tensor('float32', [], [value]))
const zero = (dtype: Small, value: number): Operand => stored(tensor(dtype, [], [value]))

const microsoft = (
  op: string,
  operands: Case['operands'],
  gives: OnnxDType,
  attributes: Attributes = {},
): Case => ({ op, domain: 'com.microsoft', operands, attributes, gives: [gives] })

/** `QLinearSoftmax`, whose results are shares of 256. */
const softmax = (dtype: Small, attributes: Attributes): Case => {
  const operands = [
    bytes(dtype, 2, 3, 4),
    scale(0.02),
    zero(dtype, 7),
    scale(1 / 256),
    zero(dtype, dtype === 'int8' ? -128 : 0),
  ]
  return microsoft('QLinearSoftmax', operands, dtype, attributes)
}

/** An operator of one array, its scale and zero point and those of the result. */
const one = (op: string, x: Operand, attributes: Attributes = {}, yScale = 0.073): Case => {
  const dtype = x.dtype as Small
  const half = dtype === 'uint8' ? 128 : 0
  return microsoft(
    op,
    [x, scale(0.05), zero(dtype, half + 3), scale(yScale), zero(dtype, half - 7)],
    dtype,
    attributes,
  )
}

const kinds = ['uint8', 'int8'] as const
const ofBoth = (make: (dtype: Small) => Record<string, Case>): Record<string, Case> =>
  Object.fromEntries(
    kinds.flatMap((dtype) => Object.entries(make(dtype)).map(([name, test]) => [`${name}, ${dtype}`, test])),
  )

describe('of one array', () => {
  agree(
    ofBoth((dtype) => ({
      QLinearAveragePool: one('QLinearAveragePool', bytes(dtype, 1, 2, 5, 4), { kernel_shape: [3, 2] }),
      'QLinearAveragePool, padded': one('QLinearAveragePool', bytes(dtype, 1, 2, 5, 4), {
        kernel_shape: [3, 2],
        pads: [1, 0, 1, 1],
        strides: [2, 1],
        count_include_pad: 1,
      }),
      'QLinearAveragePool, channels last': one('QLinearAveragePool', bytes(dtype, 1, 5, 4, 2), {
        kernel_shape: [3, 2],
        pads: [1, 0, 1, 1],
        channels_last: 1,
      }),
      'QLinearSoftmax of the last axis': softmax(dtype, { opset: 13, axis: -1 }),
      'QLinearSoftmax of axes as one': softmax(dtype, { opset: 11, axis: 1 }),
    })),
  )
})

describe('of several arrays', () => {
  const [a, b] = [bytes('uint8', 2, 3), bytes('uint8', 3)]
  const condition = tensor('bool', [2, 3], [true, false, true, false, false, true])
  const left = tensor('int16', [2, 3], [1, -2, 3, 300, -5, 32767])
  const right = tensor('int16', [3, 2], [7, -8, 9, 10, -11, 12])
  agree({
    QLinearWhere: microsoft(
      'QLinearWhere',
      [
        condition,
        a,
        scale(0.05),
        zero('uint8', 120),
        b,
        scale(0.02),
        zero('uint8', 3),
        scale(0.04),
        zero('uint8', 100),
      ],
      'uint8',
    ),
    MulInteger: {
      ...microsoft('MulInteger', [a, zero('uint8', 9), b, zero('uint8', 200)], 'int32'),
      expected: [
        {
          dtype: 'int32',
          shape: [2, 3],
          values: a.values.map((value, i) => (Number(value) - 9) * (Number(b.values[i % 3]) - 200)),
        },
      ],
    },
    'MulInteger without zero points': {
      ...microsoft('MulInteger', [a, null, b], 'int32'),
      expected: [
        {
          dtype: 'int32',
          shape: [2, 3],
          values: a.values.map((value, i) => Number(value) * Number(b.values[i % 3])),
        },
      ],
    },
    MatMulInteger16: microsoft('MatMulInteger16', [left, right], 'int32'),
  })
})

describe('convolutions with channels last', () => {
  const conv = (x: Operand, attributes: Attributes): Case =>
    microsoft(
      'QLinearConv',
      [
        x,
        scale(0.02),
        zero('uint8', 7),
        stored(bytes('int8', 3, 2, 3, 2)),
        stored(tensor('float32', [3], [0.05, 0.01, 0.02])),
        stored(tensor('int8', [3], [0, 0, 0])),
        scale(0.9),
        zero('uint8', 120),
        stored(tensor('int32', [3], [1000, -2000, 5])),
      ],
      'uint8',
      attributes,
    )
  agree({
    QLinearConv: conv(bytes('uint8', 1, 5, 4, 2), { channels_last: 1, pads: [1, 0, 1, 1] }),
    'QLinearConv, channels first': conv(bytes('uint8', 1, 2, 5, 4), { strides: [2, 1] }),
  })
})

describe('QLinearReduceMean', () => {
  const means = (attributes: Attributes, shape: readonly number[], values: readonly number[]): Case => ({
    ...microsoft(
      'QLinearReduceMean',
      [
        tensor('uint8', [2, 3], [10, 20, 33, 40, 50, 66]),
        scale(0.5),
        zero('uint8', 4),
        scale(0.25),
        zero('uint8', 1),
      ],
      'uint8',
      attributes,
    ),
    expected: [{ dtype: 'uint8', shape, values }],
  })
  agree({
    // The means of the rows are 21 and 52: (21 - 4) * 0.5 / 0.25 + 1, and so on.
    rows: means({ axes: [1], keepdims: 1 }, [2, 1], [35, 97]),
    'the rows, without their axis': means({ axes: [-1], keepdims: 0 }, [2], [35, 97]),
  })
})

describe('DynamicQuantizeLSTM', () => {
  /** Two features, three hidden ones; onnxruntime turns the states of all items to integers by one range. */
  const lstm = (
    directions: number,
    isOfColumns: boolean,
    attributes: Attributes,
    more: Case['operands'] = [],
  ): Case => {
    const parameters = (small: Small, step: number): readonly Operand[] => {
      const shape = isOfColumns ? [directions, 12] : [directions]
      const count = shape.reduce((a, b) => a * b, 1)
      return [
        stored(
          tensor(
            'float32',
            shape,
            Array.from({ length: count }, (_, i) => step * (1 + (i % 3))),
          ),
        ),
        stored(
          tensor(
            small,
            shape,
            Array.from({ length: count }, () => (small === 'uint8' ? 128 : 0)),
          ),
        ),
      ]
    }
    return {
      ...microsoft(
        'DynamicQuantizeLSTM',
        [
          noise('float32', 4, 1, 2),
          stored(bytes('int8', directions, 2, 12)),
          stored(bytes('int8', directions, 3, 12)),
          stored(noise('float32', directions, 24)),
          ...Array.from({ length: 4 }, (_, i) => more[i] ?? null),
          ...parameters('int8', 0.004),
          ...parameters('int8', 0.003),
        ],
        'float32',
        { hidden_size: 3, ...attributes },
      ),
      gives: ['float32', 'float32', 'float32'],
    }
  }
  agree({
    plain: lstm(1, false, {}),
    'scales of columns, from the end': lstm(1, true, { direction: 'reverse' }),
    'both directions, first states, peepholes': lstm(2, true, { direction: 'bidirectional' }, [
      null,
      noise('float32', 2, 1, 3),
      noise('float32', 2, 1, 3),
      noise('float32', 2, 9),
    ]),
    lengths: lstm(1, false, {}, [tensor('int32', [1], [3])]),
  })
})
