import { expect, it } from 'vitest'
import * as td from '../src/index.ts'

const f64 = (data: td.ArrayData): td.NDArray => td.array(data, { dtype: 'float64' })

it('differentiates products, sums and powers', () => {
  const fn = (x: td.NDArray): td.NDArray => x.multiply(x).sum().add(x.pow(3).sum())
  expect(td.grad(fn)(f64([1, 2])).toArray()).toEqual([5, 16])
  expect(td.grad((x: td.NDArray) => td.grad(fn)(x).sum())(f64([1, 2])).toArray()).toEqual([8, 14])
  expect(td.traceGraph(td.grad(fn))(f64([1, 2])).toArray()).toEqual([5, 16])
})
