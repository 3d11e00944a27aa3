import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import { engines } from './engines.ts'

const complex = (...numbers: number[]): td.NDArray =>
  td.array(new Float32Array(numbers), { dtype: 'complex64' })
const numbersOf = (array: td.NDArray): number[] => [...(array.dataSync() as Float32Array)]
const i32 = (...numbers: number[]): td.NDArray => td.array(numbers, { dtype: 'int32' })

describe.each(engines)('complex numbers on %s', (engine) => {
  const on = <T>(fn: () => T): Promise<T> => td.withBackend(engine, fn)

  // The order is that of numpy.unique.
  test('unique ops sort by real, then by imaginary parts', () =>
    on(() => {
      const x = complex(2, 1, 1, 5, 2, -1, 1, 5, 0, 9, 2, 1)
      const { values, indices, inverseIndices, counts } = td.uniqueAll(x)
      expect(numbersOf(values)).toEqual([0, 9, 1, 5, 2, -1, 2, 1])
      expect(indices.toArray()).toEqual([4, 1, 2, 0])
      expect(inverseIndices.toArray()).toEqual([3, 1, 2, 1, 0, 3])
      expect(counts.toArray()).toEqual([1, 2, 1, 2])
      expect(numbersOf(td.uniqueValues(td.reshape(x, [2, 3])))).toEqual([0, 9, 1, 5, 2, -1, 2, 1])
      expect(td.uniqueCounts(x).counts.toArray()).toEqual([1, 2, 1, 2])
      expect(td.uniqueInverse(td.reshape(x, [2, 3])).inverseIndices.toArray()).toEqual([
        [3, 1, 2],
        [1, 0, 3],
      ])
    }))

  test('unique ops put numbers with NaN behind all others, and hold -0 and 0 for equal', () =>
    on(() => {
      const x = complex(NaN, 1, 5, NaN, NaN, NaN, 7, 7, 3, NaN, NaN, 0, -0, 0, 0, -0)
      const values = numbersOf(td.uniqueValues(x))
      expect(values.map(Math.abs)).toEqual([0, 0, 7, 7, 3, NaN, 5, NaN, NaN, 0, NaN, 1, NaN, NaN])
      expect(td.uniqueValues(complex()).shape).toEqual([0])
    }))

  test('unique ops are traced with an open size', () =>
    on(async () => {
      const graph = td.traceGraph((a: td.NDArray) => td.uniqueValues(a), { args: [complex(1, 2, 1, 2)] })
      expect(numbersOf(graph(complex(1, 2, 0, 1, 1, 2)))).toEqual([0, 1, 1, 2])
    }))

  test('scatterProd multiplies by all updates of a row', () =>
    on(() => {
      const x = complex(1, 1, 2, 0, Infinity, 0)
      // i * i * 2 = -2 for row 0; rows outside change nothing.
      const updates = complex(0, 1, 3, 1, 0, 1, 5, 5, 2, 0)
      const made = td.scatterProd(x, i32(0, 1, -3, 7, 0), updates)
      expect(numbersOf(made).slice(0, 4)).toEqual([-2, -2, 6, 2])
      expect(numbersOf(made).slice(4)).toEqual([Infinity, 0])
      const rows = td.scatterProd(
        td.reshape(complex(1, 0, 0, 1, 2, 0, 0, 2), [2, 2]),
        i32(1),
        complex(0, 1, 3, 0).reshape([1, 2]),
      )
      expect(numbersOf(rows)).toEqual([1, 0, 0, 1, 0, 2, 0, 6])
      expect(numbersOf(td.scatterProd(x, i32(), td.zeros([0], { dtype: 'complex64' })))).toEqual(numbersOf(x))
      expect(numbersOf(x.updateAt(i32(0, 0)).multiply(complex(0, 1, 0, 1)))).toEqual([
        -1,
        -1,
        2,
        0,
        Infinity,
        0,
      ])
    }))
})
