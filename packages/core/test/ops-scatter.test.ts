import { describe, expect, test } from 'vitest'
import * as td from '../src/index.ts'

const ints = (values: number[] | number[][]): td.NDArray => td.array(values, { dtype: 'int32' })

describe('rows that are brought into others', () => {
  const x = td.array([
    [1, 2],
    [3, 4],
    [5, 6],
  ])

  test('the last of several replaces, and others are gathered', () => {
    const updates = td.array([
      [10, 20],
      [30, 40],
    ])
    const twice = ints([1, 1])
    expect(td.at(td.scatterReplace(x, twice, updates), 1).toArray()).toEqual([30, 40])
    expect(td.at(td.scatterSum(x, twice, updates), 1).toArray()).toEqual([43, 64])
    expect(td.at(td.scatterProd(x, twice, updates), 1).toArray()).toEqual([900, 3200])
    expect(td.at(td.scatterMin(x, twice, updates), 1).toArray()).toEqual([3, 4])
    expect(td.at(td.scatterMax(x, twice, updates), 1).toArray()).toEqual([30, 40])
    expect(td.at(x, 1).toArray()).toEqual([3, 4])
  })

  test('negative indices count from the end, and those outside change nothing', () => {
    const row = td.array([[9, 9]])
    expect(td.at(td.scatterReplace(x, ints([-3]), row), 0).toArray()).toEqual([9, 9])
    for (const outside of [3, -4, 2 ** 31 - 1, -(2 ** 31)])
      expect(td.scatterReplace(x, ints([outside]), row).toArray()).toEqual(x.toArray())
  })

  test('NaN is both the least and the largest', () => {
    const indices = ints([0, 1, 1])
    const updates = td.array([5, NaN, 7])
    expect(td.scatterMin(td.array([NaN, 1]), indices, updates).toArray()).toEqual([NaN, NaN])
    expect(td.scatterMax(td.array([NaN, 1]), indices, updates).toArray()).toEqual([NaN, NaN])
  })

  test('integers wrap', () => {
    const most = ints([2 ** 31 - 1])
    expect(td.scatterSum(most, ints([0]), ints([1])).toArray()).toEqual([-(2 ** 31)])
    expect(td.scatterProd(most, ints([0]), most).toArray()).toEqual([1])
  })

  test('arrays and updates are promoted, and truth values are only replaced', () => {
    expect(td.scatterSum(ints([1]), ints([0]), td.array([0.5])).dtype).toBe('float32')
    const truths = td.array([true, false])
    expect(td.scatterReplace(truths, ints([1]), td.array([true])).toArray()).toEqual([true, true])
    expect(() => td.scatterSum(truths, ints([0]), td.array([true]))).toThrow(td.DTypeError)
  })

  test('shapes that do not fit are refused', () => {
    expect(() => td.scatterSum(x, ints([0]), td.array([1, 2]))).toThrow(
      /scatterSum: .* the updates have to be \[1,2\]: for each index what a row of 'x' has/,
    )
    expect(() => td.scatterSum(td.array(1), ints([0]), td.array([1]))).toThrow('has no rows')
    expect(() => td.scatterSum(x, td.array([0.5]), td.array([[1, 2]]))).toThrow('indices are integers')
  })
})

describe('places along several axes', () => {
  test('each axis has its own bounds', () => {
    const x = td.zeros([2, 3])
    const places = ints([
      [0, 2],
      [1, -1],
      [0, 3],
      [-3, 0],
      [2, 0],
    ])
    expect(td.scatterInto(x, places, 7).toArray()).toEqual([
      [0, 0, 7],
      [0, 0, 7],
    ])
  })

  test('products, least and largest updates leave 0 where there are none', () => {
    const [indices, updates] = [ints([[1], [1], [3]]), td.array([-2, -3, 4])]
    const made = (reduction: 'prod' | 'min' | 'max' | 'replace'): unknown =>
      td.scatterNd(indices, updates, [4], { reduction }).toArray()
    expect(made('prod')).toEqual([0, 6, 0, 4])
    expect(made('min')).toEqual([0, -3, 0, 4])
    expect(made('max')).toEqual([0, -2, 0, 4])
    expect(made('replace')).toEqual([0, -3, 0, 4])
    const least = td.array([-(2n ** 63n)])
    expect(td.scatterNd(ints([[0]]), least, [2], { reduction: 'max' }).toArray()).toEqual([-(2n ** 63n), 0n])
  })

  test('more or no axes than there are cannot be named', () => {
    expect(() => td.scatterInto(td.zeros([2]), ints([[0, 0]]), 1)).toThrow('names 1 to 1 axes of the array')
    expect(() => td.scatterInto(td.zeros([2]), td.zeros([2, 0], { dtype: 'int32' }), 1)).toThrow(
      td.ShapeError,
    )
    expect(() => td.scatterInto(td.zeros([2, 2]), ints([[0]]), td.array([1, 2, 3]))).toThrow(
      'the updates have to broadcast to what the indices name',
    )
  })
})

describe('lines', () => {
  test('values go to the places of their line, also along the first axis', () => {
    const x = td.array([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const indices = ints([[1, 0, -1]])
    expect(td.putAlongAxis(x, indices, td.array([[7, 8, 9]]), { axis: 0 }).toArray()).toEqual([
      [1, 8, 3],
      [7, 5, 9],
    ])
    expect(
      td
        .putAlongAxis(
          x,
          ints([
            [0, 0],
            [2, 9],
          ]),
          td.array([[1, 1]]),
          { reduction: 'sum' },
        )
        .toArray(),
    ).toEqual([
      [3, 2, 3],
      [4, 5, 7],
    ])
  })

  test('it undoes takeAlongAxis', () => {
    const x = td.array([
      [3, 1, 2],
      [9, 8, 7],
    ])
    const order = td.argsort(x)
    const sorted = td.takeAlongAxis(x, order)
    expect(td.putAlongAxis(td.zeros([2, 3]), order, sorted).toArray()).toEqual(x.toArray())
  })

  test('indices of other sizes are refused', () => {
    expect(() => td.putAlongAxis(td.zeros([2, 3]), ints([0]), 1)).toThrow('both need the same rank')
    expect(() => td.putAlongAxis(td.zeros([2, 3]), ints([[0], [0], [0]]), 1)).toThrow(td.ShapeError)
  })
})

describe('segments', () => {
  test('rows outside of all segments count nowhere', () => {
    const x = td.array([
      [1, 1],
      [2, 2],
      [4, 4],
      [8, 8],
    ])
    expect(td.unsortedSegmentSum(x, ints([1, -1, 2, 1]), 2).toArray()).toEqual([
      [0, 0],
      [9, 9],
    ])
    expect(() => td.unsortedSegmentSum(x, ints([1]), 2)).toThrow(
      "has to begin with the sizes of 'segmentIds'",
    )
  })
})
