import nj from 'numjs'
import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import type { NumjsArray } from '../src/numjs-api.ts'
import { numjs } from '../src/index.ts'

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.setBackend('numjs')
})

test.each(['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'float32', 'float64'] as const)(
  'an array of %s is an nj.NdArray of that dtype',
  (dtype) => {
    const native = td.astype(td.array([[1, 2, 3]]), dtype).native() as NumjsArray
    expect([native.dtype, native.shape, native.tolist()]).toEqual([dtype, [1, 3], [[1, 2, 3]]])
    expect(td.array([1]).native()).toBeInstanceOf(nj.NdArray)
  },
)

test('an array without axes, and one without elements', () => {
  expect((td.array(5).native() as NumjsArray).shape).toEqual([])
  expect((td.zeros([0, 3]).native() as NumjsArray).shape).toEqual([0, 3])
})

test('what numjs cannot hold is refused', () => {
  expect(() => td.array([1n]).native()).toThrowErrorMatchingInlineSnapshot(`
    [DTypeError: native: dtype int64: numjs has no such arrays.
    Read the elements by x.data(), or convert them first: astype(x, 'float32').]
  `)
  for (const dtype of ['bool', 'uint64', 'float16'] as const) {
    expect(() => td.astype(td.array([1]), dtype).native()).toThrow(td.DTypeError)
  }
})

test('writing to a native array changes nothing here', () => {
  const x = td.array([1, 2])
  ;(x.native() as NumjsArray & { set(i: number, value: number): void }).set(0, 7)
  expect(x.toArray()).toEqual([1, 2])
})

test('numjs arrays are taken as they are: any strides, its own default dtype as float64', () => {
  const graph = td.traceGraph((x: td.NDArray) => td.add(x, x), {
    args: [td.array([[1]], { dtype: 'float64' })],
  })
  const run = graph as unknown as (x: unknown) => NumjsArray
  const matrix = nj.array([
    [1, 2, 3],
    [4, 5, 6],
  ]) as NumjsArray & { readonly T: NumjsArray; slice(...from: unknown[]): NumjsArray }
  expect(run(matrix.T).tolist()).toEqual([
    [2, 8],
    [4, 10],
    [6, 12],
  ])
  expect(run(matrix.slice(1, [1, 3])).tolist()).toEqual([[10, 12]])
  expect(run(matrix).dtype).toBe('float64')
})

test('a graph is compiled to a plain function', async () => {
  const graph = td.traceGraph((x: td.NDArray) => td.multiply(x, 2), { args: [td.array([1, 2])] })
  const { native, run, inputs, outputs } = await graph.backendFn()
  expect([inputs, outputs]).toEqual([['x0'], ['y0']])
  expect((run(nj.array([3, 4], 'float32')) as NumjsArray).tolist()).toEqual([6, 8])
  expect((native as (x: Float32Array) => unknown)(new Float32Array([5, 6]))).toEqual([
    new Float32Array([10, 12]),
  ])
  expect(() => run(nj.array([3, 4], 'int32'))).toThrow(td.DTypeError)
  expect(() => run(nj.array([3, 4, 5], 'float32'))).toThrow(td.ShapeError)
})
