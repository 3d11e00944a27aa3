import { describe, expect, test } from 'vitest'
import * as td from '../src/index.ts'

const c = (re: number, im: number): td.Complex => ({ re, im })

describe('complex arrays', () => {
  test('are made of pairs, of complex numbers and of scalars', () => {
    const x = td.array([c(1, 2), 3])
    expect(x.dtype).toBe('complex64')
    expect([...x.dataSync()]).toEqual([1, 2, 3, 0])
    expect(td.array(new Float32Array([1, 2, 3, 4]), { dtype: 'complex64' }).toArray()).toEqual([
      c(1, 2),
      c(3, 4),
    ])
    expect(td.full([2], c(1, -0)).toArray()).toEqual([c(1, -0), c(1, -0)])
    expect(td.add(td.array([1, 2]), c(0, 1)).toArray()).toEqual([c(1, 1), c(2, 1)])
    expect(td.multiply(x, c(0, 1)).toArray()).toEqual([c(-2, 1), c(0, 3)])
    expect(td.matmul(x, x).item()).toEqual(c(6, 4))
    expect(td.exp(td.array([c(0, Math.PI)], { dtype: 'complex128' })).toArray()).toEqual([
      c(-1, Math.sin(Math.PI)),
    ])
    expect(String(x)).toBe('complex64[2] [1+2j, 3+0j]')
    expect(td.vecdot(x, x).item()).toEqual(c(14, 0))
    expect(td.astype(td.array([c(0, 0), c(0, 1)]), 'bool').toArray()).toEqual([false, true])
    expect(() => td.astype(x, 'float32')).toThrow(td.DTypeError)
    expect(() => td.less(x, x)).toThrow(td.DTypeError)
  })
})

describe('sizes and signs', () => {
  const pairs = (...numbers: number[]): td.NDArray =>
    td.array(new Float64Array(numbers), { dtype: 'complex128' })
  test('abs is infinite where a part is, even beside NaN', () => {
    const x = pairs(Infinity, NaN, NaN, -Infinity, NaN, 0, -0, -0, 3, -4, 1e300, 1e300, 3e-320, 4e-320)
    expect(td.abs(x).toArray()).toEqual([Infinity, Infinity, NaN, 0, 5, Math.SQRT2 * 1e300, 5e-320])
  })
  test('sign is of size 1, 0 of zeros and NaN beside NaN', () => {
    const x = pairs(-0, 0, 3, 4, NaN, 0, 0, NaN, 0, -2)
    expect(td.sign(x).toArray()).toEqual([
      { re: 0, im: 0 },
      { re: 0.6, im: 0.8 },
      { re: NaN, im: NaN },
      { re: NaN, im: NaN },
      { re: 0, im: -1 },
    ])
  })
  test('a part that is NaN or infinite makes the number so', () => {
    const x = pairs(NaN, 0, 0, NaN, Infinity, NaN, 1, -Infinity, 1, 2)
    expect(td.isnan(x).toArray()).toEqual([true, true, true, false, false])
    expect(td.isinf(x).toArray()).toEqual([false, false, true, true, false])
    expect(td.isfinite(x).toArray()).toEqual([false, false, false, false, true])
  })
  test('equal is by both parts, and NaN equals nothing', () => {
    const x = pairs(1, 2, 1, 2, -0, 0, NaN, 1)
    const y = pairs(1, 2, 1, -2, 0, -0, NaN, 1)
    expect(td.equal(x, y).toArray()).toEqual([true, false, true, false])
    expect(td.notEqual(x, y).toArray()).toEqual([false, true, false, true])
    expect(td.equal(td.array([1, 2]), { re: 1, im: 0 }).toArray()).toEqual([true, false])
  })
  test('division scales, so that no square leaves the range', () => {
    expect(td.divide(pairs(1e300, 1e300), pairs(1e300, 1e300)).toArray()).toEqual([{ re: 1, im: 0 }])
    expect(td.divide(pairs(1, 2), pairs(0, 0)).toArray()).toEqual([{ re: Infinity, im: Infinity }])
    expect(td.reciprocal(pairs(0, 2)).toArray()).toEqual([{ re: 0, im: -0.5 }])
  })
  test('powers: 0 to a positive one is 0, all to 0 is 1, whole ones are products', () => {
    const x = pairs(0, 0, 0, 0, 0, 0, 1, 2, 0, 1)
    const y = pairs(2, 0, 0, 0, -1, 0, 2, 0, 0, 1)
    const z = td.pow(x, y).toArray() as td.Complex[]
    expect(z.slice(0, 4)).toEqual([
      { re: 0, im: 0 },
      { re: 1, im: 0 },
      { re: NaN, im: NaN },
      { re: -3, im: 4 },
    ])
    expect(z[4]!.re).toBeCloseTo(Math.exp(-Math.PI / 2), 15)
  })
})
