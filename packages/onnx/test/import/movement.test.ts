import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type Case, ints, some, stored, tensor } from './one-node.ts'

const x = some('float32', 2, 3, 4)
const far = 2 ** 53

describe('shapes', () => {
  agree({
    'Reshape that keeps sizes': { op: 'Reshape', operands: [x, ints(0, -1)] },
    'Reshape to no elements': { op: 'Reshape', operands: [tensor('float32', [0, 3], []), ints(3, -1)] },
    'Reshape with allowzero': {
      op: 'Reshape',
      operands: [tensor('float32', [0, 3], []), ints(3, 0)],
      attributes: { allowzero: 1 },
    },
    'Reshape by a shape of a call': { op: 'Reshape', operands: [x, tensor('int64', [2], [4, -1])] },
    'Reshape by an attribute': {
      op: 'Reshape',
      opset: 1,
      operands: [x],
      attributes: { shape: [0, -1] },
      expected: [{ dtype: 'float32', shape: [2, 12], values: x.values.map(Number) }],
    },
    Transpose: { op: 'Transpose', operands: [x] },
    'Transpose by a permutation': { op: 'Transpose', operands: [x], attributes: { perm: [1, 0, 2] } },
    'Flatten at 0': { op: 'Flatten', operands: [x], attributes: { axis: 0 } },
    'Flatten at -1': { op: 'Flatten', operands: [x], attributes: { axis: -1 } },
    'Flatten at the end': { op: 'Flatten', operands: [x], attributes: { axis: 3 } },
    'Squeeze of all': { op: 'Squeeze', operands: [some('float32', 1, 3, 1)] },
    'Squeeze of one': { op: 'Squeeze', operands: [some('float32', 1, 3, 1), ints(-1)] },
    'Squeeze by an attribute': {
      op: 'Squeeze',
      opset: 12,
      operands: [some('float32', 1, 3, 1)],
      attributes: { axes: [0] },
    },
    Unsqueeze: { op: 'Unsqueeze', operands: [x, ints(-1, 1)] },
    'Unsqueeze by an attribute': { op: 'Unsqueeze', opset: 11, operands: [x], attributes: { axes: [0, 4] } },
    'Expand both ways': { op: 'Expand', operands: [some('float32', 3, 1), ints(2, 1, 4)] },
    'Expand to less axes': { op: 'Expand', operands: [x, ints(3, 1)] },
    'Expand by a shape of a call': {
      op: 'Expand',
      operands: [some('bool', 3, 1), tensor('int64', [2], [1, 2])],
    },
    Tile: { op: 'Tile', operands: [x, ints(1, 2, 2)] },
    'Concat with an empty one': {
      op: 'Concat',
      operands: [some('int64', 2, 2), some('int64', 0, 2), some('int64', 1, 2)],
      attributes: { axis: -2 },
    },
    Shape: { op: 'Shape', operands: [x], gives: ['int64'], attributes: { start: -2 } },
    Size: { op: 'Size', operands: [x], gives: ['int64'] },
    'Trilu below': { op: 'Trilu', operands: [x, tensor('int64', [], [-1])], attributes: { upper: 0 } },
    'Trilu above, of int64': { op: 'Trilu', operands: [some('int64', 3, 4)] },
    'Trilu of bool': { op: 'Trilu', operands: [some('bool', 2, 2), stored(tensor('int64', [], [1]))] },
    'DepthToSpace by columns first': {
      op: 'DepthToSpace',
      operands: [some('float32', 1, 8, 2, 3)],
      attributes: { blocksize: 2, mode: 'CRD' },
    },
    DepthToSpace: {
      op: 'DepthToSpace',
      operands: [some('float32', 2, 8, 2, 1)],
      attributes: { blocksize: 2 },
    },
    SpaceToDepth: {
      op: 'SpaceToDepth',
      operands: [some('float32', 1, 2, 4, 6)],
      attributes: { blocksize: 2 },
    },
    ReverseSequence: {
      op: 'ReverseSequence',
      operands: [some('float32', 4, 3, 2), tensor('int64', [3], [1, 4, 2])],
    },
    'ReverseSequence with other axes': {
      op: 'ReverseSequence',
      operands: [some('float32', 2, 4), tensor('int64', [2], [3, 2])],
      attributes: { time_axis: 1, batch_axis: 0 },
    },
  })
})

describe('Split', () => {
  const five = some('float32', 5, 2)
  const floats = (count: number) => Array.from({ length: count }, () => 'float32' as const)
  agree({
    'by lengths': { op: 'Split', operands: [five, ints(1, 0, 4)], gives: floats(3) },
    'into unequal parts': { op: 'Split', operands: [five], attributes: { num_outputs: 3 }, gives: floats(3) },
    'into as many parts as outputs': {
      op: 'Split',
      opset: 13,
      operands: [x],
      attributes: { axis: 2 },
      gives: floats(2),
    },
    'by an attribute': {
      op: 'Split',
      opset: 11,
      operands: [five],
      attributes: { split: [2, 3], axis: -2 },
      gives: floats(2),
    },
    'by lengths of a call': { op: 'Split', operands: [five, tensor('int64', [2], [2, 3])], gives: floats(2) },
    'into one part': { op: 'Split', operands: [five], attributes: { num_outputs: 1 } },
  })
})

describe('Slice', () => {
  const part = (starts: number[], ends: number[], axes?: number[], steps?: number[]): Case => ({
    op: 'Slice',
    operands: [
      x,
      ints(...starts),
      ints(...ends),
      axes === undefined ? null : ints(...axes),
      ...(steps === undefined ? [] : [ints(...steps)]),
    ],
  })
  agree({
    'of the first axes': part([1, 0], [2, 2]),
    'from the end': part([-2], [far], [-1]),
    'beyond the end': part([1], [1000], [1]),
    backwards: part([-1, 2], [-far, 0], [2, 1], [-1, -2]),
    'backwards from beyond': part([1000], [-1000], [2], [-3]),
    'of nothing': part([3], [1], [1]),
    'with large steps': part([0], [far], [2], [1000]),
    'by bounds of a call': {
      op: 'Slice',
      operands: [x, tensor('int32', [1], [1]), tensor('int32', [1], [3]), tensor('int32', [1], [2])],
    },
    'by attributes': {
      op: 'Slice',
      opset: 9,
      operands: [x],
      attributes: { starts: [0, 1], ends: [2, far], axes: [1, 2] },
    },
  })
})

describe('Pad', () => {
  const small = some('float32', 2, 3)
  const pads = ints(1, 2, 0, 1)
  for (const mode of ['constant', 'edge', 'reflect', 'wrap']) {
    agree({
      [mode]: {
        op: 'Pad',
        operands: [small, mode === 'reflect' ? ints(1, 2, 0, 1) : pads],
        attributes: { mode },
      },
      [`${mode}, and less on one side`]: {
        op: 'Pad',
        operands: [small, ints(0, -1, 1, 1)],
        attributes: { mode },
      },
    })
  }
  agree({
    'with a stored number': { op: 'Pad', operands: [small, pads, stored(tensor('float32', [], [7]))] },
    'with a number of a call': { op: 'Pad', operands: [small, pads, tensor('float32', [], [7])] },
    'along named axes': { op: 'Pad', operands: [small, ints(1, 2), null, ints(-1)] },
    'of bool': { op: 'Pad', operands: [some('bool', 3), ints(1, 1), stored(tensor('bool', [], [true]))] },
    'of int64': { op: 'Pad', operands: [some('int64', 3), ints(1, -1), stored(tensor('int64', [], [-5n]))] },
    'by widths of a call': { op: 'Pad', operands: [small, tensor('int64', [4], [0, 1, 1, 0])] },
    'by attributes': {
      op: 'Pad',
      opset: 10,
      operands: [small],
      attributes: { pads: [0, 1, 1, 0], value: attr.float(2.5) },
    },
    'mirrored more than once': {
      op: 'Pad',
      operands: [tensor('float32', [3], [1, 2, 3]), ints(5, 6)],
      attributes: { mode: 'reflect' },
      expected: [{ dtype: 'float32', shape: [14], values: [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1] }],
    },
    'wrapped more than once': {
      op: 'Pad',
      operands: [tensor('float32', [2], [1, 2]), ints(3, 4)],
      attributes: { mode: 'wrap' },
      expected: [{ dtype: 'float32', shape: [9], values: [2, 1, 2, 1, 2, 1, 2, 1, 2] }],
    },
  })
})

describe('CenterCropPad', () => {
  const crop = (shape: readonly number[], axes: readonly number[], values: readonly number[]): Case => ({
    op: 'CenterCropPad',
    operands: [tensor('int32', [3, 2], [1, 2, 3, 4, 5, 6]), ints(...shape)],
    attributes: { axes },
    expected: [{ dtype: 'int32', shape: axes[0] === 0 ? shape : [3, shape[0]!], values }],
  })
  agree({
    'less and more': crop([2, 3], [0, 1], [1, 2, 0, 3, 4, 0]),
    'more of one axis': crop([5], [-1], [0, 1, 2, 0, 0, 0, 3, 4, 0, 0, 0, 5, 6, 0, 0]),
  })
})
