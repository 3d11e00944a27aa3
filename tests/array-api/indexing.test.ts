import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// What NumPy gives for the same index, worked out by hand: x[i, j, k] is 12 i + 4 j + k.

const { s } = td
const int = (data: td.ArrayData): td.NDArray => td.array(data, { dtype: 'int32' })

afterEach(() => td.unsetBackend())

/** Type and elements of an array. */
const told = (x: td.NDArray): unknown => [x.dtype, x.shape, x.toArray()]

/** The result of an eager call, after it was held against that of a graph. */
function both(fn: (...arrays: td.NDArray[]) => td.NDArray, ...arrays: td.NDArray[]): unknown {
  const graph = td.traceGraph(fn, { args: arrays })
  const eager = told(fn(...arrays))
  expect(told(graph(...arrays) as td.NDArray)).toEqual(eager)
  return eager
}

describe.each(engines)('on %s', (engine) => {
  let x: td.NDArray
  beforeEach(async () => {
    await td.setBackend(engine)
    x = td.reshape(td.arange(24), [2, 3, 4])
  })

  test('several arrays broadcast and stand where they index', () => {
    expect(both((a, i, j) => a.at(i, j, 0), x, int([0, 1]), int([2, -3]))).toEqual(['float32', [2], [8, 12]])
    expect(both((a, i, j) => a.at(s(), i, j), x, int([[0], [1]]), int([3, -1]))).toEqual([
      'float32',
      [2, 2, 2],
      [
        [
          [3, 3],
          [7, 7],
        ],
        [
          [15, 15],
          [19, 19],
        ],
      ],
    ])
  })

  test('they stand first where something is between them', () => {
    expect(both((a, i, j) => a.at(i, s(), j), x, int([0, 1]), int([2, 3]))).toEqual([
      'float32',
      [2, 3],
      [
        [2, 6, 10],
        [15, 19, 23],
      ],
    ])
    expect(x.at(0, s(), int([1, 2, 3, 0, 1])).shape).toEqual([5, 3])
    expect(x.at(s(), 0, int([1, 2])).shape).toEqual([2, 2])
    expect(x.at(s(), int([0, 1]), '...', int([0, 1])).shape).toEqual([2, 2])
    expect(x.at(null, int([0, 1]), null, s(), int([1, 1])).shape).toEqual([2, 1, 1, 3])
    expect(x.at(s(), null, int([0, 1]), int([0, 1])).shape).toEqual([2, 1, 2])
  })

  test('an index outside means the nearest element', () => {
    expect(both((a, i, j) => a.at(i, j, -1), x, int([9, -9]), int([1, 7]))).toEqual([
      'float32',
      [2],
      [19, 11],
    ])
  })

  test('masks take the places where they are true', () => {
    expect(both((a) => a.at(a.greater(20)), x)).toEqual(['float32', [3], [21, 22, 23]])
    expect(both((a, m) => a.at(m.notEqual(0)), x, int([0, 1]))).toEqual([
      'float32',
      [1, 3, 4],
      [
        [
          [12, 13, 14, 15],
          [16, 17, 18, 19],
          [20, 21, 22, 23],
        ],
      ],
    ])
    expect(both((a, m, j) => a.at(s(), m.equal(1), j), x, int([1, 0, 1]), int([1, 2]))).toEqual([
      'float32',
      [2, 2],
      [
        [1, 10],
        [13, 22],
      ],
    ])
    expect(x.at(x.at('...', 0).greater(3)).shape).toEqual([5, 4])
    expect(x.at(x.less(0)).shape).toEqual([0])
  })

  test('a graph serves masks of other counts, and refuses what does not fit them', () => {
    const taken = td.traceGraph((a: td.NDArray) => td.multiply(a.at(a.greater(0)), 2), {
      args: [td.zeros([3])],
    })
    expect(told(taken(td.array([1, 0, 5])))).toEqual(['float32', [2], [2, 10]])
    expect(told(taken(td.array([0, 7, 0, 0])))).toEqual(['float32', [1], [14]])
    const put = td.traceGraph((a: td.NDArray, b: td.NDArray) => a.updateAt(a.greater(0)).set(b))
    expect(told(put(td.array([1, 0, 5]), td.array([8, 9])))).toEqual(['float32', [3], [8, 0, 9]])
    expect(told(put(td.array([1, 0, 0]), td.array([8])))).toEqual(['float32', [3], [8, 0, 0]])
    expect(() => put(td.array([1, 1, 5]), td.array([8, 9]))).toThrow(td.ShapeError)
  })

  test('a graph holds updates for other sizes', () => {
    const graph = td.traceGraph((a: td.NDArray, i: td.NDArray) => a.updateAt(i, i).add(1))
    expect(told(graph(td.zeros([2, 2]), int([0, 0])))).toEqual([
      'float32',
      [2, 2],
      [
        [2, 0],
        [0, 0],
      ],
    ])
    expect(told(graph(td.zeros([1, 3]), int([9])))).toEqual(['float32', [1, 3], [[0, 0, 1]]])
  })

  test('a mask without axes adds one', () => {
    expect(x.at(td.array(true)).shape).toEqual([1, 2, 3, 4])
    expect(x.at(td.array(false)).shape).toEqual([0, 2, 3, 4])
  })

  test('empty indices and empty axes', () => {
    expect(x.at(int([]), int([])).shape).toEqual([0, 4])
    expect(td.zeros([0, 2]).at(int([]), int([])).shape).toEqual([0])
    expect(() => td.zeros([0, 2]).at(int([0]), int([0]))).toThrow(td.ShapeError)
  })

  test('updates give a new array', () => {
    const y = td.array([1, 2, 3, 4])
    const at = int([0, 0, 3])
    expect(both((a) => a.updateAt(1).set(9), y)).toEqual(['float32', [4], [1, 9, 3, 4]])
    expect(both((a, b) => a.updateAt(s(1, 3)).add(b), y, td.array([10, 20]))).toEqual([
      'float32',
      [4],
      [1, 12, 23, 4],
    ])
    expect(both((a, i) => a.updateAt(i).add(1), y, at)).toEqual(['float32', [4], [3, 2, 3, 5]])
    expect(both((a, i) => a.updateAt(i).subtract(1), y, at)).toEqual(['float32', [4], [-1, 2, 3, 3]])
    expect(both((a, i) => a.updateAt(i).multiply(3), y, at)).toEqual(['float32', [4], [9, 2, 3, 12]])
    expect(both((a, i) => a.updateAt(i).divide(2), y, at)).toEqual(['float32', [4], [0.25, 2, 3, 2]])
    expect(both((a, i) => a.updateAt(i).min(0.5), y, at)).toEqual(['float32', [4], [0.5, 2, 3, 0.5]])
    expect(both((a, i) => a.updateAt(i).max(NaN), y, at)).toEqual(['float32', [4], [NaN, 2, 3, NaN]])
    expect(both((a) => a.updateAt(a.greater(2)).set(-0), y)).toEqual(['float32', [4], [1, 2, -0, -0]])
    expect(both((a, b) => a.updateAt(a.greater(2)).set(b), y, td.array([7, 8]))).toEqual([
      'float32',
      [4],
      [1, 2, 7, 8],
    ])
    expect(both((a) => a.updateAt('...', null, 0).set(5), td.array([[1, 2]]))).toEqual([
      'float32',
      [1, 2],
      [[5, 2]],
    ])
    expect(y.toArray()).toEqual([1, 2, 3, 4])
  })

  test('updates keep the dtype, or refuse', () => {
    const z = int([1, 2])
    expect(told(z.updateAt(0).set(td.array(true)))).toEqual(['int32', [2], [1, 2]])
    expect(() => z.updateAt(0).set(1.5)).toThrow(td.DTypeError)
    expect(() => z.updateAt(0).set(td.array([1.5]))).toThrow(td.DTypeError)
    expect(() => z.updateAt(0).set(int([1, 2]))).toThrow(td.ShapeError)
    expect(() => z.updateAt(2).set(1)).toThrow(td.ShapeError)
    expect(told(z.updateAt(1).divide(4))).toEqual(['float32', [2], [1, 0.5]])
    expect(told(td.array([true]).updateAt(0).set(false))).toEqual(['bool', [1], [false]])
  })

  test('gradients flow to what was taken, and around what was replaced', () => {
    const y = td.array([1, 2, 3, 4])
    const byTaken = td.grad((a: td.NDArray) => td.sum(td.square(a.at(int([1, 1])))))
    expect(byTaken(y)).toMatchObject({ shape: [4] })
    expect((byTaken(y) as td.NDArray).toArray()).toEqual([0, 8, 0, 0])
    const byMask = td.grad((a: td.NDArray) => td.sum(td.square(a.at(a.greater(2)))))
    expect((byMask(y) as td.NDArray).toArray()).toEqual([0, 0, 6, 8])
    const bySet = td.grad((a: td.NDArray) => td.sum(a.updateAt(0).set(a.at(1))))
    expect((bySet(y) as td.NDArray).toArray()).toEqual([0, 2, 1, 1])
  })
})
