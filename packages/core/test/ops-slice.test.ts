import { describe, expect, test } from 'vitest'
import { flip, pad, slice, zeros } from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const grid = i32([
  [1, 2, 3],
  [4, 5, 6],
])

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
    expectArray(slice(grid, [0, 1], [1, 3], [1, 1]), 'int32', [[2, 3]])
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
