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
