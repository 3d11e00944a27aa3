import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, some, tensor } from './one-node.ts'

const x = some('float32', 2, 3, 4)
const line = tensor('float32', [8], [-1e30, -3, -0.5, -0, 0, 0.25, 2, 1e30])
const alpha = { alpha: attr.float(0.3) }

describe('activations', () => {
  agree({
    'Celu with alpha': { op: 'Celu', operands: [line], attributes: alpha },
    'Elu with alpha': { op: 'Elu', operands: [line], attributes: alpha },
    'Gelu by tanh': { op: 'Gelu', operands: [line], attributes: { approximate: 'tanh' } },
    HardSigmoid: { op: 'HardSigmoid', operands: [line] },
    'HardSigmoid with alpha': { op: 'HardSigmoid', operands: [line], attributes: alpha },
    LeakyRelu: { op: 'LeakyRelu', operands: [line] },
    'PRelu of channels': { op: 'PRelu', operands: [x, some('float32', 3, 1)] },
    'PRelu of int32': {
      op: 'PRelu',
      operands: [some('int32', 4), tensor('int32', [1], [3])],
      expected: [{ dtype: 'int32', shape: [4], values: [1, -6, 0, 2] }],
    },
    'Relu of int32': { op: 'Relu', operands: [some('int32', 5)] },
    Selu: { op: 'Selu', operands: [line] },
    'Selu with gamma': { op: 'Selu', operands: [line], attributes: { gamma: attr.float(2), ...alpha } },
    Shrink: { op: 'Shrink', operands: [line], attributes: { lambd: attr.float(1), bias: attr.float(0.5) } },
    'Shrink of int32': {
      op: 'Shrink',
      operands: [some('int32', 7)],
      attributes: { lambd: attr.float(1), bias: attr.float(1) },
    },
    Softplus: { op: 'Softplus', operands: [line] },
    'Swish with alpha': {
      op: 'Swish',
      opset: 24,
      operands: [tensor('float32', [3], [-1, 0, 2])],
      attributes: { alpha: attr.float(0.5) },
      expected: [
        { dtype: 'float32', shape: [3], values: [-1, 0, 2].map((v) => v / (1 + Math.exp(-0.5 * v))) },
      ],
    },
    ThresholdedRelu: { op: 'ThresholdedRelu', operands: [line] },
  })
})

describe('of lines', () => {
  for (const op of ['Softmax', 'LogSoftmax', 'Hardmax']) {
    agree({
      [`${op}`]: { op, operands: [x] },
      [`${op} along axis 1`]: { op, operands: [x], attributes: { axis: 1 } },
      [`${op} before opset 13`]: { op, opset: 11, operands: [x] },
      [`${op} of all, before opset 13`]: { op, opset: 12, operands: [x], attributes: { axis: 0 } },
      [`${op} along axis -2, before opset 13`]: { op, opset: 12, operands: [x], attributes: { axis: -2 } },
    })
  }
  agree({
    'Hardmax with equals': { op: 'Hardmax', operands: [tensor('float32', [2, 3], [1, 5, 5, 2, 2, 2])] },
    'Softmax of large numbers': { op: 'Softmax', operands: [tensor('float32', [3], [1e30, 1e30, -1e30])] },
  })
})
