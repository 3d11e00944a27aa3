import { describe, expect, test } from 'vitest'
import { type NDArray, traceGraph } from '../src/index.ts'
import { repeat, repeatBy, searchsorted } from '../src/ops/index.ts'
import { expectArray, f32, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const grid = i32([
  [1, 2, 3],
  [4, 5, 6],
])

describe('repeats and sorters that are arrays', () => {
  test('each element as often as an array says', () => {
    expectArray(repeat(f32([1, 2, 3]), i32([2, 0, 1])), 'float32', [1, 1, 3])
    expectArray(repeat(grid, of('uint8', [1, 2]), { axis: 0 }), 'int32', [
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 6],
    ])
    expectArray(repeat(f32([1, 2]), i32(2)), 'float32', [1, 1, 2, 2])
    expectArray(repeatBy(f32([1, 2]), i32([1, 1]), { size: 4 }), 'float32', [1, 2, 2, 2])
    expect(messageOf(() => repeat(f32([1, 2]), i32([1, 2, 3])))).toBe(
      "repeatBy: shapes [2] and [3] do not fit: 'repeats' is one number, or one for each element of the axis.",
    )
    expect(messageOf(() => repeat(f32([1]), f32([1])))).toBe(
      "repeatBy: dtype float32: indices are integers.\nConvert them first: astype(indices, 'int32').",
    )
  })

  test('more elements than an array can have are refused, also in a graph', () => {
    const many = i32([2 ** 31 - 1, 2 ** 31 - 1, 7])
    const refusal = "repeatBy: 'size' is [-1]: sizes are integers >= 0."
    expect(messageOf(() => repeat(f32([1, 2, 3]), many))).toBe(refusal)
    const graph = traceGraph((x: NDArray, times: NDArray) => repeat(x, times), {
      args: [f32([1, 2, 3]), i32([1, -1, 2])],
    })
    expectArray(graph(f32([1, 2, 3]), i32([1, -1, 2])) as NDArray, 'float32', [1, 3, 3])
    expect(messageOf(() => graph(f32([1, 2, 3]), many))).toBe(refusal)
  })

  test('searching an array that a list of indices sorts', () => {
    expectArray(searchsorted(f32([5, 1, 3]), f32([4, 1]), { sorter: i32([1, 2, 0]) }), 'int32', [2, 0])
    expectArray(searchsorted(f32([5, 1]), 1, { sorter: i32([1, 0]), side: 'right' }), 'int32', 1)
    expect(messageOf(() => searchsorted(f32([5, 1]), 1, { sorter: i32([0]) }))).toBe(
      "searchsortedBy: shapes [2] and [1] do not fit: 'x1' and 'sorter' have one axis of one size.",
    )
  })
})
