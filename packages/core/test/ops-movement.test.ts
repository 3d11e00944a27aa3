import { describe, expect, test } from 'vitest'
import {
  broadcastTo,
  expandDims,
  flatten,
  matrixTranspose,
  moveaxis,
  permuteDims,
  repeat,
  reshape,
  roll,
  squeeze,
  swapaxes,
  tile,
  zeros,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const nan = NaN
const grid = i32([
  [1, 2, 3],
  [4, 5, 6],
])

describe('reshape', () => {
  test('keeps the elements in row-major order', () => {
    expectArray(reshape(grid, [3, 2]), 'int32', [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expectArray(reshape(grid, -1), 'int32', [1, 2, 3, 4, 5, 6])
    expectArray(reshape(grid, [1, -1, 2]), 'int32', [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ])
    expectArray(flatten(grid), 'int32', [1, 2, 3, 4, 5, 6])
  })

  test('takes no axes, no elements and every dtype', () => {
    expectArray(reshape(f32([7]), []), 'float32', 7)
    expectArray(reshape(7, [1, 1]), 'float32', [[7]])
    expectArray(flatten(f32(3)), 'float32', [3])
    expect(reshape(zeros([0, 3]), [3, 0]).shape).toEqual([3, 0])
    expect(reshape(zeros([0, 3]), [-1, 3]).shape).toEqual([0, 3])
    expectArray(reshape(of('bool', [true, false]), [2, 1]), 'bool', [[true], [false]])
    expectArray(reshape(of('int64', [1n, -1n]), [2, 1]), 'int64', [[1n], [-1n]])
    expectArray(reshape(f32([-0, nan]), [2, 1]), 'float32', [[-0], [nan]])
  })

  test('refuses shapes that do not hold the elements', () => {
    const rule = 'both have to hold the same number of elements; one -1 stands for what is left.'
    expect(messageOf(() => reshape(grid, [4, 2]))).toBe(`reshape: shapes [2,3] and [4,2] do not fit: ${rule}`)
    expect(messageOf(() => reshape(grid, [-1, -1]))).toBe(
      `reshape: shapes [2,3] and [-1,-1] do not fit: ${rule}`,
    )
    expect(messageOf(() => reshape(zeros([0, 3]), [-1, 0]))).toBe(
      `reshape: shapes [0,3] and [-1,0] do not fit: ${rule}`,
    )
    expect(messageOf(() => reshape(grid, [1.5] as number[]))).toBe(
      "reshape: 'shape' is [1.5]: it takes an array of sizes.",
    )
  })
})

describe('axes', () => {
  test('permuteDims orders them, counting negative ones from the end', () => {
    expectArray(permuteDims(grid, [1, 0]), 'int32', [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expect(permuteDims(zeros([2, 0, 3]), [-1, 0, 1]).shape).toEqual([3, 2, 0])
    expectArray(permuteDims(f32(5), []), 'float32', 5)
    const cube = reshape(i32([0, 1, 2, 3, 4, 5, 6, 7]), [2, 2, 2])
    expectArray(permuteDims(cube, [2, 0, 1]), 'int32', [
      [
        [0, 2],
        [4, 6],
      ],
      [
        [1, 3],
        [5, 7],
      ],
    ])
    expect(messageOf(() => permuteDims(grid, [0]))).toBe(
      "permuteDims: 'axes' is [0]: it has to name each of the 2 axes once.",
    )
  })

  test('matrixTranspose and swapaxes exchange two', () => {
    expectArray(matrixTranspose(reshape(grid, [1, 2, 3])), 'int32', [
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ])
    expectArray(swapaxes(grid, -1, 0), 'int32', [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expectArray(swapaxes(grid, 1, 1), 'int32', elementsOf(grid))
    expect(messageOf(() => matrixTranspose(i32([1])))).toBe(
      'matrixTranspose: shape [1] does not fit: a matrix has two axes.',
    )
  })

  test('moveaxis keeps the others in their order', () => {
    const x = zeros([2, 3, 4, 5])
    expect(moveaxis(x, 0, -1).shape).toEqual([3, 4, 5, 2])
    expect(moveaxis(x, [0, 1], [-1, -2]).shape).toEqual([4, 5, 3, 2])
    expect(moveaxis(x, [3, 0], [0, 2]).shape).toEqual([5, 3, 2, 4])
    expect(messageOf(() => moveaxis(x, [0, 1], [2]))).toBe(
      "moveaxis: 'destination' is [2]: it has to name as many axes as 'source', which names 2.",
    )
    expect(messageOf(() => moveaxis(x, [0, -4], [1, 2]))).toBe(
      "moveaxis: 'source' is [0, 0]: an axis is named twice.",
    )
  })

  test('expandDims counts in the result, squeeze in the array', () => {
    expectArray(expandDims(i32([1, 2])), 'int32', [[1, 2]])
    expectArray(expandDims(i32([1, 2]), -1), 'int32', [[1], [2]])
    expect(expandDims(zeros([2, 3]), [0, 2, -1]).shape).toEqual([1, 2, 1, 3, 1])
    expectArray(expandDims(f32(5), 0), 'float32', [5])
    expectArray(squeeze(i32([[1], [2]]), -1), 'int32', [1, 2])
    expect(squeeze(zeros([1, 2, 1]), [0, -1]).shape).toEqual([2])
    expectArray(squeeze(i32([[3]]), [0, 1]), 'int32', 3)
    expect(messageOf(() => squeeze(grid, 0))).toBe(
      'squeeze: shape [2,3] does not fit: axis 0 is not of size 1.\n' +
        'Take one element of it by x.at(…), or reduce over it.',
    )
    expect(messageOf(() => expandDims(grid, 3))).toBe("expandDims: 'axis' is 3: it has to lie in [-3, 2].")
  })
})

describe('repetition', () => {
  test('broadcastTo repeats axes of size 1 and adds leading ones', () => {
    expectArray(broadcastTo(i32([[1], [2]]), [2, 2, 2]), 'int32', [
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ])
    expectArray(broadcastTo(7, [2]), 'float32', [7, 7])
    expect(broadcastTo(zeros([1]), [0]).shape).toEqual([0])
    expectArray(broadcastTo(i32([1, 2]), 2), 'int32', [1, 2])
    const rule = 'axes are matched from the last one backwards, and only those of size 1 are repeated.'
    expect(messageOf(() => broadcastTo(grid, [3]))).toBe(
      `broadcastTo: shapes [2,3] and [3] do not fit: ${rule}`,
    )
    expect(messageOf(() => broadcastTo(i32([1, 2]), [1]))).toBe(
      `broadcastTo: shapes [2] and [1] do not fit: ${rule}`,
    )
  })

  test('tile lays side by side, the shorter list filled up in front', () => {
    expectArray(tile(i32([1, 2]), [2, 2]), 'int32', [
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ])
    expectArray(tile(grid, 2), 'int32', [
      [1, 2, 3, 1, 2, 3],
      [4, 5, 6, 4, 5, 6],
    ])
    expect(tile(grid, [0, 2]).shape).toEqual([0, 6])
    expectArray(tile(f32(1), [2]), 'float32', [1, 1])
    expect(messageOf(() => tile(grid, [-1]))).toBe(
      "tile: 'repetitions' is [-1]: it takes an integer >= 0 or an array of them.",
    )
  })

  test('repeat takes one count, or one for each element', () => {
    expectArray(repeat(i32([1, 2]), 2), 'int32', [1, 1, 2, 2])
    expectArray(repeat(grid, 2), 'int32', [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
    expectArray(repeat(grid, [2, 0], { axis: 0 }), 'int32', [
      [1, 2, 3],
      [1, 2, 3],
    ])
    expectArray(repeat(grid, [0, 2, 1], { axis: -1 }), 'int32', [
      [2, 2, 3],
      [5, 5, 6],
    ])
    expect(repeat(grid, 0, { axis: 0 }).shape).toEqual([0, 3])
    expect(messageOf(() => repeat(grid, [1, 2], { axis: 1 }))).toBe(
      "repeat: 'repeats' is [1, 2]: it takes one number, or one for each of the 3 elements of the axis.",
    )
  })

  test('roll moves elements around the end', () => {
    expectArray(roll(i32([1, 2, 3]), 1), 'int32', [3, 1, 2])
    expectArray(roll(i32([1, 2, 3]), -4), 'int32', [2, 3, 1])
    expectArray(roll(grid, 1), 'int32', [
      [6, 1, 2],
      [3, 4, 5],
    ])
    expectArray(roll(grid, [1, -1], { axis: [0, 1] }), 'int32', [
      [5, 6, 4],
      [2, 3, 1],
    ])
    expectArray(roll(grid, 1, { axis: [0, 1] }), 'int32', [
      [6, 4, 5],
      [3, 1, 2],
    ])
    expectArray(roll(grid, [1, 1], { axis: 1 }), 'int32', [
      [2, 3, 1],
      [5, 6, 4],
    ])
    expect(roll(zeros([0]), 3).shape).toEqual([0])
    expectArray(roll(f32(5), 3), 'float32', 5)
    expect(messageOf(() => roll(grid, [1, 2, 3], { axis: [0, 1] }))).toBe(
      "roll: 'shift' is [1, 2, 3]: it takes one number, or one for each of the 2 axes.",
    )
  })
})
