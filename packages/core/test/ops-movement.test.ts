import { describe, expect, test } from 'vitest'
import {
  broadcastTo,
  expandDims,
  flatten,
  flip,
  matrixTranspose,
  moveaxis,
  pad,
  permuteDims,
  repeat,
  reshape,
  roll,
  slice,
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

describe('slice', () => {
  const line = i32([0, 1, 2, 3, 4])

  test('follows Python: open, negative and cut bounds, negative steps', () => {
    expectArray(slice(line, [1], [4]), 'int32', [1, 2, 3])
    expectArray(slice(line, [-2], [null]), 'int32', [3, 4])
    expectArray(slice(line, [null], [-1], [2]), 'int32', [0, 2])
    expectArray(slice(line, [null], [null], [-1]), 'int32', [4, 3, 2, 1, 0])
    expectArray(slice(line, [3], [0], [-2]), 'int32', [3, 1])
    expectArray(slice(line, [9], [-9], [-3]), 'int32', [4, 1])
    expectArray(slice(line, [-9], [9]), 'int32', [0, 1, 2, 3, 4])
    expect(slice(line, [3], [1]).shape).toEqual([0])
    expect(slice(line, [1], [3], [-1]).shape).toEqual([0])
    expect(slice(line, [7], [9]).shape).toEqual([0])
  })

  test('takes the axes that are left out whole', () => {
    expectArray(slice(grid, [1], [2]), 'int32', [[4, 5, 6]])
    expectArray(slice(grid, [], [null, 1]), 'int32', [[1], [4]])
    expectArray(slice(grid, null, null, [-1, 2]), 'int32', [
      [4, 6],
      [1, 3],
    ])
    expectArray(slice(grid, [0, 1], [1, 3], { steps: [1, 1] }), 'int32', [[2, 3]])
    expect(slice(zeros([0, 2]), [0], [1]).shape).toEqual([0, 2])
  })

  test('refuses a step of 0 and more axes than there are', () => {
    expect(messageOf(() => slice(line, [0], [1], [0]))).toBe(
      "slice: 'steps' is [0]: it takes an integer or an array of integers, none of them 0.",
    )
    expect(messageOf(() => slice(line, [0, 0], [1]))).toBe(
      "slice: 'starts' is [0, 0]: it names 2 axes of an array that has 1.",
    )
  })
})

describe('flip and pad', () => {
  test('flip turns axes around', () => {
    expectArray(flip(grid), 'int32', [
      [6, 5, 4],
      [3, 2, 1],
    ])
    expectArray(flip(grid, { axis: -1 }), 'int32', [
      [3, 2, 1],
      [6, 5, 4],
    ])
    expectArray(flip(grid, { axis: [] }), 'int32', elementsOf(grid))
    expect(flip(zeros([0, 2])).shape).toEqual([0, 2])
    expectArray(flip(f32(2)), 'float32', 2)
  })

  test('pad adds constants, the nearest element or the mirror image', () => {
    expectArray(pad(i32([1, 2]), 1), 'int32', [0, 1, 2, 0])
    expectArray(
      pad(
        grid,
        [
          [0, 1],
          [1, 0],
        ],
        { constantValues: 9 },
      ),
      'int32',
      [
        [9, 1, 2, 3],
        [9, 4, 5, 6],
        [9, 9, 9, 9],
      ],
    )
    expectArray(pad(i32([1, 2, 3]), [[2, 1]], { mode: 'reflect' }), 'int32', [3, 2, 1, 2, 3, 2])
    expectArray(pad(i32([1, 2, 3]), [[2, 1]], { mode: 'edge' }), 'int32', [1, 1, 1, 2, 3, 3])
    expectArray(pad(of('bool', [true]), [[1, 0]]), 'bool', [false, true])
    expectArray(pad(f32([1]), [[0, 2]], { constantValues: -Infinity }), 'float32', [1, -Infinity, -Infinity])
    expectArray(pad(of('int64', [1n]), [[1, 0]], { constantValues: 5 }), 'int64', [5n, 1n])
    expectArray(pad(zeros([0]), [[1, 1]]), 'float32', [0, 0])
    expectArray(pad(f32(5), 3), 'float32', 5)
  })

  test('pad refuses what an axis or a dtype does not have', () => {
    expect(messageOf(() => pad(i32([1, 2]), [[2, 0]], { mode: 'reflect' }))).toBe(
      "pad: shape [2] does not fit: axis 0 has too few elements for 2 more by 'reflect'.\n" +
        "Pad by fewer, or by a constant: { mode: 'constant' }.",
    )
    expect(messageOf(() => pad(zeros([0]), [[1, 0]], { mode: 'edge' }))).toBe(
      "pad: shape [0] does not fit: axis 0 has too few elements for 1 more by 'edge'.\n" +
        "Pad by fewer, or by a constant: { mode: 'constant' }.",
    )
    expect(messageOf(() => pad(i32([1]), 1, { constantValues: 0.5 }))).toBe(
      'pad: dtype int32: an integer cannot hold 0.5.',
    )
    expect(messageOf(() => pad(grid, [[1, 1]]))).toBe(
      "pad: 'padWidth' is [[1, 1]]: it has to hold 2 pairs, one for each axis.",
    )
  })
})
