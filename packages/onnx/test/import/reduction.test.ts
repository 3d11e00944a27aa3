import { describe } from 'vitest'
import { agree, type Case, ints, some, tensor } from './one-node.ts'

const x = some('float32', 2, 3, 4)
const positive = tensor('float32', [2, 3], [1, 2, 0.5, 4, 0.25, 3])
const all = 'L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare'.split(' ').map((name) => `Reduce${name}`)

describe.each(all)('%s', (op) => {
  const given = op === 'ReduceLogSum' ? positive : x
  agree({
    'over all axes': { op, operands: [given] },
    'over an axis, which goes': { op, operands: [given, ints(-1)], attributes: { keepdims: 0 } },
    'over two axes': { op, operands: [given, ints(1, 0)] },
    'over axes of a call': { op, operands: [given, tensor('int64', [1], [1])] },
    'over no axes': { op, operands: [given, ints()], attributes: { noop_with_empty_axes: 1 } },
    'over all, by no axes': { op, operands: [given, ints()], attributes: { keepdims: 0 } },
    'by an attribute': { op, opset: 12, operands: [given], attributes: { axes: [0], keepdims: 0 } },
    'of a number': { op, operands: [tensor('float32', [], [2])] },
    ...(['ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp'].includes(op)
      ? {}
      : { 'of int32': { op, operands: [some('int32', 2, 3), ints(1)] } }),
  })
})

describe('of no elements', () => {
  const none = tensor('float32', [2, 0, 3], [])
  const gives = (op: string, value: number): Case => ({
    op,
    operands: [none, ints(1)],
    expected: [{ dtype: 'float32', shape: [2, 1, 3], values: Array.from({ length: 6 }, () => value) }],
  })
  agree(
    Object.fromEntries(
      Object.entries({
        ReduceL1: 0,
        ReduceL2: 0,
        ReduceLogSum: -Infinity,
        ReduceLogSumExp: -Infinity,
        ReduceMax: -Infinity,
        ReduceMean: NaN,
        ReduceMin: Infinity,
        ReduceProd: 1,
        ReduceSum: 0,
        ReduceSumSquare: 0,
      }).map(([op, value]) => [op, gives(op, value)]),
    ),
  )
  agree({
    'largest int8': {
      op: 'ReduceMax',
      operands: [tensor('int8', [0], [])],
      attributes: { keepdims: 0 },
      expected: [{ dtype: 'int8', shape: [], values: [-128] }],
    },
    'largest of bool': { op: 'ReduceMax', operands: [some('bool', 2, 3), ints(1)] },
    'smallest of bool': { op: 'ReduceMin', operands: [some('bool', 2, 3), ints(0)] },
  })
})

describe('places and totals', () => {
  const equals = tensor('float32', [2, 4], [3, 1, 3, 1, 0, 0, -1, -1])
  for (const op of ['ArgMax', 'ArgMin']) {
    agree({
      [`${op}`]: { op, operands: [equals], gives: ['int64'] },
      [`${op} along axis -1`]: {
        op,
        operands: [equals],
        gives: ['int64'],
        attributes: { axis: -1, keepdims: 0 },
      },
      [`${op}, the last one`]: {
        op,
        operands: [equals],
        gives: ['int64'],
        attributes: { axis: 1, select_last_index: 1 },
      },
    })
  }
  for (const exclusive of [0, 1]) {
    for (const reverse of [0, 1]) {
      agree({
        [`CumSum, exclusive ${exclusive}, reverse ${reverse}`]: {
          op: 'CumSum',
          operands: [some('int32', 2, 3), tensor('int32', [], [-1])],
          attributes: { exclusive, reverse },
        },
      })
    }
  }
  agree({
    'CumSum of no elements': {
      op: 'CumSum',
      operands: [tensor('float32', [0], []), tensor('int64', [], [0])],
    },
    'CumProd, exclusive': {
      op: 'CumProd',
      opset: 26,
      operands: [tensor('float32', [4], [2, 3, 4, 5]), ints(0)],
      attributes: { exclusive: 1 },
      expected: [{ dtype: 'float32', shape: [4], values: [1, 2, 6, 24] }],
    },
  })
})
