import { describe, expect, test } from 'vitest'
import {
  cross,
  diagonal,
  einsum,
  matmul,
  outer,
  reshape,
  tensordot,
  trace,
  vecdot,
  zeros,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, f64, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const square = i32([
  [1, 2],
  [3, 4],
])
const grid = i32([
  [1, 2, 3],
  [4, 5, 6],
])

describe('matmul', () => {
  test('matrices, rows and columns', () => {
    expectArray(matmul(square, grid), 'int32', [
      [9, 12, 15],
      [19, 26, 33],
    ])
    expectArray(matmul(i32([1, 1]), grid), 'int32', [5, 7, 9])
    expectArray(matmul(grid, i32([1, 0, 1])), 'int32', [4, 10])
    expectArray(matmul(i32([1, 2]), i32([3, 4])), 'int32', 11)
    expectArray(matmul(f32([[Infinity]]), f32([[0]])), 'float32', [[NaN]])
  })

  test('batch axes broadcast', () => {
    const rows = reshape(i32([1, 0, 0, 1, 2, 0, 0, 2]), [2, 1, 2, 2])
    const out = matmul(rows, reshape(square, [1, 1, 2, 2]))
    expect(out.shape).toEqual([2, 1, 2, 2])
    expect(elementsOf(out)).toEqual([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [
        [
          [2, 4],
          [6, 8],
        ],
      ],
    ])
    expect(matmul(zeros([4, 1, 2, 3]), zeros([5, 3, 2])).shape).toEqual([4, 5, 2, 2])
    expect(matmul(zeros([3]), zeros([4, 3, 2])).shape).toEqual([4, 2])
    expect(matmul(zeros([4, 2, 3]), zeros([3])).shape).toEqual([4, 2])
  })

  test('no elements, and integers that wrap', () => {
    expectArray(matmul(zeros([2, 0]), zeros([0, 1])), 'float32', [[0], [0]])
    expect(matmul(zeros([0, 2]), zeros([2, 3])).shape).toEqual([0, 3])
    expectArray(matmul(of('int8', [100, 100]), of('int8', [1, 1])), 'int8', -56)
    expectArray(matmul(i32([65536, 1]), i32([65536, 1])), 'int32', 1)
    expectArray(matmul(of('uint32', [4294967295]), of('uint32', [2])), 'uint32', 4294967294)
    expectArray(matmul(of('int64', [2n ** 62n, 1n]), of('int64', [2n, 1n])), 'int64', -(2n ** 63n) + 1n)
    expectArray(matmul(i32([1]), f64([0.5])), 'float64', 0.5)
  })

  test('sizes that do not fit', () => {
    const way = 'Transpose one of them, or check the order of the arguments.'
    expect(messageOf(() => matmul(grid, grid))).toBe(
      `matmul: shapes [2,3] and [2,3] do not fit: the last axis of 'x1' has 3 elements, axis -2 of 'x2' has 2.\n${way}`,
    )
    expect(messageOf(() => matmul(grid, i32([1, 2])))).toBe(
      `matmul: shapes [2,3] and [2] do not fit: the last axis of 'x1' has 3 elements, axis -1 of 'x2' has 2.\n${way}`,
    )
    expect(messageOf(() => matmul(grid, 2))).toBe(
      `matmul: shapes [2,3] and [] do not fit: an array without axes is no matrix; multiply takes scalars.\n${way}`,
    )
    expect(messageOf(() => matmul(zeros([2, 2, 2]), zeros([3, 2, 2])))).toBe(
      `matmul: shapes [2,2,2] and [3,2,2] do not fit: all axes but the last two have to broadcast.\n${way}`,
    )
  })
})

describe('products of axes', () => {
  test('tensordot sums over the last and first, or over those named', () => {
    expectArray(tensordot(square, square), 'int32', 30)
    expectArray(tensordot(square, grid, { axes: 1 }), 'int32', [
      [9, 12, 15],
      [19, 26, 33],
    ])
    expectArray(tensordot(i32([1, 2]), i32([3, 4]), { axes: 0 }), 'int32', [
      [3, 4],
      [6, 8],
    ])
    expectArray(tensordot(grid, grid, { axes: [[-1], [1]] }), 'int32', [
      [14, 32],
      [32, 77],
    ])
    expect(
      tensordot(zeros([2, 3, 4]), zeros([4, 3, 5]), {
        axes: [
          [1, 2],
          [1, 0],
        ],
      }).shape,
    ).toEqual([2, 5])
    expect(messageOf(() => tensordot(grid, grid, { axes: 1 }))).toBe(
      "tensordot: shapes [2,3] and [2,3] do not fit: axes [1] of 'x1' and [0] of 'x2' have to be of the same sizes.",
    )
    expect(messageOf(() => tensordot(grid, grid, { axes: 3 }))).toBe(
      "tensordot: 'axes' is 3: 'x1' has 2 axes.",
    )
    expect(
      messageOf(() =>
        tensordot(grid, grid, {
          axes: [
            [0, -2],
            [0, 1],
          ],
        }),
      ),
    ).toBe("tensordot: 'axes' is [[0, -2], [0, 1]]: an axis is named twice.")
    expect(messageOf(() => tensordot(grid, grid, { axes: [[0], [0, 1]] }))).toBe(
      "tensordot: 'axes' is [[0], [0, 1]]: it takes a number of axes >= 0 or a pair of arrays of axes.",
    )
  })

  test('vecdot, outer and cross', () => {
    expectArray(vecdot(grid, i32([1, 0, 1])), 'int32', [4, 10])
    expectArray(vecdot(grid, grid, { axis: 0 }), 'int32', [17, 29, 45])
    expectArray(vecdot(of('int8', [100, 100]), of('int8', [1, 1])), 'int8', -56)
    expectArray(outer(i32([1, 2]), f32([3, 4])), 'float32', [
      [3, 4],
      [6, 8],
    ])
    expectArray(cross(i32([1, 2, 3]), i32([4, 5, 6])), 'int32', [-3, 6, -3])
    expectArray(
      cross(
        i32([1, 0, 0]),
        i32([
          [0, 1, 0],
          [0, 0, 1],
        ]),
      ),
      'int32',
      [
        [0, 0, 1],
        [0, -1, 0],
      ],
    )
    expectArray(cross(i32([[1], [0], [0]]), i32([[0], [1], [0]]), { axis: 0 }), 'int32', [[0], [0], [1]])
    expect(messageOf(() => vecdot(grid, i32([1])))).toBe(
      'vecdot: shapes [2,3] and [1] do not fit: axis -1, counted from the end, has to be of one size in both.',
    )
    expect(messageOf(() => vecdot(grid, i32([1, 2, 3]), { axis: 0 }))).toBe(
      'vecdot: shapes [2,3] and [3] do not fit: axis -2, counted from the end, has to be of one size in both.',
    )
    expect(messageOf(() => outer(grid, i32([1])))).toBe(
      'outer: shapes [2,3] and [1] do not fit: both have to have one axis.',
    )
    expect(messageOf(() => cross(i32([1, 2]), i32([1, 2])))).toBe(
      'cross: shapes [2] and [2] do not fit: axis -1, counted from the end, has to have 3 elements.',
    )
  })

  test('diagonals of matrices that are not square too', () => {
    expectArray(diagonal(grid), 'int32', [1, 5])
    expectArray(diagonal(grid, { offset: 1 }), 'int32', [2, 6])
    expectArray(diagonal(grid, { offset: 2 }), 'int32', [3])
    expectArray(diagonal(grid, { offset: -1 }), 'int32', [4])
    expect(diagonal(grid, { offset: 3 }).shape).toEqual([0])
    expect(diagonal(grid, { offset: -5 }).shape).toEqual([0])
    expect(diagonal(zeros([4, 0, 3])).shape).toEqual([4, 0])
    expectArray(diagonal(reshape(i32([1, 2, 3, 4, 5, 6, 7, 8]), [2, 2, 2])), 'int32', [
      [1, 4],
      [5, 8],
    ])
    expectArray(trace(grid), 'int32', 6)
    expectArray(
      trace(
        of('bool', [
          [true, true],
          [false, true],
        ]),
      ),
      'int32',
      2,
    )
    expectArray(trace(grid, { offset: 9, dtype: 'float32' }), 'float32', 0)
    expect(messageOf(() => diagonal(i32([1])))).toBe(
      'diagonal: shape [1] does not fit: a matrix has two axes.',
    )
  })
})

describe('einsum', () => {
  test('one operand: sums, transposes and diagonals', () => {
    expectArray(einsum('ij->ji', grid), 'int32', [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expectArray(einsum('ij->', grid), 'int32', 21)
    expectArray(einsum('ij->j', grid), 'int32', [5, 7, 9])
    expectArray(einsum('ii', square), 'int32', 5)
    expectArray(einsum('ii->i', square), 'int32', [1, 4])
    expectArray(einsum('ba', grid), 'int32', [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expectArray(einsum('', 3), 'float32', 3)
  })

  test('pairs: products, outer products, batches', () => {
    expectArray(einsum('ij,jk', square, grid), 'int32', elementsOf(matmul(square, grid)))
    expectArray(einsum('i, j -> ij', i32([1, 2]), i32([3, 4])), 'int32', [
      [3, 4],
      [6, 8],
    ])
    expectArray(einsum('ij,ij->i', grid, grid), 'int32', [14, 77])
    expectArray(einsum('ij,->ij', grid, 2), 'int32', [
      [2, 4, 6],
      [8, 10, 12],
    ])
    expectArray(einsum('i,i', of('int8', [100, 100]), of('int8', [1, 1])), 'int8', -56)
    expect(einsum('bhqd,bhkd->bhqk', zeros([2, 3, 4, 5]), zeros([2, 3, 6, 5])).shape).toEqual([2, 3, 4, 6])
  })

  test('several operands give what pairs give', () => {
    expectArray(einsum('ij,jk,kl->il', square, square, square), 'int32', [
      [37, 54],
      [81, 118],
    ])
    expectArray(einsum('i,i,i->', i32([1, 2]), i32([3, 4]), i32([5, 6])), 'int32', 63)
    expectArray(einsum('ii,j,jk->ik', square, i32([1, 1]), square), 'int32', [
      [4, 6],
      [16, 24],
    ])
  })

  test("'...' stands for axes that broadcast", () => {
    expect(einsum('...ij,...jk->...ik', zeros([4, 1, 2, 3]), zeros([5, 3, 2])).shape).toEqual([4, 5, 2, 2])
    expectArray(einsum('...i,...i', grid, i32([1, 0, 1])), 'int32', [4, 10])
    expectArray(einsum('i...->...i', grid), 'int32', [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expectArray(einsum('...,...', grid, i32([[10], [20]])), 'int32', [
      [10, 20, 30],
      [80, 100, 120],
    ])
    expectArray(einsum('...i->i...', i32([1, 2])), 'int32', [1, 2])
  })

  test('no elements sum to 0', () => {
    expectArray(einsum('ij,jk->ik', zeros([1, 0]), zeros([0, 2])), 'float32', [[0, 0]])
  })

  test('equations that do not fit', () => {
    const refused = (equation: string, ...operands: readonly (number | typeof grid)[]): string =>
      messageOf(() => einsum(equation, ...operands))
    expect(refused('ij,jk->ik', grid)).toBe(
      'einsum: \'equation\' is "ij,jk->ik": it names 2 operands, 1 were given.',
    )
    expect(refused('ijk->i', grid)).toBe(
      "einsum: 'equation' is \"ijk->i\": 'ijk' does not fit operand 1, which has 2 axes.",
    )
    expect(refused('ij->k', grid)).toBe(
      "einsum: 'equation' is \"ij->k\": 'k' of the result is in no operand.",
    )
    expect(refused('ij->ii', grid)).toBe('einsum: \'equation\' is "ij->ii": the result names an axis twice.')
    expect(refused('i1->i', grid)).toBe(
      "einsum: 'equation' is \"i1->i\": 'i1' is not made of letters and one '...'.",
    )
    expect(refused('...j->j', grid)).toBe(
      "einsum: 'equation' is \"...j->j\": the result lacks the '...' of the operands.",
    )
    expect(refused('i->i->i', grid)).toBe("einsum: 'equation' is \"i->i->i\": it holds more than one '->'.")
    expect(refused('')).toBe('einsum: \'equation\' is "": no operand was given.')
    expect(refused('ij,jk', grid, grid)).toBe(
      "einsum: shapes [2,3] and [2,3] do not fit: 'j' stands for 3 and for 2 elements.",
    )
    expect(refused('ii', grid)).toBe("einsum: shape [2,3] does not fit: 'i' stands for 2 and for 3 elements.")
    expect(messageOf(() => einsum('i,i', of('bool', [true]), of('bool', [true])))).toBe(
      'einsum: dtype bool: it takes numeric arrays.\nConvert the array first: astype(x, dtype).',
    )
  })
})
