import { describe, expect, test } from 'vitest'
import {
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linspace,
  meshgrid,
  oneHot,
  ones,
  onesLike,
  tril,
  triu,
  zeros,
  zerosLike,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, i32, of } from './support/arrays.ts'

const r = Math.fround
const numbers = (x: unknown) => elementsOf(x) as number[][]

describe('full and its kin', () => {
  test('the dtype follows the number, unless one is given', () => {
    expectArray(full([2], 7), 'float32', [7, 7])
    expectArray(full([], true), 'bool', true)
    expectArray(full(1, 5n), 'int64', [5n])
    expectArray(full([1], -0), 'float32', [-0])
    expectArray(full([2], 3, { dtype: 'uint64' }), 'uint64', [3n, 3n])
    expectArray(full([0, 3], 1), 'float32', [])
    expectArray(full([1], NaN, { dtype: 'float16' }), 'float16', [NaN])
    expect(() => full([1], 2.5, { dtype: 'int32' })).toThrow('an integer cannot hold 2.5')
    expect(() => full([1], 300, { dtype: 'uint8' })).toThrow('it holds 0 to 255, not 300')
    expect(() => full([-1], 0)).toThrow("full: 'shape' is [-1]: sizes are integers >= 0.")
  })

  test('zeros, ones, empty, and in the shape of another', () => {
    expectArray(zeros([1, 2]), 'float32', [[0, 0]])
    expectArray(ones(2, { dtype: 'bool' }), 'bool', [true, true])
    expect(empty([2, 0, 3]).shape).toEqual([2, 0, 3])
    const x = i32([[3, 4]])
    expectArray(zerosLike(x), 'int32', [[0, 0]])
    expectArray(onesLike(x, { dtype: 'int64' }), 'int64', [[1n, 1n]])
    expectArray(fullLike(x, 9), 'int32', [[9, 9]])
    expectArray(fullLike(x, 0.5, { dtype: 'float64' }), 'float64', [[0.5, 0.5]])
    expect(emptyLike(x).shape).toEqual([1, 2])
    expect(() => fullLike(x, 0.5)).toThrow('an integer cannot hold 0.5')
    expectArray(zerosLike(of('bool', [true])), 'bool', [false])
  })
})

describe('arange', () => {
  test('counts from 0 or from a start, up or down', () => {
    expectArray(arange(3), 'float32', [0, 1, 2])
    expectArray(arange(1, 6, 2), 'float32', [1, 3, 5])
    expectArray(arange(3, 0, -1), 'float32', [3, 2, 1])
    expectArray(arange(3, { dtype: 'int32' }), 'int32', [0, 1, 2])
    expectArray(arange(0, 5, 2, { dtype: 'int64' }), 'int64', [0n, 2n, 4n])
    expectArray(arange(0, 1, 0.25), 'float32', [0, 0.25, 0.5, 0.75])
    expectArray(arange(1, 0), 'float32', [])
    expectArray(arange(-2), 'float32', [])
    expectArray(arange(2.5, { dtype: 'int32' }), 'int32', [0, 1, 2])
  })

  test('does not gather rounding errors', () => {
    expectArray(arange(0, 0.5, 0.1, { dtype: 'float64' }), 'float64', [0, 0.1, 0.2, 3 * 0.1, 0.4])
    expect(elementsOf(arange(0, 100, 0.1))).toEqual(Array.from({ length: 1000 }, (_, i) => r(i * 0.1)))
  })

  test('refuses a step of 0, what is not finite, and fractions of integers', () => {
    expect(() => arange(0, 1, 0)).toThrow("arange: 'step' is 0: it is not 0.")
    expect(() => arange(0, Infinity)).toThrow("arange: 'stop' is Infinity: it takes a finite number.")
    expect(() => arange(0, 2, 0.5, { dtype: 'int32' })).toThrow('an integer cannot hold 0.5')
  })
})

describe('linspace and eye', () => {
  test('linspace ends exactly at stop', () => {
    expectArray(linspace(0, 1, 5), 'float32', [0, 0.25, 0.5, 0.75, 1])
    expectArray(linspace(0, 1, 4, { endpoint: false }), 'float32', [0, 0.25, 0.5, 0.75])
    expectArray(linspace(2, 9, 1), 'float32', [2])
    expectArray(linspace(2, 9, 0), 'float32', [])
    expectArray(linspace(5, 5, 2), 'float32', [5, 5])
    expectArray(linspace(-1.7e308, 1.7e308, 3, { dtype: 'float64' }), 'float64', [-1.7e308, 0, 1.7e308])
    const last = (elementsOf(linspace(0.1, 0.7, 7, { dtype: 'float64' })) as number[]).at(-1)
    expect(last).toBe(0.7)
    expect(() => linspace(0, 1, 2, { dtype: 'int32' })).toThrow('it makes floats')
    expect(() => linspace(0, NaN, 2)).toThrow("linspace: 'stop' is NaN")
  })

  test('eye has ones on any diagonal', () => {
    expectArray(eye(2), 'float32', [
      [1, 0],
      [0, 1],
    ])
    expectArray(eye(2, 3, { k: 1, dtype: 'int64' }), 'int64', [
      [0n, 1n, 0n],
      [0n, 0n, 1n],
    ])
    expectArray(eye(3, 2, { k: -1, dtype: 'bool' }), 'bool', [
      [false, false],
      [true, false],
      [false, true],
    ])
    expectArray(eye(2, { k: 5 }), 'float32', [
      [0, 0],
      [0, 0],
    ])
    expect(eye(0, 3).shape).toEqual([0, 3])
  })
})

describe('grids', () => {
  test('tril and triu take what is outside away, NaN included', () => {
    const x = f32([
      [1, NaN, 3],
      [4, 5, NaN],
    ])
    expectArray(tril(x), 'float32', [
      [1, 0, 0],
      [4, 5, 0],
    ])
    expectArray(triu(x, { k: 1 }), 'float32', [
      [0, NaN, 3],
      [0, 0, NaN],
    ])
    expectArray(tril(x, { k: -1 }), 'float32', [
      [0, 0, 0],
      [4, 0, 0],
    ])
    expectArray(
      triu(
        of('int64', [
          [
            [1n, 2n],
            [3n, 4n],
          ],
        ]),
      ),
      'int64',
      [
        [
          [1n, 2n],
          [0n, 4n],
        ],
      ],
    )
    expectArray(tril(of('bool', [[true, true]])), 'bool', [[true, false]])
    expect(() => tril(f32([1]))).toThrow('the last two axes are the matrix')
  })

  test('oneHot along any axis; an index outside is nowhere', () => {
    expectArray(oneHot(i32([1, 0, 9, -1]), 2), 'float32', [
      [0, 1],
      [1, 0],
      [0, 0],
      [0, 0],
    ])
    expectArray(oneHot(i32([1, 0]), 3, { axis: 0, onValue: 5, offValue: -1, dtype: 'int32' }), 'int32', [
      [-1, 5],
      [5, -1],
      [-1, -1],
    ])
    expect(numbers(oneHot(of('uint8', [200]), 300)).map((row) => row.indexOf(1))).toEqual([200])
    expectArray(oneHot(of('int64', [1n]), 2, { dtype: 'bool' }), 'bool', [[false, true]])
    expect(() => oneHot(f32([1]), 2)).toThrow('oneHot: dtype float32: it takes integer arrays.')
    expect(() => oneHot(i32([1]), 2, { onValue: 0.5, dtype: 'int32' })).toThrow('an integer cannot hold 0.5')
  })

  test('meshgrid in Cartesian or matrix order', () => {
    const [x, y] = [f32([1, 2, 3]), i32([4, 5])]
    const [a, b] = meshgrid(x, y)
    expectArray(a, 'float32', [
      [1, 2, 3],
      [1, 2, 3],
    ])
    expectArray(b, 'int32', [
      [4, 4, 4],
      [5, 5, 5],
    ])
    expect(meshgrid(x, y, f32([1]), { indexing: 'ij' }).map(({ shape }) => shape)).toEqual([
      [3, 2, 1],
      [3, 2, 1],
      [3, 2, 1],
    ])
    expect(meshgrid(x).map(({ shape }) => shape)).toEqual([[3]])
    expect(() => meshgrid(f32([[1]]))).toThrow('each axis is given by a vector')
  })
})
