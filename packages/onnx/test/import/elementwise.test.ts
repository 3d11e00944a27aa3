import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import type { OnnxDType } from '../../src/dtypes.ts'
import { agree, type Case, some, stored, tensor } from './one-node.ts'

const inf = Infinity
const special = tensor('float32', [8], [NaN, inf, -inf, 0, -0, 1.5, -2.5, 3e38])
const least = -(2 ** 31)
const integers = (...values: readonly number[]) => tensor('int32', [values.length], values)

const named = (ops: readonly string[], make: (op: string) => Omit<Case, 'op'>): Record<string, Case> =>
  Object.fromEntries(ops.map((op) => [op, { op, ...make(op) }]))

describe('of one operand', () => {
  agree(
    named(
      (
        'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Floor Log Neg Reciprocal Round Sign Sin Sinh ' +
        'Sqrt Tan Tanh Sigmoid Relu Softsign HardSwish Mish Gelu'
      ).split(' '),
      () => ({ operands: [tensor('float32', [9], [NaN, inf, -inf, 0, 0.5, -0.5, 1, -1, 2.5])], opset: 22 }),
    ),
  )
  agree({
    'Abs of int8': { op: 'Abs', operands: [tensor('int8', [3], [-5, 0, 5])] },
    'Neg of int64': { op: 'Neg', operands: [some('int64', 2, 3)] },
    'Not without axes': { op: 'Not', operands: [tensor('bool', [], [true])] },
    'Sqrt without elements': { op: 'Sqrt', operands: [tensor('float32', [0, 3], [])] },
    'Round to even': { op: 'Round', operands: [tensor('float32', [5], [0.5, 1.5, 2.5, -0.5, -1.5])] },
    IsNaN: { op: 'IsNaN', operands: [special], gives: ['bool'] },
    IsInf: { op: 'IsInf', operands: [special], gives: ['bool'] },
    'IsInf above': { op: 'IsInf', operands: [special], gives: ['bool'], attributes: { detect_negative: 0 } },
    'IsInf below': { op: 'IsInf', operands: [special], gives: ['bool'], attributes: { detect_positive: 0 } },
    'IsInf nowhere': {
      op: 'IsInf',
      operands: [special],
      gives: ['bool'],
      attributes: { detect_positive: 0, detect_negative: 0 },
    },
  })
})

describe('of two operands', () => {
  const both = (a: Case['operands'][0], b: Case['operands'][0], more: Partial<Case> = {}) => ({
    operands: [a, b],
    ...more,
  })
  agree(named(['Add', 'Sub', 'Mul', 'Div'], () => both(some('float32', 2, 3), some('float32', 3))))
  agree(
    named(['Equal', 'Less', 'Greater', 'LessOrEqual', 'GreaterOrEqual'], () =>
      both(special, tensor('float32', [1], [1.5]), { gives: ['bool'] }),
    ),
  )
  agree(named(['And', 'Or', 'Xor'], () => both(some('bool', 2, 1), some('bool', 3))))
  agree(named(['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'], () => both(some('int16', 4), some('int16', 4))))
  agree({
    'Div of int32 rounds towards 0': {
      op: 'Div',
      ...both(integers(7, -7, 7, -7, 0, least, 6), integers(2, 2, -2, -2, 3, 3, 3)),
    },
    'Div of uint8': {
      op: 'Div',
      ...both(tensor('uint8', [3], [200, 255, 7]), tensor('uint8', [3], [3, 2, 9])),
      expected: [{ dtype: 'uint8', shape: [3], values: [66, 127, 0] }],
    },
    'Div of int64': { op: 'Div', ...both(tensor('int64', [2], [-9, 9]), tensor('int64', [1], [4])) },
    'Mod of int32': { op: 'Mod', ...both(integers(7, -7, 7, -7, least), integers(3, 3, -3, -3, 5)) },
    'Mod as fmod of int32': {
      op: 'Mod',
      ...both(integers(7, -7, 7, -7, least), integers(3, 3, -3, -3, 5), { attributes: { fmod: 1 } }),
    },
    'Mod as fmod of float32': {
      op: 'Mod',
      ...both(some('float32', 7), tensor('float32', [1], [1.25]), { attributes: { fmod: 1 } }),
    },
    'Mod of uint8': { op: 'Mod', ...both(tensor('uint8', [2], [250, 9]), tensor('uint8', [2], [7, 4])) },
    'Pow of float32 by int64': {
      op: 'Pow',
      ...both(some('float32', 5), tensor('int64', [5], [2, -1, 0, 3, 1])),
    },
    'Pow of int32 by float32': {
      op: 'Pow',
      ...both(integers(2, 3, 4), tensor('float32', [3], [3, 0.5, 0.5])),
      expected: [{ dtype: 'int32', shape: [3], values: [8, 1, 2] }],
    },
    'Pow of int64 by int32': { op: 'Pow', ...both(tensor('int64', [2], [3, -2]), integers(4, 3)) },
    'BitShift to the left': {
      op: 'BitShift',
      ...both(tensor('uint8', [3], [1, 255, 16]), tensor('uint8', [3], [1, 4, 3])),
      attributes: { direction: 'LEFT' },
    },
    'BitShift to the right': {
      op: 'BitShift',
      ...both(tensor('uint32', [3], [1, 255, 4294967295]), tensor('uint32', [3], [1, 4, 31])),
      attributes: { direction: 'RIGHT' },
    },
    'Add at an axis, before opset 7': {
      op: 'Add',
      opset: 6,
      ...both(some('float32', 2, 3, 2), tensor('float32', [3], [10, 20, 30])),
      attributes: { broadcast: 1, axis: 1 },
      expected: [
        {
          dtype: 'float32',
          shape: [2, 3, 2],
          values: some('float32', 2, 3, 2).values.map((value, i) => Number(value) + 10 * ((i >> 1) % 3) + 10),
        },
      ],
    },
  })
})

describe('of several operands', () => {
  const three = [some('float32', 2, 3), some('float32', 3), some('float32', 2, 1)]
  agree(named(['Max', 'Min', 'Sum', 'Mean'], () => ({ operands: three })))
  agree({
    'Max of one': { op: 'Max', operands: [three[0]!] },
    'Min of int64': { op: 'Min', operands: [some('int64', 3), some('int64', 2, 3)] },
    'Max with NaN': { op: 'Max', operands: [special, tensor('float32', [1], [1])] },
    Where: {
      op: 'Where',
      operands: [some('bool', 2, 1), some('int64', 3), some('int64', 2, 3)],
      gives: ['int64'],
    },
  })
})

describe('Clip', () => {
  const bound = (value: number) => tensor('float32', [], [value])
  const x = some('float32', 7)
  agree({
    'between stored bounds': { op: 'Clip', operands: [x, stored(bound(-1)), stored(bound(1))] },
    'between bounds of a call': { op: 'Clip', operands: [x, bound(-1), bound(1)] },
    'above alone': { op: 'Clip', operands: [x, bound(-1)] },
    'below alone': { op: 'Clip', operands: [x, null, bound(1)] },
    'no bounds': { op: 'Clip', operands: [x] },
    'the upper bound wins': { op: 'Clip', operands: [x, stored(bound(2)), stored(bound(-1))] },
    'of int8': { op: 'Clip', operands: [some('int8', 9), tensor('int8', [], [-2]), tensor('int8', [], [3])] },
    'by attributes': {
      op: 'Clip',
      opset: 6,
      operands: [x],
      attributes: { min: attr.float(-1), max: attr.float(1.5) },
    },
  })
})

describe('Cast', () => {
  const to = (from: Case['operands'][0], dtype: OnnxDType): Case => ({
    op: 'Cast',
    operands: [from],
    attributes: { to: attr.dtype(dtype) },
    gives: [dtype],
  })
  const floats = tensor('float32', [7], [0, -0, 1.9, -1.9, 0.2, 100.5, -7])
  agree({
    'float32 to int32 is cut': to(floats, 'int32'),
    'float32 to bool': to(floats, 'bool'),
    'NaN to bool': to(tensor('float32', [2], [NaN, inf]), 'bool'),
    'float32 to float16': to(tensor('float32', [4], [1.0001, 70000, -1e-8, NaN]), 'float16'),
    'float16 to float64': to(tensor('float16', [2], [0.1, -3]), 'float64'),
    'int32 to int8 wraps': to(integers(300, -129, 127), 'int8'),
    'int64 to uint32 wraps': to(tensor('int64', [2], [-1, 4294967297]), 'uint32'),
    'bool to float32': to(some('bool', 4), 'float32'),
    CastLike: { op: 'CastLike', operands: [floats, some('int16', 2)], gives: ['int16'] },
    'by a name': {
      op: 'Cast',
      opset: 5,
      operands: [floats],
      attributes: { to: 'INT32' },
      gives: ['int32'],
      expected: [{ dtype: 'int32', shape: [7], values: [0, 0, 1, -1, 0, 100, -7] }],
    },
  })
  const precise = [
    1 + 2 ** -8,
    1 + 3 * 2 ** -8,
    -3.4e38,
    3.39e38,
    2 ** -133,
    1.5 * 2 ** -133,
    NaN,
    Infinity,
    0.1,
  ]
  const bfloat16 = [
    1,
    1 + 2 ** -6,
    -Infinity,
    3.3895313892515355e38,
    2 ** -133,
    2 ** -132,
    NaN,
    Infinity,
    0.10009765625,
  ]
  agree({
    'float32 to bfloat16': {
      op: 'Cast',
      operands: [tensor('float32', [9], precise)],
      attributes: { to: 16 },
      expected: [{ dtype: 'float32', shape: [9], values: bfloat16 }],
    },
  })
  const cast = (from: Case['operands'][0], dtype: OnnxDType, values: readonly number[]): Case => ({
    op: 'BitCast',
    opset: 26,
    operands: [from],
    attributes: { to: attr.dtype(dtype) },
    gives: [dtype],
    expected: [{ dtype, shape: from!.shape, values }],
  })
  const bits = [0, least, 1, 0x00800000, 0x3f800000, 0x7f800000, -0x00800000, 0x7f7fffff, 0x42f6e979]
  const sizes = [0, -0, 2 ** -149, 2 ** -126, 1, inf, -inf, 3.4028234663852886e38, 123.456001]
  agree({
    'bits of float32': cast(tensor('float32', [9], sizes), 'int32', bits),
    'float32 of bits': cast(tensor('int32', [9], bits), 'float32', sizes.map(Math.fround)),
    'bits of float16': cast(
      tensor('float16', [5], [1, -2, 65504, 2 ** -24, inf]),
      'uint16',
      [0x3c00, 0xc000, 0x7bff, 1, 0x7c00],
    ),
    'float64 of bits': cast(
      tensor('int64', [2], [0x3ff0000000000000n, -0x4000000000000000n]),
      'float64',
      [1, -2],
    ),
    'signed as unsigned': cast(tensor('int8', [2], [-1, 5]), 'uint8', [255, 5]),
  })
})
