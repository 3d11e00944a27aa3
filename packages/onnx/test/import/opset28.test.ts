import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, tensor } from './one-node.ts'

const f = (...values: readonly number[]) => tensor('float32', [values.length], values)
const floats = (...values: readonly number[]) => ({ dtype: 'float32', shape: [values.length], values })
const i8 = (...values: readonly number[]) => tensor('int8', [values.length], values)

// onnxruntime does not know this set yet: numbers of onnx.reference 1.23.
describe('operators as of set 28', () => {
  const shifted = (direction: string, values: readonly number[]) => ({
    op: 'BitShift',
    opset: 28,
    operands: [i8(1, -8, -8, 100, 5, -1), i8(1, 2, 9, 1, -1, 7)],
    attributes: { direction },
    expected: [{ dtype: 'int8', shape: [6], values }],
  })
  agree({
    SwiGLU: {
      op: 'SwiGLU',
      opset: 28,
      operands: [f(1, -2, 0), f(2, 3, 4)],
      attributes: { alpha: attr.float(2) },
      expected: [floats(1.761594, -0.1079172, 0)],
    },
    'SpaceToDepth, channels first': {
      op: 'SpaceToDepth',
      opset: 28,
      operands: [tensor('int8', [1, 2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7])],
      attributes: { blocksize: 2, mode: 'CRD' },
      expected: [{ dtype: 'int8', shape: [1, 8, 1, 1], values: [0, 1, 2, 3, 4, 5, 6, 7] }],
    },
    'BitShift to the right of integers below 0': shifted('RIGHT', [0, -2, -1, 50, 0, -1]),
    'BitShift to the left of integers below 0': shifted('LEFT', [2, -32, 0, -56, 0, -128]),
    'Mod of floats': {
      op: 'Mod',
      opset: 28,
      operands: [f(-4.5, 4.5, 1, -1, 0, Infinity, 2), f(2, -2, Infinity, Infinity, -3, 2, 0)],
      expected: [floats(1.5, -1.5, 1, Infinity, 0, NaN, NaN)],
    },
  })
})
