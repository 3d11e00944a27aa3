import { describe } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import type { OnnxDType } from '../../src/dtypes.ts'
import { agree, type Case, ints, noise, type Operand, type Result, some, stored, tensor } from './one-node.ts'

const f = (...shape: readonly number[]): Operand => noise('float32', ...shape)
const i32 = (shape: readonly number[], ...values: readonly number[]): Operand =>
  tensor('int32', shape, values)
const i64 = (shape: readonly number[], ...values: readonly number[]): Operand =>
  tensor('int64', shape, values)
const f32 = (shape: readonly number[], ...values: readonly number[]): Operand =>
  tensor('float32', shape, values)

const microsoft = (
  op: string,
  operands: Case['operands'],
  attributes: Attributes = {},
  gives: readonly OnnxDType[] = [operands[0]!.dtype],
): Case => ({ op, domain: 'com.microsoft', operands, attributes, gives })

/** What operators give that onnxruntime's CPU has no kernel for. */
const known = (
  test: Case,
  ...expected: readonly (readonly [OnnxDType, readonly number[], readonly number[]])[]
) => ({
  ...test,
  expected: expected.map(([dtype, shape, values]): Result => ({ dtype, shape, values })),
})

describe('CropAndResize', () => {
  const boxes = f32([3, 4], 0, 0, 1, 1, 0.2, 0.6, 0.7, 0.1, -0.5, 0.1, 1.25, 0.9)
  const crop = (rows: number, columns: number, attributes: Attributes = {}): Case =>
    microsoft(
      'CropAndResize',
      [f(2, 3, 5, 4), boxes, i32([3], 1, 0, 1), stored(i32([2], rows, columns))],
      attributes,
    )
  agree({
    'larger and smaller': crop(7, 3),
    nearest: crop(4, 6, { mode: 'nearest' }),
    'one row, another value outside': crop(1, 4, { extrapolation_value: attr.float(-3) }),
  })
})

describe('shapes and elements', () => {
  agree({
    ExpandDims: microsoft('ExpandDims', [f(2, 3), stored(i32([1], 1))]),
    'ExpandDims at the end': microsoft('ExpandDims', [f(2, 3), stored(i32([1], -1))]),
    Inverse: microsoft('Inverse', [f32([2, 2, 2], 4, 7, 2, 6, 1, 2, 3, 5)]),
    Trilu: microsoft('Trilu', [f(2, 3, 4)]),
    'Trilu, lower, moved': microsoft('Trilu', [f(3, 4), stored(i64([], 1))], { upper: 0 }),
    Unique: microsoft('Unique', [f32([6], 2, 1, 1, 3, 4, 3)], {}, ['float32', 'int64', 'int64']),
    'GridSample, bilinear': microsoft('GridSample', [f(1, 2, 4, 5), some('float32', 1, 3, 2, 2)], {
      mode: 'bilinear',
      padding_mode: 'border',
    }),
    'GridSample, bicubic, corners': microsoft(
      'GridSample',
      [f(1, 2, 4, 5), f32([1, 2, 1, 2], 0.1, -0.4, 0.7, 0.9)],
      {
        mode: 'bicubic',
        align_corners: 1,
      },
    ),
    Range: microsoft('Range', [stored(f32([], 1)), stored(f32([], 4)), stored(f32([], 0.5))]),
    'Range of ones': microsoft('Range', [stored(i64([1], 2)), stored(i64([1], 6))]),
    'Range of ones, floats': microsoft('Range', [stored(f32([], 2)), stored(f32([], 6))]),
    Pad: microsoft('Pad', [f(2, 3), ints(1, 0, 0, 2), stored(f32([], 9))]),
    'Pad, a list with an axis more': microsoft('Pad', [f(3, 4), stored(i64([1, 4], 1, 0, 2, 1))], {
      mode: 'reflect',
    }),
    GatherND: microsoft('GatherND', [f(2, 3, 4), i64([2, 2], 1, 2, 0, -1)]),
    CDist: microsoft('CDist', [f(3, 4), f(5, 4)], { metric: 'euclidean' }),
    'CDist, squares': microsoft('CDist', [f(3, 4), f(5, 4)], { metric: 'sqeuclidean' }),
    NGramRepeatBlock: microsoft(
      'NGramRepeatBlock',
      [i64([2, 6], 1, 2, 3, 1, 2, 0, 4, 4, 4, 4, 4, 4), f(2, 5)],
      { ngram_size: 2 },
      ['float32'],
    ),
    'NGramRepeatBlock, runs of three': microsoft(
      'NGramRepeatBlock',
      [i64([1, 7], 1, 2, 3, 0, 4, 1, 2), f(1, 5)],
      { ngram_size: 3 },
      ['float32'],
    ),
    'NGramRepeatBlock, fewer tokens': microsoft(
      'NGramRepeatBlock',
      [i64([1, 2], 1, 2), f(1, 5)],
      { ngram_size: 3 },
      ['float32'],
    ),
    UnfoldTensor: known(microsoft('UnfoldTensor', [f32([5], 0, 1, 2, 3, 4)], { size: 3, step: 2 }), [
      'float32',
      [2, 3],
      [0, 1, 2, 2, 3, 4],
    ]),
    'UnfoldTensor of the first axis': known(
      microsoft('UnfoldTensor', [f32([3, 2], 0, 1, 2, 3, 4, 5)], { dim: 0, size: 2 }),
      ['float32', [2, 2, 2], [0, 2, 1, 3, 2, 4, 3, 5]],
    ),
    ComplexMul: known(microsoft('ComplexMul', [f32([1, 2], 1, 2), f32([2, 2], 3, 4, -1, 5)]), [
      'float32',
      [2, 2],
      [-5, 10, -11, 3],
    ]),
    ComplexMulConj: known(microsoft('ComplexMulConj', [f32([2], 1, 2), f32([2], 3, 4)]), [
      'float32',
      [2],
      [11, 2],
    ]),
    TorchEmbedding: known(microsoft('TorchEmbedding', [f32([3, 2], 0, 1, 2, 3, 4, 5), i64([2], 2, 0)]), [
      'float32',
      [2, 2],
      [4, 5, 0, 1],
    ]),
    ...Object.fromEntries(
      (
        [
          ['all finite', {}, [1, 2], 1],
          ['not all finite', {}, [1, Infinity], 0],
          ['no number', {}, [NaN, 1], 0],
          ['no number, infinities alone asked for', { isinf_only: 1 }, [NaN, 1], 1],
          ['an infinity, numbers alone asked for', { isnan_only: 1 }, [-Infinity, 1], 1],
        ] as const
      ).map(([name, attributes, values, answer]) => [
        `IsAllFinite, ${name}`,
        known(microsoft('IsAllFinite', [f(2), f32([2], ...values)], attributes), ['bool', [], [answer]]),
      ]),
    ),
  })
})

describe('padding of sequences', () => {
  const tokens = f32([2, 3, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
  const offsets = i32([2, 3], 0, 1, 3, 2, 4, 5)
  agree({
    RemovePadding: known(
      microsoft('RemovePadding', [tokens, i32([2], 2, 1)], {}, ['float32', 'int32', 'int32', 'int32']),
      ['float32', [3, 2], [1, 2, 3, 4, 7, 8]],
      ['int32', [2, 3], [0, 1, 3, 2, 4, 5]],
      ['int32', [3], [0, 2, 3]],
      ['int32', [1], [2]],
    ),
    RestorePadding: known(microsoft('RestorePadding', [f32([3, 2], 1, 2, 3, 4, 7, 8), offsets]), [
      'float32',
      [2, 3, 2],
      [1, 2, 3, 4, 0, 0, 7, 8, 0, 0, 0, 0],
    ]),
  })
})

describe('biases of places', () => {
  // Eight buckets of one head, which is stored as a line.
  const table = f32([8, 1], 0, 1, 2, 3, 4, 5, 6, 7)
  const relative = (queries: number, keys: number, attributes: Attributes): Case =>
    microsoft('RelativePositionBias', [table, stored(i64([1], queries)), stored(i64([1], keys))], {
      max_distance: 16,
      ...attributes,
    })
  /** As T5 has it. */
  const bucket = (distance: number, both: boolean): number => {
    const buckets = both ? 4 : 8
    const first = both && distance > 0 ? buckets : 0
    const far = both ? Math.abs(distance) : Math.max(-distance, 0)
    const exact = buckets / 2
    const coarse = exact + Math.floor((Math.log(far / exact) / Math.log(16 / exact)) * (buckets - exact))
    return first + (far < exact ? far : Math.min(coarse, buckets - 1))
  }
  const grid = (queries: number, keys: number, both: boolean): number[] =>
    Array.from({ length: queries * keys }, (_, i) => bucket((i % keys) - Math.floor(i / keys), both))
  agree({
    'of what is before': known(relative(9, 9, {}), ['float32', [1, 1, 9, 9], grid(9, 9, false)]),
    'of both sides': known(relative(3, 10, { is_bidirectional: 1 }), [
      'float32',
      [1, 1, 3, 10],
      grid(3, 10, true),
    ]),
  })
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
  const [u, r] = [sigmoid(0.375 + 0.375 + 1 + 2), sigmoid(1.25 + 0.75 + 1 + 2)]
  agree({
    'of gates': known(
      microsoft(
        'GatedRelativePositionBias',
        [
          f32([1, 1, 2], 1, 0.5),
          f32([2], 0, 0),
          f32([1, 1, 1, 1], 3),
          f32([2, 4], 0.25, 0.25, 1, 0.5, 0.25, 0.25, 0.5, 0.5),
          f32([4], 1, 2, 1, 2),
          f32([1, 1, 1, 1], 4),
        ],
        { num_heads: 1 },
      ),
      ['float32', [1, 1, 1, 1], [3 * (u * (r * 4 - 1) + 2)]],
    ),
  })
})
