import { describe, expect, test } from 'vitest'
import { at, s } from '../src/index.ts'
import {
  broadcastArrays,
  concat,
  embedding,
  reshape,
  split,
  stack,
  take,
  takeAlongAxis,
  unstack,
  zeros,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const grid = i32([
  [1, 2, 3],
  [4, 5, 6],
])

describe('joining', () => {
  test('concat joins along an axis, promotes, and flattens for null', () => {
    expectArray(concat([grid, i32([[7, 8, 9]])]), 'int32', [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ])
    expectArray(concat([grid, i32([[7], [8]])], { axis: -1 }), 'int32', [
      [1, 2, 3, 7],
      [4, 5, 6, 8],
    ])
    expectArray(concat([grid, i32(7)], { axis: null }), 'int32', [1, 2, 3, 4, 5, 6, 7])
    expectArray(concat([of('int8', [1]), of('uint8', [200])]), 'int16', [1, 200])
    expectArray(concat([of('bool', [true]), of('bool', [])]), 'bool', [true])
    expectArray(concat([f32([-0, NaN])]), 'float32', [-0, NaN])
    expect(concat([zeros([0, 2]), zeros([0, 2])], { axis: 1 }).shape).toEqual([0, 4])
  })

  test('stack adds an axis', () => {
    expectArray(stack([i32([1, 2]), i32([3, 4])]), 'int32', [
      [1, 2],
      [3, 4],
    ])
    expectArray(stack([i32([1, 2]), i32([3, 4])], { axis: -1 }), 'int32', [
      [1, 3],
      [2, 4],
    ])
    expectArray(stack([f32(1), 2]), 'float32', [1, 2])
  })

  test('arrays that do not fit are refused', () => {
    expect(messageOf(() => concat([]))).toBe("concat: 'arrays' is []: it takes at least one array.")
    expect(messageOf(() => concat([grid, i32([[1, 2]])]))).toBe(
      'concat: shapes [2,3] and [1,2] do not fit: all sizes but those of axis 0 have to be equal.',
    )
    expect(messageOf(() => concat([grid, i32([1, 2, 3])]))).toBe(
      'concat: shapes [2,3] and [3] do not fit: all sizes but those of axis 0 have to be equal.',
    )
    expect(messageOf(() => concat([f32(1), f32(2)]))).toBe(
      "concat: 'axis' is 0: an array without axes has none.",
    )
    expect(messageOf(() => stack([i32([1]), i32([1, 2])]))).toBe(
      'stack: shapes [1] and [2] do not fit: all have to be equal.',
    )
    expect(messageOf(() => stack([i32([1])], { axis: 2 }))).toBe(
      "stack: 'axis' is 2: it has to lie in [-2, 1].",
    )
  })
})

describe('parting', () => {
  const parts = (list: readonly unknown[]): unknown[] => list.map(elementsOf)

  test('split takes a number of parts, or the places where they begin', () => {
    expect(parts(split(i32([1, 2, 3, 4]), 2))).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(parts(split(i32([1, 2, 3, 4]), [1, 3]))).toEqual([[1], [2, 3], [4]])
    expect(parts(split(i32([1, 2, 3, 4]), [-1, 9]))).toEqual([[1, 2, 3], [4], []])
    expect(parts(split(i32([1, 2]), []))).toEqual([[1, 2]])
    expect(parts(split(grid, 3, { axis: -1 }))).toEqual([
      [[1], [4]],
      [[2], [5]],
      [[3], [6]],
    ])
    expect(split(zeros([0]), 2).map(({ shape }) => shape)).toEqual([[0], [0]])
    expect(messageOf(() => split(grid, 2, { axis: 1 }))).toBe(
      'split: shape [2,3] does not fit: axis 1 does not part into 2 equal parts.\n' +
        'Name the places where the parts begin: [2, 5].',
    )
  })

  test('unstack gives what lies along an axis', () => {
    expect(parts(unstack(grid))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(parts(unstack(grid, { axis: -1 }))).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expect(unstack(zeros([0, 2]))).toEqual([])
    expect(messageOf(() => unstack(f32(1)))).toBe("unstack: 'axis' is 0: an array without axes has none.")
  })

  test('broadcastArrays keeps each dtype', () => {
    const [x, y] = broadcastArrays(i32([1, 2]), f32([[3], [4]]))
    expectArray(x, 'int32', [
      [1, 2],
      [1, 2],
    ])
    expectArray(y, 'float32', [
      [3, 3],
      [4, 4],
    ])
    expect(messageOf(() => broadcastArrays(i32([1, 2]), i32([1, 2, 3])))).toBe(
      'broadcastArrays: shapes [2] and [3] do not fit: axes are matched from the last one backwards, and two that meet must be equal or one of them 1.',
    )
  })
})

describe('taking', () => {
  test('take counts negative indices from the end and cuts those outside', () => {
    const x = i32([10, 20, 30])
    expectArray(take(x, i32([2, 0, -1, -3])), 'int32', [30, 10, 30, 10])
    expectArray(take(x, i32([3, 99, -4, -99])), 'int32', [30, 30, 10, 10])
    expectArray(take(x, 1), 'int32', 20)
    expectArray(take(x, of('int64', [-1n])), 'int32', [30])
    expectArray(take(x, of('uint8', [2])), 'int32', [30])
    expectArray(take(x, of('uint32', [4294967295])), 'int32', [30])
    expectArray(take(x, i32([[0], [1]])), 'int32', [[10], [20]])
    expectArray(take(grid, i32([2, 0]), { axis: 1 }), 'int32', [
      [3, 1],
      [6, 4],
    ])
    expect(take(zeros([0]), i32([])).shape).toEqual([0])
    expect(take(zeros([2, 0]), i32([0]), { axis: 0 }).shape).toEqual([1, 0])
  })

  test('take refuses what it cannot take', () => {
    expect(messageOf(() => take(grid, i32([0])))).toBe(
      "take: 'axis' is null: it is needed for an array of 2 axes.",
    )
    expect(messageOf(() => take(f32([1]), f32([0])))).toBe(
      "take: dtype float32: indices are integers.\nConvert them first: astype(indices, 'int32').",
    )
    expect(messageOf(() => take(f32([1]), of('bool', [true])))).toBe(
      "take: dtype bool: indices are integers.\nConvert them first: astype(indices, 'int32').",
    )
    expect(messageOf(() => take(zeros([0]), i32([0])))).toBe(
      'take: shapes [0] and [1] do not fit: an axis without elements has none to take.',
    )
  })

  test('takeAlongAxis takes by line, and broadcasts the other axes', () => {
    expectArray(takeAlongAxis(grid, i32([[2], [-3]])), 'int32', [[3], [4]])
    expectArray(takeAlongAxis(grid, i32([[1, 0, 9]]), { axis: 0 }), 'int32', [[4, 2, 6]])
    expectArray(takeAlongAxis(grid, i32([[0, 0]])), 'int32', [
      [1, 1],
      [4, 4],
    ])
    expectArray(takeAlongAxis(i32([[1, 2]]), i32([[1], [0]])), 'int32', [[2], [1]])
    expect(takeAlongAxis(grid, zeros([2, 0], { dtype: 'int32' })).shape).toEqual([2, 0])
    expect(messageOf(() => takeAlongAxis(grid, i32([0])))).toBe(
      'takeAlongAxis: shapes [2,3] and [1] do not fit: both need the same rank, and but for axis 1 sizes that are equal or 1.',
    )
  })

  test('embedding takes rows', () => {
    const table = f32([
      [1, 2],
      [3, 4],
    ])
    expectArray(embedding(table, i32([[1, -2]])), 'float32', [
      [
        [3, 4],
        [1, 2],
      ],
    ])
    expectArray(embedding(table, 1), 'float32', [3, 4])
    expect(messageOf(() => embedding(f32(1), i32([0])))).toBe(
      "embedding: shape [] does not fit: 'weight' needs an axis of rows.",
    )
  })
})

describe('at', () => {
  const cube = reshape(i32(Array.from({ length: 24 }, (_, i) => i)), [2, 3, 4])

  test('integers take an element and its axis', () => {
    expectArray(at(grid, 1), 'int32', [4, 5, 6])
    expectArray(at(grid, -2, -1), 'int32', 3)
    expectArray(at(cube, 1, 2, 3), 'int32', 23)
    expectArray(grid.at(0, 0), 'int32', 1)
    expect(at(grid)).toBe(grid)
  })

  test('ranges, new axes and the axes left', () => {
    expectArray(at(grid, s(), s(1)), 'int32', [
      [2, 3],
      [5, 6],
    ])
    expectArray(at(grid, '...', 0), 'int32', [1, 4])
    expectArray(at(cube, 0, '...', s(null, null, -3)), 'int32', [
      [3, 0],
      [7, 4],
      [11, 8],
    ])
    expect(at(cube, null, 0, s(0, 2), null).shape).toEqual([1, 2, 1, 4])
    expect(at(cube, '...', null).shape).toEqual([2, 3, 4, 1])
    expectArray(at(f32(5), null), 'float32', [5])
    expectArray(at(f32(5), '...'), 'float32', 5)
    expect(at(grid, s(5)).shape).toEqual([0, 3])
  })

  test('an array takes several elements, and its axes stand where it stood', () => {
    expectArray(at(grid, s(), i32([2, 0])), 'int32', [
      [3, 1],
      [6, 4],
    ])
    expectArray(at(cube, 1, 2, i32([[0], [-1]]), null), 'int32', [[[20]], [[23]]])
    // A range between indices: as in NumPy they stand first.
    expectArray(at(cube, 1, s(0, 1), i32([[0], [-1]]), null), 'int32', [[[[12]]], [[[15]]]])
    expectArray(at(cube, i32([1]), 0, s(0, 2)), 'int32', [[12, 13]])
  })

  test('refuses what does not fit', () => {
    expect(messageOf(() => at(grid, 2))).toBe(
      'at: shape [2,3] does not fit: index 2 is outside axis 0, it has to lie in [-2, 1].',
    )
    expect(messageOf(() => grid.at(0, -4))).toBe(
      'at: shape [2,3] does not fit: index -4 is outside axis 1, it has to lie in [-3, 2].',
    )
    expect(messageOf(() => at(zeros([0]), 0))).toBe(
      'at: shape [0] does not fit: axis 0 has no elements, not even one at 0.',
    )
    expect(messageOf(() => at(grid, 0, 0, 0))).toBe(
      "at: 'index' is [0, 0, 0]: it names 3 axes of an array that has 2.",
    )
    expect(messageOf(() => at(grid, '...', '...'))).toBe(
      'at: \'index\' is ["...", "..."]: \'...\' may stand once.',
    )
    expect(messageOf(() => at(cube, i32([0, 1]), i32([0, 1, 2])))).toBe(
      'takeAt: shapes [2] and [3] do not fit: axes are matched from the last one backwards, and two that meet must be equal or one of them 1.\n' +
        'Reshape one of them, or check the order of the arguments.',
    )
    expect(messageOf(() => at(grid, 1.5))).toBe(
      "at: 'index' is 1.5: an axis is indexed by an integer, s(start, stop, step), null, '...' or an array of integers or booleans.",
    )
    expect(messageOf(() => at(grid, of('bool', [true])))).toBe(
      'maskPlaces: shapes [2,3] and [1] do not fit: a mask at axis 0 has the sizes of the axes that it stands for, here [2].',
    )
    expect(messageOf(() => s(0, 1, 0))).toBe("s: 'step' is 0: it takes an integer other than 0.")
    expect(messageOf(() => s(0.5))).toBe("s: 'start' is 0.5: a bound is an integer, a size or null.")
  })
})

test('a mask with 0 in place of a size is true nowhere', () => {
  const none = of('bool', [])
  expect(at(f32([1, 2]), none).shape).toEqual([0])
  expect(at(zeros([3, 2]), reshape(none, [0, 2])).shape).toEqual([0])
  expect(at(zeros([3, 2]), none).shape).toEqual([0, 2])
  expect(f32([1, 2]).updateAt(none).set(9).toArray()).toEqual([1, 2])
  expect(f32([1, 2]).updateAt(none).add(f32([])).toArray()).toEqual([1, 2])
})

test('T and mT transpose', () => {
  expectArray(grid.T, 'int32', [
    [1, 4],
    [2, 5],
    [3, 6],
  ])
  expect(zeros([4, 2, 3]).mT.shape).toEqual([4, 3, 2])
  expect(messageOf(() => zeros([2]).T)).toBe(
    'T: shape [2] does not fit: a matrix has two axes.\n' +
      'Transpose every matrix by x.mT, or name the order of the axes: permuteDims(x, axes).',
  )
  expect(messageOf(() => zeros([2]).mT)).toBe(
    'matrixTranspose: shape [2] does not fit: a matrix has two axes.',
  )
})
