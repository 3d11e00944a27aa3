import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { ort } from '../src/index.ts'

beforeAll(async () => {
  td.registerBackend(ort())
  await td.setBackend('ort')
})

test('complex arrays are carried as pairs, eagerly and in graphs', () => {
  const x = td.array([{ re: 1, im: 2 }, 3])
  expect([x.backend, x.dtype, x.shape]).toEqual(['ort', 'complex64', [2]])
  expect(x.toArray()).toEqual([
    { re: 1, im: 2 },
    { re: 3, im: 0 },
  ])
  expect(td.multiply(x, { re: 0, im: 1 }).toArray()).toEqual([
    { re: -2, im: 1 },
    { re: 0, im: 3 },
  ])
  expect(td.add(x, td.array([1, 1])).toArray()).toEqual([
    { re: 2, im: 2 },
    { re: 4, im: 0 },
  ])
  const fn = td.traceGraph((y: td.NDArray) => [td.matmul(td.stack([y, td.conj(y)]), y), y, td.sum(x)], {
    args: [x],
  })
  const [product, same, total] = fn(x) as td.NDArray[]
  expect(product!.toArray()).toEqual([
    { re: 6, im: 4 },
    { re: 14, im: 0 },
  ])
  expect(same!.toArray()).toEqual(x.toArray())
  expect(total!.item()).toEqual({ re: 4, im: 2 })
  expect(td.any(x).item()).toBe(true)
  const back = td.real(td.fft.ifft(td.fft.fft(td.array([1, 2, 3, 4, 5])))).toArray() as number[]
  back.forEach((value, i) => expect(value).toBeCloseTo(i + 1, 5))
})

test('engines say which dtypes they carry, and move complex arrays to others', async () => {
  expect(td.currentBackend().dtypes).toContain('complex64')
  const x = td.array([{ re: 1, im: -0 }], { dtype: 'complex128' })
  expect(x.toBackend('reference').toArray()).toEqual([{ re: 1, im: -0 }])
  expect(() => x.native()).toThrow(td.DTypeError)
  // What is not written in parts is refused before running.
  expect(() => td.linalg.svd(td.reshape(x, [1, 1]))).toThrow(td.UnsupportedOpError)
})
