import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

describe('complex numbers in graphs', () => {
  const x = td.array([c(1, 2), 3])

  test('are captured, carried by loops, read, and printed so that the text reads back', () => {
    const graph = td.traceGraph(
      (y: td.NDArray) => td.add(td.add(y, td.array([c(0.1, -0), c(NaN, -Infinity)])), c(1e-7, -2.5)),
      { args: [x] },
    )
    const text = String(graph)
    expect(text).toBe(
      [
        'graph(%0: complex64[2])',
        '  const %1: complex64[2] = [0.1-0i, NaN-Infinityi]',
        '  %2: complex64[2] = add(%0, %1)',
        '  %3: complex64[2] = add(%2, 1e-7-2.5i)',
        '  return %3',
      ].join('\n'),
    )
    const again = td.parseGraph(text)
    expect(String(again)).toBe(text)
    expect(again(x)).toEqual(graph(x))
    const filled = td.traceGraph((y: td.NDArray) => td.multiply(y, td.full([2], c(-0, NaN))), {
      args: [x],
      arrayCaching: false,
    })
    expect(String(td.parseGraph(String(filled)))).toBe(String(filled))
    const looped = td.whileLoop(
      (z: td.NDArray) => td.less(td.abs(td.sum(z)), 100),
      (z: td.NDArray) => td.multiply(z, c(0, 2)),
      x,
    ) as td.NDArray
    expect(looped.toArray()).toEqual([c(-64, 32), c(0, 96)])
    const read = td.traceGraph(
      (y: td.NDArray) => ((td.sum(y).item() as td.Complex).im > 1 ? td.conj(y) : y),
      {
        args: [x],
      },
    )
    expect([read(x).toArray(), read(td.array([c(1, 0), 2])).toArray()]).toEqual([
      [c(1, -2), c(3, -0)],
      [c(1, 0), c(2, 0)],
    ])
  })

  test('are saved and loaded, constants and parameters alike', async () => {
    const graph = td.traceGraph((y: td.NDArray) => td.multiply(td.add(y, x), c(-0, 2)), { args: [x] })
    const folder = mkdtempSync(join(tmpdir(), 'tendril-complex-'))
    try {
      await graph.save(folder)
      const loaded = await td.loadGraph(folder)
      expect((loaded(x) as td.NDArray).toArray()).toEqual((graph(x) as td.NDArray).toArray())
      expect(String(loaded)).toBe(String(graph))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('keep the rules of dtypes', () => {
    expect(td.resultType(td.array([1]), c(0, 1))).toBe('complex64')
    expect(td.resultType('float64', c(0, 1))).toBe('complex128')
    expect(td.resultType('int64', 'complex64')).toBe('complex64')
    expect(td.resultType('float64', 'complex64')).toBe('complex128')
    expect(td.resultType('complex64', 1.5)).toBe('complex64')
    expect([td.canCast('float32', 'complex64'), td.canCast('complex64', 'float64')]).toEqual([true, false])
    expect([td.isdtype('complex64', 'complex floating'), td.isdtype('float32', 'complex floating')]).toEqual([
      true,
      false,
    ])
    expect(td.finfo('complex128').bits).toBe(64)
    for (const refused of [
      (): unknown => td.maximum(x, x),
      (): unknown => td.sort(x),
      (): unknown => td.floor(x),
      (): unknown => td.atan2(x, x),
      (): unknown => td.sum(x, { dtype: 'float32' }),
      (): unknown => td.full([1], c(1, 1), { dtype: 'float32' }),
      (): unknown => td.array([c(1, 1)], { dtype: 'int32' }),
    ])
      expect(refused).toThrow(td.DTypeError)
    expect(() => td.array(new Float32Array(3), { dtype: 'complex64' })).toThrow(td.ParamError)
  })
})
