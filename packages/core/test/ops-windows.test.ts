import { describe, expect, test } from 'vitest'
import {
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  avgPooling,
  conv1d,
  conv2d,
  conv3d,
  convolution,
  depthwiseConv2d,
  globalAvgPool,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxPooling,
  ones,
  reshape,
  zeros,
} from '../src/ops/index.ts'
import type { NDArray } from '../src/runtime/nd-array.ts'
import { elementsOf, expectArray, f32, f64, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const inf = Infinity
/** One channel of one item. */
const line = (...elements: number[]): NDArray => f32([[elements]])
const plane = (rows: number[][]): NDArray => f32([[rows]])
const inner = (x: unknown): unknown => (elementsOf(x) as unknown[][][])[0]![0]

const square = plane([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
])

describe('convolution', () => {
  test('is a cross-correlation: the window is not turned', () => {
    expect(inner(conv1d(line(1, 2, 3, 4), line(1, 0, -1)))).toEqual([-2, -2])
    expect(
      inner(
        conv2d(
          square,
          plane([
            [1, 2],
            [0, 0],
          ]),
        ),
      ),
    ).toEqual([
      [5, 8],
      [14, 17],
    ])
    expect(
      inner(conv3d(reshape(f32([1, 2, 3, 4, 5, 6, 7, 8]), [1, 1, 2, 2, 2]), ones([1, 1, 2, 2, 1]))),
    ).toEqual([[[16, 20]]])
  })

  test('strides, dilations and padding of either side', () => {
    expect(inner(conv1d(line(1, 2, 3, 4, 5), line(1, 1), { strides: 2 }))).toEqual([3, 7])
    expect(inner(conv1d(line(1, 2, 3, 4, 5), line(1, 1), { dilations: 3 }))).toEqual([5, 7])
    expect(inner(conv1d(line(1, 2, 3), line(1, 1), { padding: 1 }))).toEqual([1, 3, 5, 3])
    expect(inner(conv1d(line(1, 2, 3), line(1, 1), { padding: [[2, 0]] }))).toEqual([0, 1, 3, 5])
    expect(inner(conv2d(square, ones([1, 1, 1, 2]), { strides: [2, 1], padding: [0, 1] }))).toEqual([
      [1, 3, 5, 3],
      [7, 15, 17, 9],
    ])
    const pairs = [
      [0, 1],
      [1, 0],
    ]
    expect(inner(conv2d(square, ones([1, 1, 2, 2]), { padding: pairs }))).toEqual([
      [5, 12, 16],
      [11, 24, 28],
      [7, 15, 17],
    ])
    expect(inner(conv2d(square, ones([1, 1, 2, 2]), { padding: [0, 1, 1, 0] }))).toEqual([
      [5, 12, 16],
      [11, 24, 28],
      [7, 15, 17],
    ])
  })

  test("'same' gives ceil(d / stride) places, an odd zero at the end", () => {
    expect(inner(conv1d(line(1, 2, 3), line(1, 1), { padding: 'same' }))).toEqual([3, 5, 3])
    expect(inner(conv1d(line(1, 2, 3, 4), line(1, 1, 1), { padding: 'same', strides: 2 }))).toEqual([6, 7])
    expect(inner(conv1d(line(1, 2, 3), line(1, 1), { padding: 'same', dilations: 2 }))).toEqual([2, 4, 2])
    expect(inner(conv1d(line(1, 2, 3), line(5), { padding: 'same', strides: 2 }))).toEqual([5, 15])
    expect(inner(conv1d(line(1, 2), line(1, 1), { padding: 'valid' }))).toEqual([3])
  })

  test('groups have filters of their own, and a bias for each filter', () => {
    const x = f32([
      [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    ])
    const weight = f32([
      [[1], [1]],
      [[1], [-1]],
    ])
    expectArray(conv1d(x, weight, f32([10, 20]), { groups: 2 }), 'float32', [
      [
        [14, 16],
        [18, 18],
      ],
    ])
    const deep = f32([[[1]], [[2]], [[3]], [[4]], [[5]], [[6]], [[7]], [[8]]])
    expect(conv1d(x, deep, { groups: 4 }).shape).toEqual([1, 8, 2])
    expect(elementsOf(conv1d(x, deep, { groups: 4 }))).toEqual([
      [
        [1, 2],
        [2, 4],
        [9, 12],
        [12, 16],
        [25, 30],
        [30, 36],
        [49, 56],
        [56, 64],
      ],
    ])
    const two = f32([[[[1]], [[2]]]])
    expectArray(depthwiseConv2d(two, f32([[[[3]]], [[[4]]], [[[5]]], [[[6]]]])), 'float32', [
      [[[3]], [[4]], [[10]], [[12]]],
    ])
  })

  test('dtypes meet, integers become float32', () => {
    expect(conv1d(i32([[[1, 2]]]), i32([[[1]]])).dtype).toBe('float32')
    expect(conv1d(line(1, 2), f64([[[1]]])).dtype).toBe('float64')
    expect(conv1d(of('float16', [[[1]]]), of('float16', [[[1]]])).dtype).toBe('float16')
    expect(conv1d(zeros([0, 1, 3]), line(1)).shape).toEqual([0, 1, 3])
    expectArray(conv1d(zeros([1, 0, 2]), zeros([1, 0, 1])), 'float32', [[[0, 0]]])
    expectArray(conv1d(line(1, inf), line(0)), 'float32', [[[0, NaN]]])
  })

  test('sizes that do not fit', () => {
    expect(messageOf(() => conv2d(line(1), line(1)))).toBe(
      'conv2d: shapes [1,1,1] and [1,1,1] do not fit: they are [batch, channels, ...spatial] and [filters, channels / groups, ...window], of one rank, with 2 spatial axes.',
    )
    expect(messageOf(() => conv1d(zeros([1, 3, 4]), zeros([2, 2, 1])))).toBe(
      'conv1d: shapes [1,3,4] and [2,2,1] do not fit: axis 1 of the array has to be as long as axis 1 of the filters.',
    )
    expect(messageOf(() => conv1d(zeros([1, 4, 4]), zeros([3, 2, 1]), { groups: 2 }))).toBe(
      'conv1d: shapes [1,4,4] and [3,2,1] do not fit: the filters, axis 0 of the second, do not part into 2 groups.',
    )
    expect(messageOf(() => conv1d(line(1, 2), line(1), f32([1, 2])))).toBe(
      'conv1d: shapes [1,1,1] and [2] do not fit: a bias has one element for each of the filters, axis 0 of the first.',
    )
    expect(messageOf(() => conv1d(line(1, 2), line(1, 2, 3)))).toBe(
      'conv1d: shapes [2] and [3] do not fit: the window does not fit spatial axis 0 with its padding.\n' +
        'Use a smaller window, or more padding.',
    )
    expect(messageOf(() => conv1d(line(1), line(1), { strides: [1, 1] }))).toBe(
      "conv1d: 'strides' is [1, 1]: it takes one number, or one for each of 1 spatial axes.",
    )
    expect(messageOf(() => conv2d(square, square, { padding: [1, 1, 1] }))).toBe(
      "conv2d: 'padding' is [1, 1, 1]: it takes one number, or a number or pair for each of 2 spatial axes.",
    )
    expect(messageOf(() => conv1d(line(1), line(1), { strides: 0 }))).toBe(
      "conv1d: 'strides' is 0: it takes an integer >= 1 or an array of them.",
    )
    expect(messageOf(() => convolution(line(1), line(1), [1], [0], [1]))).toBe(
      "convolution: 'pads' is [0]: 1 spatial axes need 2 numbers.",
    )
  })
})

describe('pooling', () => {
  test('takes the largest element or the mean of windows side by side', () => {
    expect(inner(maxPool1d(line(1, 3, 2, 5, 9), 2))).toEqual([3, 5])
    expect(inner(avgPool1d(line(1, 3, 2, 6, 9), 2))).toEqual([2, 4])
    expect(inner(maxPool2d(square, 2, { strides: 1 }))).toEqual([
      [5, 6],
      [8, 9],
    ])
    expect(inner(avgPool2d(square, [1, 3]))).toEqual([[2], [5], [8]])
    const cube = reshape(f32([1, 2, 3, 4, 5, 6, 7, 8]), [1, 1, 2, 2, 2])
    expect(inner(maxPool3d(cube, 2))).toEqual([[[8]]])
    expect(inner(avgPool3d(cube, [2, 1, 1]))).toEqual([
      [
        [3, 4],
        [5, 6],
      ],
    ])
  })

  test('padding never wins and does not count unless asked', () => {
    expect(inner(maxPool1d(line(-1, -2), 2, { strides: 1, padding: 1 }))).toEqual([-1, -1, -2])
    expect(inner(avgPool1d(line(4, 2), 2, { strides: 1, padding: 1 }))).toEqual([4, 3, 2])
    expect(inner(avgPool1d(line(4, 2), 2, { strides: 1, padding: 1, countIncludePad: true }))).toEqual([
      2, 3, 1,
    ])
    expect(inner(maxPool1d(line(1, 2, 3), 2, { padding: 'same' }))).toEqual([2, 3])
    expect(inner(avgPool1d(line(1, 2, 3), 2, { padding: 'same', countIncludePad: true }))).toEqual([1.5, 1.5])
    // 'same' with dilation needs more padding than the window is long.
    expect(inner(maxPool1d(line(-5, -6, -7), 2, { strides: 1, padding: 'same', dilations: 3 }))).toEqual([
      -7, -5, -6,
    ])
  })

  test('NaN wins, infinities stay', () => {
    expect(inner(maxPool1d(line(1, NaN, 3, 2), 2))).toEqual([NaN, 3])
    expect(inner(maxPool1d(line(-inf, -inf), 2))).toEqual([-inf])
    expect(inner(avgPool1d(line(inf, -inf, inf, 1), 2))).toEqual([NaN, inf])
    expect(maxPool1d(i32([[[1, 2]]]), 2).dtype).toBe('float32')
  })

  test('ceilMode lets the last window reach over the end, not begin there', () => {
    expect(inner(maxPool1d(line(1, 2, 3, 4, 5), 2, { ceilMode: true }))).toEqual([2, 4, 5])
    expect(inner(avgPool1d(line(1, 2, 3, 4, 6), 2, { ceilMode: true }))).toEqual([1.5, 3.5, 6])
    expect(inner(maxPool1d(line(1, 2, 3, 4), 1, { strides: 3, ceilMode: true }))).toEqual([1, 4])
    expect(inner(maxPool1d(line(1, 2, 3, 4, 5), 1, { strides: 3, ceilMode: true }))).toEqual([1, 4])
    expect(inner(maxPool1d(line(1, 2), 3, { ceilMode: true }))).toEqual([2])
    const counted = { padding: 1, ceilMode: true, countIncludePad: true }
    // Windows [0 1], [2 3], [4 0]: the last zero is padding and counts.
    expect(inner(avgPool1d(line(1, 2, 3, 4), 2, counted))).toEqual([0.5, 2.5, 2])
    // Windows [0 1 2], [3 4 5], [0 _ _]: what lies over the end does not count.
    expect(inner(avgPool1d(line(1, 2, 3, 4, 5), 3, counted))).toEqual([1, 4])
  })

  test('the primitives take every axis by name', () => {
    expect(inner(maxPooling(line(1, 3, 2), [2], [1], [0, 1], [1]))).toEqual([3, 3, 2])
    expect(inner(maxPooling(line(1, 3, 2), [2], [1], [1, 1], [2]))).toEqual([3, 2, 3])
    expect(inner(avgPooling(line(1, 3, 2), [2], [1], [1, 0], { countIncludePad: true }))).toEqual([
      0.5, 2, 2.5,
    ])
    // A dilated window may hold nothing but padding.
    expect(inner(maxPooling(line(4), [2], [1], [1, 1], [2]))).toEqual([-inf])
  })

  test('over all, or evenly over a number of places', () => {
    expectArray(globalAvgPool(square), 'float32', [[[[5]]]])
    expect(inner(adaptiveAvgPool2d(square, 1))).toEqual([[5]])
    expect(inner(adaptiveAvgPool2d(square, [3, 1]))).toEqual([[2], [5], [8]])
    expect(inner(adaptiveAvgPool2d(square, 2))).toEqual([
      [3, 4],
      [6, 7],
    ])
    expect(inner(adaptiveAvgPool2d(plane([[1, 2]]), [2, 3]))).toEqual([
      [1, 1.5, 2],
      [1, 1.5, 2],
    ])
  })

  test('what does not fit is refused', () => {
    expect(messageOf(() => maxPool2d(line(1), 1))).toBe(
      'maxPool2d: shape [1,1,1] does not fit: it takes [batch, channels, ...] with 2 spatial axes.',
    )
    expect(messageOf(() => maxPool1d(line(1, 2), 2, { padding: 2 }))).toBe(
      "maxPool1d: 'padding' is [2, 2]: padding has to be smaller than the window.",
    )
    expect(messageOf(() => avgPool1d(line(1, 2), 2, { padding: 2, ceilMode: true }))).toBe(
      "avgPool1d: 'padding' is [2, 2]: padding has to be smaller than the window.",
    )
    expect(messageOf(() => maxPool1d(line(1, 2), 3))).toBe(
      'maxPool1d: shapes [2] and [3] do not fit: the window does not fit spatial axis 0 with its padding.\n' +
        'Use a smaller window, or more padding.',
    )
    expect(messageOf(() => avgPool2d(square, [1, 2, 3]))).toBe(
      "avgPool2d: 'kernel' is [1, 2, 3]: it takes one number, or one for each of 2 spatial axes.",
    )
    expect(messageOf(() => globalAvgPool(f32([[1]])))).toBe(
      'globalAvgPool: shape [1,1] does not fit: it takes [batch, channels, ...spatial].',
    )
    expect(messageOf(() => adaptiveAvgPool2d(zeros([1, 1, 0, 2]), 1))).toBe(
      'adaptiveAvgPool2d: shape [1,1,0,2] does not fit: it takes [batch, channels, height, width] with elements on the last two.',
    )
    expect(messageOf(() => maxPool1d(of('bool', [[[true]]]), 1))).toBe(
      'maxPool1d: dtype bool: it takes numeric arrays.\nConvert the array first: astype(x, dtype).',
    )
  })
})
