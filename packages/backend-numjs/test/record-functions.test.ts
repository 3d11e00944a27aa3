import numjs from 'numjs'
import { beforeAll, describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { binary, changes, unary } from './support/nj-functions.ts'
import { type Array, differences, type Nj, random, special } from './support/nj.ts'

const nj = numjs as unknown as Nj

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:cpu')
  await td.setBackend('numjs')
})

const dtypes = ['array', 'float64', 'float32', 'int32', 'int16', 'int8', 'uint8', 'uint16', 'uint32'] as const

describe.each(dtypes)('on arrays of %s', (dtype) => {
  test.each(Object.entries(unary))('%s', (_, fn) =>
    expect(changes(fn, () => [random([3, 4], dtype)])).toEqual([]),
  )
  test.each(Object.entries(binary))('%s', (_, fn) =>
    expect(changes(fn, () => [random([3, 4], dtype), random([3, 4], dtype)])).toEqual([]),
  )
  test.each(dtypes)('add and divide with %s', (other) => {
    const make = (): Array[] => [random([3, 4], dtype), random([3, 4], other)]
    expect(changes((x, y) => x.add(y), make)).toEqual([])
    expect(changes((x, y) => x.divide(y), make)).toEqual([])
  })
})

describe('special values', () => {
  const elementwise = Object.entries(unary).filter(([name]) => !/softmax|diag|T$|reshape/.test(name))
  test.each(elementwise)('%s', (_, fn) => expect(changes(fn, () => [special([3, 4])])).toEqual([]))
  test.each(Object.entries(binary).slice(0, 8))('%s', (_, fn) => {
    const [x, y] = [special([23, 23]), special([23, 23]).T]
    expect(changes(fn, () => [x.clone(), y.clone()])).toEqual([])
  })
})

describe('shapes', () => {
  test('no elements, and one', () => {
    expect(
      changes(
        (x) => x.add(1).multiply(x),
        () => [nj.zeros([0, 3])],
      ),
    ).toEqual([])
    expect(
      changes(
        (x) => nj.softmax(x.T),
        () => [random([1, 1], 'array')],
      ),
    ).toEqual([])
  })
  test('convolution with small filters gives float32', () => {
    for (const size of [3, 5]) {
      expect(
        changes(
          (x, y) => nj.convolve(x, y),
          () => [random([8, 9], 'array'), random([size, size], 'array')],
        ),
      ).toEqual([])
      const grey = (): Array[] => [random([8, 9, 1], 'float32'), random([size, size, 1], 'float32')]
      expect(changes((x, y) => nj.convolve(x, y), grey)).toEqual([])
    }
  })
  test('convolution through a Fourier transform, which rounds more than the sums that it stands for', () => {
    const rounding = 2 ** -44
    expect(
      changes(
        (x, y) => x.fftconvolve(y),
        () => [random([8], 'float64'), random([3], 'float64')],
        rounding,
      ),
    ).toEqual([])
    expect(
      changes(
        (x, y) => x.convolve(y),
        () => [random([4, 4, 4], 'array'), random([2, 1, 3], 'float64')],
        rounding,
      ),
    ).toEqual([])
    expect(
      changes(
        (x) =>
          nj.convolve(x, [
            [1, 2],
            [3, 4.5],
          ]),
        () => [random([5, 6], 'float64')],
        rounding,
      ),
    ).toEqual([])
  })
})

describe.each(['array', 'float32', 'int32'])('on onnxruntime, of %s', (dtype) => {
  test.each([...Object.entries(unary), ...Object.entries(binary)])('%s', async (_, fn) => {
    const args = [random([3, 4], dtype), random([3, 4], dtype)]
    const graph = await td.traceGraph(fn, { args }).to('ort')
    expect(differences(graph(...args), fn(...args), 2 ** -44)).toEqual([])
  })
})
