import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type Case, some, stored, tensor } from './one-node.ts'

const eps = { epsilon: attr.float(0.01) }
const positive = (count: number) =>
  tensor(
    'float32',
    [count],
    Array.from({ length: count }, (_, i) => 0.5 + ((i * 3) % count)),
  )
const statistics = [some('float32', 3), positive(3)] as const
const scales = [some('float32', 3), some('float32', 3)] as const

describe('BatchNormalization', () => {
  const x = some('float32', 2, 3, 4, 2)
  const operands = [x, ...scales, ...statistics]
  agree({
    'of images': { op: 'BatchNormalization', opset: 15, operands, attributes: eps },
    'of rows': {
      op: 'BatchNormalization',
      opset: 14,
      operands: [some('float32', 4, 3), ...scales, ...statistics],
    },
    'an old version': { op: 'BatchNormalization', opset: 9, operands },
    'by place': {
      op: 'BatchNormalization',
      opset: 7,
      operands: [
        x,
        some('float32', 3, 4, 2),
        some('float32', 3, 4, 2),
        some('float32', 3, 4, 2),
        positiveOf(3, 4, 2),
      ],
      attributes: { spatial: 0 },
    },
    'in training': {
      op: 'BatchNormalization',
      opset: 15,
      operands,
      attributes: { training_mode: 1, momentum: attr.float(0.8) },
      gives: ['float32', 'float32', 'float32'],
    },
  })
})

function positiveOf(...shape: readonly number[]) {
  const { values, ...rest } = some('float32', ...shape)
  return { ...rest, values: values.map((value) => Math.abs(Number(value)) + 0.5) }
}

describe('LayerNormalization', () => {
  const x = some('float32', 2, 3, 4)
  const three = { gives: ['float32', 'float32', 'float32'] } as const
  agree({
    'of the last axis': {
      op: 'LayerNormalization',
      operands: [x, some('float32', 4), some('float32', 4)],
      attributes: eps,
    },
    'without a bias': { op: 'LayerNormalization', operands: [x, some('float32', 4)] },
    'of two axes, with statistics': {
      op: 'LayerNormalization',
      operands: [x, some('float32', 3, 4), some('float32', 3, 4)],
      attributes: { axis: -2 },
      ...three,
    },
    'a scale that is spread': {
      op: 'LayerNormalization',
      operands: [x, stored(some('float32', 1)), some('float32', 4)],
    },
    'of double precision': {
      op: 'LayerNormalization',
      operands: [some('float64', 2, 4), some('float64', 4)],
    },
    'of half precision': {
      op: 'LayerNormalization',
      operands: [some('float16', 2, 4), some('float16', 4)],
    },
  })
})

describe('others', () => {
  const x = some('float32', 2, 4, 3, 2)
  const four = some('float32', 4)
  agree({
    InstanceNormalization: {
      op: 'InstanceNormalization',
      operands: [x, four, some('float32', 4)],
      attributes: eps,
    },
    'InstanceNormalization of one axis': {
      op: 'InstanceNormalization',
      operands: [some('float32', 2, 4, 5), four, four],
    },
    'GroupNormalization with a scale for each channel': {
      op: 'GroupNormalization',
      opset: 21,
      operands: [x, four, four],
      attributes: { num_groups: 2, ...eps },
    },
    'GroupNormalization with a scale for each group': {
      op: 'GroupNormalization',
      opset: 18,
      operands: [x, some('float32', 2), some('float32', 2)],
      attributes: { num_groups: 2 },
    },
    LRN: {
      op: 'LRN',
      opset: 13,
      operands: [x],
      attributes: { size: 3, alpha: attr.float(0.5), beta: attr.float(0.6), bias: attr.float(1.5) },
    },
    'LRN of more than there is': { op: 'LRN', opset: 13, operands: [x], attributes: { size: 7 } },
    'LpNormalization of nothing': {
      op: 'LpNormalization',
      opset: 22,
      operands: [tensor('float32', [2, 2], [0, 0, 3, -4])],
    },
    'LpNormalization of order 1': {
      op: 'LpNormalization',
      opset: 22,
      operands: [x],
      attributes: { p: 1, axis: 1 },
    },
    MeanVarianceNormalization: { op: 'MeanVarianceNormalization', opset: 13, operands: [x] },
    'MeanVarianceNormalization of some axes': {
      op: 'MeanVarianceNormalization',
      opset: 13,
      operands: [x],
      attributes: { axes: [0, -1] },
    },
    'RMSNormalization of two axes': {
      op: 'RMSNormalization',
      opset: 23,
      operands: [some('float32', 2, 3, 4), some('float32', 3, 4)],
      attributes: { axis: 1, ...eps },
    },
  } satisfies Record<string, Case>)
})
