import { describe, expect, it } from 'vitest'
import type { Attributes } from '../../src/attributes.ts'
import { TensorProto_DataType as DataType } from '../../src/gen/onnx_pb.ts'
import { node, type Operand, ran } from './narrow-model.ts'

const [nan, inf] = [NaN, Infinity]

const cast = (x: Operand, to: DataType, attributes: Attributes = {}) =>
  ran([x], node('Cast', { to, ...attributes }))

// What ml_dtypes 0.6 makes of these, after np.clip where numbers saturate.
const usual = [0, -0, 1, -1.06, 0.3, 17, 19, -27, nan]
const large = [240, 248, -464, 465, 57344, 61440, -1e6, inf, -inf]
const small = [3, 1, 1.01, 2 ** -7, 1.5 * 2 ** -7, 2 ** -8].map((x) => x * 2 ** -10)
const near = [0, -0, 1, -1, 0.3125, 16, 20, -28, nan]
const rounded = [
  ['FLOAT8E4M3FN', 1, [240, 256, -448, 448, 448, 448, -448, 448, -448], [4, 0, 2, 0, 0, 0]],
  ['FLOAT8E4M3FN', 0, [240, 256, -448, nan, nan, nan, nan, nan, nan], [4, 0, 2, 0, 0, 0]],
  ['FLOAT8E4M3FNUZ', 1, [240, 240, -240, 240, 240, 240, -240, 240, -240], [3, 1, 1, 0, 0, 0]],
  ['FLOAT8E4M3FNUZ', 0, [240, nan, nan, nan, nan, nan, nan, nan, nan], [3, 1, 1, 0, 0, 0]],
  ['FLOAT8E5M2', 1, [256, 256, -448, 448, 57344, 57344, -57344, 57344, -57344], [3, 1, 1, 0, 1 / 64, 0]],
  ['FLOAT8E5M2', 0, [256, 256, -448, 448, 57344, inf, -inf, inf, -inf], [3, 1, 1, 0, 1 / 64, 0]],
  [
    'FLOAT8E5M2FNUZ',
    1,
    [256, 256, -448, 448, 57344, 57344, -57344, 57344, -57344],
    [3, 1, 1, 1 / 128, 1 / 64, 0],
  ],
  ['FLOAT8E5M2FNUZ', 0, [256, 256, -448, 448, 57344, nan, nan, nan, nan], [3, 1, 1, 1 / 128, 1 / 64, 0]],
] as const

describe('conversions to narrow types', () => {
  it.each(rounded)('float32 to %s, saturate %i', (type, saturate, limits, least) => {
    // Some have no -0.
    const some = type.endsWith('UZ') ? near.map((value) => value + 0) : near
    const expected = [...some, ...limits, ...least.map((x) => x * 2 ** -10)]
    const operand = ['float32', [...usual, ...large, ...small]] as const
    expect(cast(operand, DataType[type], { saturate })).toEqual(['float32', expected])
  })

  const fours = [0, -0, 0.25, 0.26, -0.75, 0.76, 1.25, 1.75, 2.5, -3.5, 5, 5.1, 7, -100, inf, nan]
  const sixes = [0, -0, 0.06, 0.1875, 25, 29, -inf, 7.25, 0.31, 0.33, nan]
  const powers = [0, 2 ** -128, 2 ** -127, 0.124, 0.25, 1.1, 1.5, 3, 1.5 * 2 ** 127, inf, nan]
  const [low, high] = [2 ** -127, 2 ** 127]
  it.each([
    ['FLOAT4E2M1', {}, 'float32', fours, 'float32', [0, -0, 0, 0.5, -1, 1, 1, 2, 2, -4, 4, 6, 6, -6, 6, 0]],
    ['FLOAT8E8M0', {}, 'float32', powers, 'float32', [low, low, low, 0.125, 0.25, 2, 2, 4, high, high, nan]],
    [
      'FLOAT8E8M0',
      { round_mode: 'down' },
      'float32',
      powers,
      'float32',
      [low, low, low, 0.0625, 0.25, 1, 1, 2, high, high, nan],
    ],
    [
      'FLOAT8E8M0',
      { round_mode: 'nearest', saturate: 0 },
      'float32',
      powers,
      'float32',
      [nan, nan, low, 0.125, 0.25, 1, 2, 4, nan, nan, nan],
    ],
    ['FLOAT6E2M3', {}, 'float32', sixes, 'float32', [0, -0, 0, 0.25, 7.5, 7.5, -7.5, 7, 0.25, 0.375, 0]],
    [
      'FLOAT6E3M2',
      {},
      'float32',
      sixes,
      'float32',
      [0, -0, 0.0625, 0.1875, 24, 28, -28, 7, 0.3125, 0.3125, 0],
    ],
    // A float64 is rounded once: as float32 the first would be halfway.
    ['FLOAT8E4M3FN', {}, 'float64', [1 + 2 ** -4 + 2 ** -40, 1 + 2 ** -4], 'float32', [1.125, 1]],
    ['FLOAT8E5M2', {}, 'float16', [65504, 1.1], 'float32', [57344, 1]],
    ['FLOAT8E4M3FN', {}, 'int32', [17, -1000], 'float32', [16, -448]],
    ['FLOAT8E4M3FN', {}, 'bool', [1, 0], 'float32', [1, 0]],
    ['INT4', {}, 'float32', [2.5, -2.5, 3.5, 0.7, 9, -9], 'int8', [2, -2, 4, 1, -7, 7]],
    ['UINT4', {}, 'float32', [2.5, -1, 15.6, 200], 'uint8', [2, 15, 0, 8]],
    ['INT4', {}, 'int32', [200, -9, 7, 8], 'int8', [-8, 7, 7, -8]],
    ['INT2', {}, 'int8', [-3, -2, 1, 2], 'int8', [1, -2, 1, -2]],
    ['UINT2', {}, 'uint8', [255, 4, 2], 'uint8', [3, 0, 2]],
    ['UINT2', {}, 'bool', [1, 0], 'uint8', [1, 0]],
  ] as const)('%s %o of %s', (type, attributes, from, values, dtype, expected) => {
    expect(cast([from, values], DataType[type], attributes)).toEqual([dtype, expected])
  })

  it('refuse a mode of rounding that there is not', () => {
    expect(() => cast(['float32', [1]], DataType.FLOAT8E8M0, { round_mode: 'even' })).toThrow(
      /its round_mode is 'even'/,
    )
  })
})
