import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from './engines.ts'

// So many updates of few rows that threads would overwrite each other.

const [rows, updates, width] = [5, 200_000, 16]

const indices = Int32Array.from({ length: updates }, (_, i) => (i * 40503) % (rows + 2))
const numbers = Float32Array.from({ length: updates * width }, (_, i) => (i ^ (i >> 7)) % 16)

afterEach(() => td.unsetBackend())

describe.each(engines)('many updates of a row on %s', (engine) => {
  test('are brought in one after the other', async () => {
    await td.setBackend(engine)
    const [last, sum] = [new Float32Array(rows * width), new Float64Array(rows * width)]
    indices.forEach((row, i) => {
      if (row >= rows) return
      for (let j = 0; j < width; j++) {
        last[row * width + j] = numbers[i * width + j]!
        sum[row * width + j]! += numbers[i * width + j]!
      }
    })
    const [x, at] = [td.zeros([rows, width]), td.array(indices)]
    const given = td.reshape(td.array(numbers), [updates, width])
    expect(td.scatterReplace(x, at, given).dataSync()).toEqual(last)
    // Whole numbers below 2^24, which float32 adds exactly.
    expect(td.scatterSum(x, at, given).dataSync()).toEqual(Float32Array.from(sum))
    const column = td.reshape(td.slice(given, [0, 0], [updates, 1]), [updates])
    const largest = td.scatterMax(td.zeros([rows]), at, column).toArray()
    expect(largest).toEqual([15, 15, 15, 15, 15])
  })

  test('a graph serves other numbers of rows and updates', async () => {
    await td.setBackend(engine)
    const graph = td.traceGraph((x: td.NDArray, at: td.NDArray, y: td.NDArray) =>
      td.scatterInto(x, at, y, { reduction: 'sum' }),
    )
    const ints = (values: number[][]): td.NDArray => td.array(values, { dtype: 'int32' })
    expect(
      graph(
        td.zeros([2, 2]),
        ints([
          [1, 0],
          [1, 0],
        ]),
        td.array([1, 2]),
      ).toArray(),
    ).toEqual([
      [0, 0],
      [3, 0],
    ])
    expect(graph(td.ones([1, 3]), ints([[0, -1]]), td.array([5])).toArray()).toEqual([[1, 1, 6]])
    expect(graph(td.ones([3]), ints([[2], [5], [-3]]), td.array(1)).toArray()).toEqual([2, 1, 2])
  })
})
