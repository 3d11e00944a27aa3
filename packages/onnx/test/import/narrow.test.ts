import { describe, expect, it } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { TensorProto_DataType as DataType } from '../../src/gen/onnx_pb.ts'
import type { ModelBuilder } from '../../src/model-builder.ts'
import { narrow, node, type Operand, ran, typed } from './narrow-model.ts'

const nan = NaN

// What onnx.reference 1.23 gives.
describe('quantization with narrow types', () => {
  const x: Operand = ['float32', [-9, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 40]]
  const one: Operand = ['float32', [1]]
  it.each([
    ['INT4', 'int8', [-8, -2, -2, 0, 0, 2, 2, 7]],
    ['UINT4', 'uint8', [0, 0, 0, 0, 0, 2, 2, 15]],
    ['INT2', 'int8', [-2, -2, -2, 0, 0, 1, 1, 1]],
    ['UINT2', 'uint8', [0, 0, 0, 0, 0, 2, 2, 3]],
    ['FLOAT4E2M1', 'float32', [-6, -2, -1.5, -0.5, 0.5, 1.5, 2, 6]],
    ['FLOAT8E4M3FN', 'float32', [-9, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 40]],
    ['FLOAT8E5M2', 'float32', [-8, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 40]],
  ] as const)('to %s, by an attribute and by a zero point', (type, dtype, values) => {
    const zero = narrow(DataType[type], [1], 0)
    expect(ran([x, one], node('QuantizeLinear', { output_dtype: DataType[type] }))).toEqual([dtype, values])
    const plain = values.map((value) => value + 0)
    expect(ran([x, one, zero], node('QuantizeLinear'))).toEqual([dtype, plain])
  })

  it.each([
    [
      'beyond the largest',
      [1e6, -600, 3],
      1,
      { output_dtype: DataType.FLOAT8E4M3FN, saturate: 0 },
      [nan, nan, 3],
    ],
    ['in bfloat16', [150.6], 2, { precision: DataType.BFLOAT16 }, [76]],
  ] as const)('%s', (_, values, scale, attributes, expected) => {
    const operands: Operand[] = [
      ['float32', values],
      ['float32', [scale]],
    ]
    expect(ran(operands, node('QuantizeLinear', attributes))[1]).toEqual(expected)
  })

  it.each([
    [
      'floats of 4 bits by powers of 2',
      [
        narrow(DataType.FLOAT4E2M1, [2, 3], 0x21, 0xf8, 0x57),
        narrow(DataType.FLOAT8E8M0, [2, 2], 127, 128, 126, 130),
      ],
      { output_dtype: DataType.FLOAT, axis: 1, block_size: 2 },
      ['float32', [0.5, 1, -0, -3, 3, 24]],
    ],
    [
      'integers of 2 bits with zero points',
      [narrow(DataType.INT2, [2, 3], 0x8f, 0x07), ['float32', [0.5, 2]], narrow(DataType.INT2, [2], 0x0d)],
      { axis: 0 },
      ['float32', [-1, -1, -0.5, -2, 0, 4]],
    ],
    [
      'to bfloat16',
      [narrow(DataType.UINT4, [3], 0x31, 0x07), ['float32', [Math.fround(0.1)]]],
      { output_dtype: DataType.BFLOAT16 },
      ['float32', [0.10009765625, 0.30078125, 0.69921875]],
    ],
    [
      'to float16',
      [narrow(DataType.FLOAT8E5M2, [3], 0x31, 0x07, 0x7b), ['float32', [Math.fround(0.1)]]],
      { output_dtype: DataType.FLOAT16 },
      ['float16', [0.015625, 1.0669231414794922e-5, 5736]],
    ],
  ] as const)('back: %s', (_, operands, attributes, expected) => {
    expect(ran(operands, node('DequantizeLinear', attributes))).toEqual(expected)
  })
})

describe('bits', () => {
  const eight = [0, 1, 0x38, 0x7c, 0x7e, 0x7f, 0x80, 0x81, 0xb9, 0xff]
  // Every NaN has the bits of the usual one.
  const oneNaN = (bits: number) => eight.map((code) => (code % 128 >= bits ? bits : code))
  it.each([
    ['FLOAT8E4M3FN', oneNaN(0x7f)],
    ['FLOAT8E4M3FNUZ', eight],
    ['FLOAT8E5M2', oneNaN(0x7e)],
    ['FLOAT8E5M2FNUZ', eight],
    ['FLOAT8E8M0', eight],
  ] as const)('of uint8 as %s and back', (type, codes) => {
    const build = (model: ModelBuilder, names: readonly string[]): string => {
      const floats = model.node('BitCast', names, { attributes: { to: DataType[type] } })
      return model.node('BitCast', [floats], { attributes: { to: DataType.UINT8 } })
    }
    expect(ran([['uint8', eight]], build)).toEqual(['uint8', codes])
  })

  it.each([
    ['FLOAT8E4M3FN', 'int8', [0x38, -1, -0x3b], 'float32', [1, nan, -3.25]],
    ['FLOAT8E8M0', 'uint8', [0, 255, 128], 'float32', [2 ** -127, nan, 2]],
    ['BFLOAT16', 'uint16', [0x3f80, 0xc000, 0x7f80, 1], 'float32', [1, -2, Infinity, 2 ** -133]],
    ['FLOAT8E5M2', 'bool', [1, 0], 'float32', [2 ** -16, 0]],
  ] as const)('as %s', (type, from, values, dtype, expected) => {
    expect(ran([[from, values]], node('BitCast', { to: DataType[type] }))).toEqual([dtype, expected])
  })

  it.each([
    ['INT4', 'UINT4', [0x8f, 0x07], 'uint8', [15, 8, 7]],
    ['UINT2', 'INT2', [0x8f], 'int8', [-1, -1, 0]],
    ['INT4', 'FLOAT4E2M1', [0x8f, 0x07], 'float32', [-6, -0, 6]],
    ['FLOAT4E2M1', 'INT4', [0x8f, 0x07], 'int8', [-1, -8, 7]],
    ['BFLOAT16', 'FLOAT16', [0x80, 0x3f, 0, 0xc0, 0, 0], 'float16', [1.875, -2, 0]],
    ['BFLOAT16', 'INT16', [0x80, 0x3f, 0, 0xc0, 0, 0], 'int16', [0x3f80, -0x4000, 0]],
    ['INT4', 'INT4', [0x8f, 0x07], 'int8', [-1, -8, 7]],
  ] as const)('of %s as %s', (from, to, bytes, dtype, expected) => {
    const build = node('BitCast', { to: DataType[to] })
    expect(ran([narrow(DataType[from], [3], ...bytes)], build)).toEqual([dtype, expected])
  })

  it('are as many as before', () => {
    const build = node('BitCast', { to: DataType.INT8 })
    expect(() => ran([narrow(DataType.INT4, [1], 0)], build)).toThrow(/its elements have 4 bits, .* have 8/)
  })
})

describe('what the narrow type of a value decides', () => {
  const x: Operand = ['float32', [9, 2.5]]
  const int4 = narrow(DataType.INT4, [2, 1], 0x21)

  it.each<readonly [string, (model: ModelBuilder, names: readonly string[]) => string]>([
    ['stored', node('CastLike')],
    ['moved', (model, [a, w]) => model.node('CastLike', [a!, model.node('Transpose', [w!])])],
    [
      'chosen',
      (model, [a, w]) => {
        const isLess = model.node('Less', [a!, model.scalar('float32', 0)])
        return model.node('CastLike', [a!, model.node('Where', [isLess, w!, w!])])
      },
    ],
    [
      'of a graph inside of a node, at a condition that is not known',
      (model, [a, w]) => {
        const body = model.subgraph('then')
        body.output(body.node('Reshape', [w!, body.ints([-1])]), 'int8', null)
        const condition = model.node('ReduceMax', [model.node('Less', [a!, model.scalar('float32', 0)])])
        const branch = attr.graph(body.proto)
        const attributes = { then_branch: branch, else_branch: branch }
        const chosen = model.node('If', [condition], { attributes })
        model.proto.valueInfo.push(typed(chosen, DataType.INT4))
        return model.node('CastLike', [a!, chosen])
      },
    ],
    [
      'of an input',
      (model, [a]) => {
        model.proto.input[0]!.type = typed('', DataType.INT4).type!
        return model.node('CastLike', [model.scalar('float32', 9), a!])
      },
    ],
  ])('CastLike to the type of what is %s', (name, build) => {
    const operands = name === 'of an input' ? [['int8', [1]] as const] : [x, int4]
    expect(ran(operands, build)).toEqual(['int8', name === 'of an input' ? [-7] : [-7, 2]])
  })

  it('of numbers in bfloat16 are sums not rounded, and what is converted to their type is', () => {
    const build = (model: ModelBuilder, [a, b]: readonly string[]): string => {
      const attributes = { to: DataType.BFLOAT16 }
      const sum = model.node('Add', [
        model.node('Cast', [a!], { attributes }),
        model.node('Cast', [b!], { attributes }),
      ])
      return model.node('Concat', [sum, model.node('CastLike', [b!, sum])], { attributes: { axis: 0 } })
    }
    expect(
      ran(
        [
          ['float32', [256]],
          ['float32', [1.001]],
        ],
        build,
      ),
    ).toEqual(['float32', [257, 1]])
  })
})
