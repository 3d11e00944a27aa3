import { type OneNode, type Operand, some, stored, tensor } from '../../packages/onnx/test/import/one-node.ts'

export const x = some('float32', 2, 3, 4)
export const whole = (...values: readonly number[]): Operand => tensor('int64', [values.length], values)
export const one = (value: number): Operand => tensor('int64', [], [value])
export const float = (value: number): Operand => tensor('float32', [], [value])
export const floats = (...values: readonly number[]): Operand => tensor('float32', [values.length], values)
const none = stored(floats())
const largest = 2 ** 31 - 1

/** A node with operands for each of several calls. */
export interface Calls extends Omit<OneNode, 'operands'> {
  readonly calls: readonly (readonly (Operand | null)[])[]
  /** Whether the sizes of its first operand are those of the file. */
  readonly isFixed?: boolean
}

export const toldCases: Readonly<Record<string, Calls>> = {
  Reshape: {
    op: 'Reshape',
    calls: [
      [x, whole(4, -1)],
      [x, whole(0, -1)],
      [x, whole(24, 1)],
      [some('float32', 5, 1, 2), whole(-1, 5)],
      [some('float32', 0, 1, 2), whole(0, 2)],
    ],
  },
  'Reshape of int64 to no axes': { op: 'Reshape', calls: [[some('int64', 1, 1), whole(1, 1, 1)]] },
  'Reshape with allowzero': {
    op: 'Reshape',
    attributes: { allowzero: 1 },
    calls: [
      [some('float32', 0, 3), whole(3, 0)],
      [some('float32', 2, 3), whole(-1, 1)],
    ],
  },
  Expand: {
    op: 'Expand',
    calls: [
      [some('float32', 3, 1), whole(2, 1, 4)],
      [some('float32', 3, 1), whole(1, 1, 1)],
      [some('float32', 1, 4), whole(2, 3, 1)],
      [some('float32', 1, 1), whole(0, 3, 0)],
    ],
  },
  Tile: {
    op: 'Tile',
    calls: [
      [x, whole(1, 2, 2)],
      [x, whole(0, 1, 3)],
      [some('float32', 1, 1, 2), whole(3, 1, 1)],
    ],
  },
  'Slice of the first axes': {
    op: 'Slice',
    calls: [
      [x, whole(0, 1), whole(1, 3)],
      [x, whole(-1, -2), whole(largest, -1)],
      [x, whole(2, 0), whole(1, 9)],
      [some('float32', 7, 5, 1), whole(3, -9), whole(-1, 2)],
    ],
  },
  'Slice of stored axes': {
    op: 'Slice',
    calls: [
      [x, whole(1), whole(3), stored(whole(-1))],
      [x, whole(-2), whole(largest), stored(whole(-1))],
    ],
  },
  'Slice by axes and steps': {
    op: 'Slice',
    calls: [
      [x, whole(0, 3), whole(2, 0), whole(0, 2), whole(1, -2)],
      [x, whole(-1, 0), whole(-9, largest), whole(1, -1), whole(-1, 3)],
      [x, whole(9, -9), whole(0, 9), whole(2, 1), whole(-1, largest)],
      [some('float32', 1, 0, 2), whole(0, 9), whole(9, -9), whole(0, 1), whole(1, -1)],
    ],
  },
  'Pad with a constant': {
    op: 'Pad',
    calls: [
      [x, whole(0, 1, 0, 2, 0, 1), float(7)],
      [x, whole(-1, 0, 3, 1, -2, -1), float(-1)],
      [some('float32', 0, 1, 1), whole(2, 0, 0, 0, 0, 1), float(3)],
    ],
  },
  'Pad along axes that are an input': {
    op: 'Pad',
    calls: [
      [x, whole(1, 2, 3, 4), null, whole(-1, 0)],
      [x, whole(0, -1, 1, 0), null, whole(1, 2)],
    ],
  },
  ...Object.fromEntries(
    ['edge', 'reflect', 'wrap'].map((mode) => [
      `Pad by ${mode}`,
      {
        op: 'Pad',
        attributes: { mode },
        calls: [
          [x, whole(1, 0, 2, 0, 1, 3)],
          [x, whole(0, 2, 0, 1, 0, 0)],
        ],
      },
    ]),
  ),
  CenterCropPad: {
    op: 'CenterCropPad',
    attributes: { axes: [2, 0] },
    calls: [
      [x, whole(6, 1)],
      [x, whole(1, 5)],
      [some('float32', 3, 1, 5), whole(2, 2)],
    ],
  },
  Split: {
    op: 'Split',
    attributes: { axis: 1 },
    gives: ['float32', 'float32'],
    calls: [
      [some('float32', 2, 5), whole(2, 3)],
      [some('float32', 2, 5), whole(5, 0)],
      [some('float32', 1, 3), whole(1, 2)],
    ],
  },
  ConstantOfShape: { op: 'ConstantOfShape', gives: ['float32'], calls: [[whole(2, 3)], [whole(0, 4)]] },
  'Range of int64': {
    op: 'Range',
    calls: [
      [one(2), one(9), one(3)],
      [one(5), one(-4), one(-2)],
      [one(5), one(5), one(1)],
      [one(5), one(4), one(1)],
    ],
  },
  'Range of float32': {
    op: 'Range',
    calls: [
      [float(0.5), float(3), float(0.75)],
      [float(1), float(0), float(-0.25)],
      [float(1), float(0), float(0.25)],
    ],
  },
  OneHot: {
    op: 'OneHot',
    gives: ['float32'],
    calls: [
      [whole(0, 2, -1), one(3), floats(2, 5)],
      [whole(0, 2, -1), one(5), floats(0, 1)],
    ],
  },
  TopK: {
    op: 'TopK',
    gives: ['float32', 'int64'],
    calls: [
      [x, whole(2)],
      [x, whole(4)],
      [x, whole(0)],
    ],
  },
  'Trilu above': {
    op: 'Trilu',
    calls: [
      [x, one(1)],
      [x, one(-1)],
      [some('float32', 1, 4, 2), one(0)],
    ],
  },
  'Trilu below': {
    op: 'Trilu',
    attributes: { upper: 0 },
    calls: [
      [x, one(1)],
      [x, one(-9)],
    ],
  },
  CumSum: {
    op: 'CumSum',
    calls: [
      [x, one(0)],
      [x, one(-1)],
      [some('float32', 3, 0, 2), one(1)],
    ],
  },
  'CumSum backwards': {
    op: 'CumSum',
    attributes: { exclusive: 1, reverse: 1 },
    calls: [
      [x, one(1)],
      [x, one(-3)],
    ],
  },
  ...Object.fromEntries(
    [
      'ReduceSum',
      'ReduceMax',
      'ReduceMin',
      'ReduceMean',
      'ReduceProd',
      'ReduceL2',
      'ReduceLogSumExp',
    ].flatMap((op) =>
      [0, 1].map((keepdims) => [
        `${op} with keepdims ${keepdims}`,
        {
          op,
          attributes: { keepdims },
          calls: [
            [x, whole(0, 2)],
            [x, whole(-1, 1)],
            [some('float32', 1, 5, 3), whole(1, 0)],
          ],
        },
      ]),
    ),
  ),
  'ReduceMax of int32': {
    op: 'ReduceMax',
    calls: [
      [some('int32', 2, 3), whole(1)],
      [some('int32', 4, 1), whole(-2)],
    ],
  },
  Squeeze: {
    op: 'Squeeze',
    calls: [
      [some('float32', 1, 3, 1), whole(0, -1)],
      [some('float32', 1, 1, 4), whole(1, 0)],
    ],
  },
  Unsqueeze: {
    op: 'Unsqueeze',
    calls: [
      [x, whole(0, -1)],
      [x, whole(2, 1)],
      [x, whole(-2, 4)],
    ],
  },
  'Resize to sizes': {
    op: 'Resize',
    attributes: { mode: 'linear' },
    calls: [
      [some('float32', 1, 1, 4, 3), none, none, whole(1, 1, 2, 6)],
      [some('float32', 1, 2, 2, 2), none, none, whole(1, 2, 5, 3)],
    ],
  },
  'Resize by scales': {
    op: 'Resize',
    attributes: { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' },
    calls: [
      [some('float32', 1, 1, 4, 3), none, floats(1, 1, 0.5, 2)],
      [some('float32', 1, 1, 5, 2), none, floats(1, 1, 2.5, 1)],
    ],
  },
  'Resize of a part': {
    op: 'Resize',
    attributes: { mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize' },
    calls: [
      [some('float32', 1, 1, 4, 4), floats(0, 0, 0.25, 0.5, 1, 1, 0.75, 1), none, whole(1, 1, 3, 2)],
      [some('float32', 1, 1, 4, 4), floats(0, 0, 0, 0.25, 1, 1, 1.5, 0.5), none, whole(1, 1, 3, 5)],
    ],
  },
  Upsample: {
    op: 'Upsample',
    opset: 9,
    calls: [
      [some('float32', 1, 1, 2, 3), floats(1, 1, 2, 3)],
      [some('float32', 1, 1, 2, 3), floats(1, 1, 1.5, 1)],
    ],
  },
  HannWindow: { op: 'HannWindow', gives: ['float32'], calls: [[one(5)], [one(2)], [one(8)]] },
  Col2Im: {
    op: 'Col2Im',
    calls: [
      [some('float32', 1, 4, 6), whole(3, 4), whole(2, 2)],
      [some('float32', 2, 6, 4), whole(4, 3), whole(1, 3)],
    ],
  },
  NonMaxSuppression: {
    op: 'NonMaxSuppression',
    isFixed: true,
    gives: ['int64'],
    calls: [0, 1, 3, 9].map((most) => [
      tensor('float32', [1, 3, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 10, 1, 11]),
      tensor('float32', [1, 1, 3], [0.9, 0.75, 0.6]),
      whole(most),
      floats(0.5),
    ]),
  },
}
