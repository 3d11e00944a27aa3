import { describe, expect, test } from 'vitest'
import { agree, ints, type Operand, ours, some, stored, tensor } from './one-node.ts'

const same = { auto_pad: 'SAME_UPPER' }
const lower = { auto_pad: 'SAME_LOWER' }

describe('Conv', () => {
  const x1 = some('float32', 2, 3, 7)
  const x2 = some('float32', 2, 4, 7, 6)
  const w2 = some('float32', 6, 4, 3, 2)
  agree({
    'one axis': { op: 'Conv', operands: [x1, some('float32', 2, 3, 3)] },
    'with bias, strides and pads': {
      op: 'Conv',
      operands: [x2, w2, some('float32', 6)],
      attributes: { strides: [2, 3], pads: [1, 0, 2, 1], kernel_shape: [3, 2] },
    },
    'dilated groups': {
      op: 'Conv',
      operands: [x2, some('float32', 4, 2, 2, 2)],
      attributes: { group: 2, dilations: [2, 3] },
    },
    'stored weights, as long as the array': {
      op: 'Conv',
      operands: [x2, stored(w2)],
      attributes: { strides: [2, 2], ...same },
    },
    'more at the start': { op: 'Conv', operands: [x2, w2], attributes: { strides: [2, 2], ...lower } },
    'same with gaps': { op: 'Conv', operands: [x2, w2], attributes: { strides: [4, 3], ...same } },
    valid: { op: 'Conv', operands: [x2, w2], attributes: { auto_pad: 'VALID', strides: [2, 1] } },
    'three axes': {
      op: 'Conv',
      operands: [some('float32', 1, 2, 4, 5, 3), some('float32', 3, 2, 2, 3, 2), some('float32', 3)],
      attributes: { strides: [1, 2, 1], pads: [0, 1, 1, 1, 0, 0] },
    },
    'an old version': { op: 'Conv', opset: 1, operands: [x1, some('float32', 2, 3, 3)] },
  })
})

describe('ConvTranspose', () => {
  const x = some('float32', 2, 4, 3, 4)
  const w = some('float32', 4, 2, 3, 2)
  agree({
    'one axis': { op: 'ConvTranspose', operands: [some('float32', 1, 2, 4), some('float32', 2, 3, 3)] },
    'with bias, strides and pads': {
      op: 'ConvTranspose',
      operands: [x, w, some('float32', 2)],
      attributes: { strides: [2, 3], pads: [1, 0, 0, 1] },
    },
    'output_padding, groups and dilations': {
      op: 'ConvTranspose',
      operands: [x, w, some('float32', 4)],
      attributes: { group: 2, strides: [3, 2], output_padding: [2, 1], dilations: [2, 1] },
    },
    output_shape: {
      op: 'ConvTranspose',
      operands: [x, w],
      attributes: { strides: [2, 2], output_shape: [6, 9] },
    },
    'output_shape, more at the end': {
      op: 'ConvTranspose',
      operands: [x, w],
      attributes: { strides: [2, 2], output_shape: [6, 7], ...same },
    },
    same: { op: 'ConvTranspose', operands: [x, w], attributes: { strides: [2, 1], ...same } },
    'more at the start': { op: 'ConvTranspose', operands: [x, w], attributes: { strides: [2, 1], ...lower } },
    valid: { op: 'ConvTranspose', operands: [x, w], attributes: { strides: [2, 2], auto_pad: 'VALID' } },
    'three axes': {
      op: 'ConvTranspose',
      operands: [some('float32', 1, 2, 2, 3, 2), some('float32', 2, 1, 2, 2, 3)],
      attributes: { strides: [2, 1, 2] },
    },
  })
})

describe('ConvTranspose over four axes', () => {
  const x = some('float32', 2, 4, 2, 1, 3, 1)
  const w = some('float32', 4, 2, 2, 1, 3, 1)
  const flat = (operand: Operand): Operand => ({
    ...operand,
    shape: operand.shape.filter((_, i) => i !== 3 && i !== 5),
  })
  const attributes = {
    group: 2,
    strides: [2, 1, 2, 1],
    pads: [1, 0, 0, 0, 0, 0, 1, 0],
    output_padding: [1, 0, 0, 0],
  }
  const node = { op: 'ConvTranspose', operands: [x, w, some('float32', 4)], attributes }
  test('is that over two, where the others are one long', () => {
    const [whole] = ours(node)
    const [plane] = ours({
      ...node,
      operands: [flat(x), flat(w), node.operands[2]!],
      attributes: { group: 2, strides: [2, 2], pads: [1, 0, 0, 1], output_padding: [1, 0] },
    })
    expect(whole!.shape).toEqual([2, 4, 4, 1, 6, 1])
    expect(whole!.values).toEqual(plane!.values)
  })
})

describe('DeformConv', () => {
  const offset = some('float32', 1, 16, 2, 2)
  const offsets = { ...offset, values: offset.values.map((value) => Number(value) / 40) }
  agree({
    'two groups of offsets, a mask, a bias': {
      op: 'DeformConv',
      opset: 22,
      operands: [
        some('float32', 1, 4, 3, 4),
        some('float32', 2, 2, 2, 2),
        offsets,
        some('float32', 2),
        some('float32', 1, 8, 2, 2),
      ],
      attributes: { group: 2, offset_group: 2, strides: [1, 2], kernel_shape: [2, 2] },
    },
    'dilated, in padding': {
      op: 'DeformConv',
      opset: 19,
      operands: [
        some('float32', 1, 2, 3, 3),
        some('float32', 3, 2, 2, 2),
        { ...some('float32', 1, 8, 3, 3) },
      ],
      attributes: { pads: [1, 1, 1, 1], dilations: [2, 2] },
    },
  })
})

describe('Col2Im', () => {
  agree({
    'strides and pads': {
      op: 'Col2Im',
      operands: [some('float32', 2, 12, 6), ints(5, 4), ints(2, 3)],
      attributes: { strides: [2, 2], pads: [0, 1, 1, 1] },
    },
    dilations: {
      op: 'Col2Im',
      operands: [some('float32', 1, 4, 4), ints(4, 5), ints(2, 2)],
      attributes: { dilations: [2, 3] },
    },
    'not finite': {
      op: 'Col2Im',
      operands: [tensor('float32', [1, 2, 2], [Infinity, 1, 2, NaN]), ints(3), ints(2)],
    },
  })
})
