import { describe, expect, test } from 'vitest'
import * as td from '../src/index.ts'
import { byParts } from '../src/passes/by-parts.ts'

const { fft } = td

/** Numbers that repeat after a long time only. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

const complexOf = (n: number, seed = 7): td.NDArray => td.array(numbers(2 * n, seed), { dtype: 'complex128' })

/** The transform by its definition, each angle brought into one turn before it is rounded. */
function byDefinition(x: Float64Array, inverse: boolean): Float64Array {
  const n = x.length / 2
  const out = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = ((inverse ? 2 : -2) * Math.PI * ((j * k) % n)) / n
      out[2 * k]! += x[2 * j]! * Math.cos(angle) - x[2 * j + 1]! * Math.sin(angle)
      out[2 * k + 1]! += x[2 * j]! * Math.sin(angle) + x[2 * j + 1]! * Math.cos(angle)
    }
  }
  return out
}

const sizeOf = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x))
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  sizeOf(Array.from(a, (x, i) => x - b[i]!)) / Math.max(sizeOf(b), Number.MIN_VALUE)

const lengths = [
  ...Array.from({ length: 70 }, (_, i) => i + 1),
  97,
  101,
  127,
  128,
  131,
  243,
  251,
  256,
  262,
  509,
  720,
]
const few = 2e-15

describe('fft', () => {
  test.each(lengths)('of %i numbers is what the definition says, and ifft undoes it', (n) => {
    const x = complexOf(n)
    const data = x.dataSync() as Float64Array
    const y = fft.fft(x)
    expect(y.dtype).toBe('complex128')
    // The definition itself adds n terms, each of which was rounded.
    expect(apart(y.dataSync() as Float64Array, byDefinition(data, false))).toBeLessThan(few * Math.sqrt(n))
    expect(apart(fft.ifft(y).dataSync() as Float64Array, data)).toBeLessThan(few)
    // Parseval: the size stays, but for the root of n.
    expect(sizeOf(y.dataSync() as Float64Array) / sizeOf(data) / Math.sqrt(n)).toBeCloseTo(1, 14)
  })

  test.each(lengths)('rfft of %i real numbers is half of fft, and irfft undoes it', (n) => {
    const x = td.array(numbers(n, 3))
    const half = fft.rfft(x)
    expect(half.shape).toEqual([Math.floor(n / 2) + 1])
    const whole = fft.fft(x).dataSync() as Float64Array
    expect(apart(half.dataSync() as Float64Array, whole.subarray(0, half.size * 2))).toBeLessThan(few)
    const back = fft.irfft(half, { n })
    expect(back.dtype).toBe('float64')
    expect(apart(back.dataSync() as Float64Array, x.dataSync() as Float64Array)).toBeLessThan(few)
    const mirror = fft.ihfft(x)
    expect(
      apart(fft.hfft(mirror, { n }).dataSync() as Float64Array, x.dataSync() as Float64Array),
    ).toBeLessThan(few)
  })

  test.each([8, 35, 64, 66, 77, 97, 100])(
    'has the same meaning in products of matrices for %i numbers',
    (n) => {
      const rows = td.reshape(complexOf(2 * n), [2, n])
      for (const op of [fft.fft, fft.ifft]) {
        const made = byParts.byParts(op.def)!([rows], { n: null, axis: 1, norm: 'ortho' }) as td.NDArray
        const want = op(rows, { norm: 'ortho' }).dataSync() as Float64Array
        expect(apart(made.dataSync() as Float64Array, want)).toBeLessThan(1e-13)
      }
    },
  )

  test('cuts and fills up lines of any axis, and scales by the norm', () => {
    const x = td.reshape(complexOf(12), [3, 4])
    const cut = fft.fft(x, { n: 2, axis: 0 })
    expect(cut.shape).toEqual([2, 4])
    const first = td.slice(x, [0, 1], [2, 2])
    expect(
      apart(
        td.slice(cut, [0, 1], [2, 2]).dataSync() as Float64Array,
        fft.fft(td.squeeze(first, 1)).dataSync() as Float64Array,
      ),
    ).toBeLessThan(few)
    expect(fft.fft(x, { n: 7 }).shape).toEqual([3, 7])
    const plain = fft.fft(x).dataSync() as Float64Array
    expect(
      apart(
        fft.fft(x, { norm: 'forward' }).dataSync() as Float64Array,
        plain.map((v) => v / 4),
      ),
    ).toBeLessThan(few)
    expect(
      apart(
        fft.fft(x, { norm: 'ortho' }).dataSync() as Float64Array,
        plain.map((v) => v / 2),
      ),
    ).toBeLessThan(few)
    for (const norm of ['backward', 'ortho', 'forward'] as const) {
      expect(
        apart(
          fft.ifftn(fft.fftn(x, { norm }), { norm }).dataSync() as Float64Array,
          x.dataSync() as Float64Array,
        ),
      ).toBeLessThan(few)
      const real = td.real(x)
      const back = fft.irfftn(fft.rfftn(real, { norm, axes: [1, 0] }), { norm, axes: [1, 0], s: [4, 3] })
      expect(apart(back.dataSync() as Float64Array, real.dataSync() as Float64Array)).toBeLessThan(few)
    }
  })

  test('gives the shapes and dtypes of the standard', () => {
    const x = td.ones([2, 3, 4])
    expect([fft.fft(x).dtype, fft.rfft(x).dtype, fft.irfft(fft.rfft(x)).dtype]).toEqual([
      'complex64',
      'complex64',
      'float32',
    ])
    expect(fft.fft(td.array([1, 2], { dtype: 'int32' })).dtype).toBe('complex64')
    expect(fft.fft(td.array([1, 2], { dtype: 'float16' })).dtype).toBe('complex64')
    expect(fft.hfft(fft.fft(td.ones([5], { dtype: 'float64' }))).dtype).toBe('float64')
    expect(fft.fftn(x, { s: [5, 6], axes: [-1, 0] }).shape).toEqual([6, 3, 5])
    expect(fft.rfftn(x).shape).toEqual([2, 3, 3])
    expect(fft.irfftn(fft.rfftn(x)).shape).toEqual([2, 3, 4])
    expect(fft.irfft(x, { axis: 1 }).shape).toEqual([2, 4, 4])
    expect(fft.ihfft(x, { n: 5 }).shape).toEqual([2, 3, 3])
    expect(fft.hfft(x, { n: 5 }).shape).toEqual([2, 3, 5])
    expect(fft.fft(td.zeros([0, 3])).shape).toEqual([0, 3])
    expect(fft.fftn(td.array(5)).toArray()).toEqual({ re: 5, im: 0 })
  })

  test('refuses what the standard refuses', () => {
    const x = complexOf(4)
    expect(() => fft.rfft(x)).toThrow(td.DTypeError)
    expect(() => fft.ihfft(x)).toThrow(td.DTypeError)
    expect(() => fft.fft(td.array([true]))).toThrow(td.DTypeError)
    expect(() => fft.fft(td.array(1))).toThrow(td.ParamError)
    expect(() => fft.fft(x, { axis: 1 })).toThrow(td.ParamError)
    expect(() => fft.fft(x, { n: 0 })).toThrow(td.ShapeError)
    expect(() => fft.fft(td.zeros([0]))).toThrow(td.ShapeError)
    expect(() => fft.irfft(td.ones([1]))).toThrow(td.ShapeError)
    expect(() => fft.fft(x, { norm: 'both' as 'ortho' })).toThrow(td.ParamError)
    expect(() => fft.fftn(x, { s: [4] })).toThrow(td.ParamError)
    expect(() => fft.fftn(x, { s: [4, 4], axes: [0] })).toThrow(td.ParamError)
    expect(() => fft.fftn(td.ones([2, 2]), { axes: [0, -2] })).toThrow(td.ParamError)
    expect(() => fft.rfftn(td.array(1))).toThrow(td.ParamError)
    expect(() => fft.fftfreq(0)).toThrow(td.ParamError)
    expect(() => fft.rfftfreq(4, { dtype: 'int32' })).toThrow(td.DTypeError)
  })

  test('names frequencies, and moves them', () => {
    expect(fft.fftfreq(5).toArray()).toEqual([0, 0.2, 0.4, -0.4, -0.2].map(Math.fround))
    expect(fft.fftfreq(4, { d: 0.5, dtype: 'float64' }).toArray()).toEqual([0, 0.5, -1, -0.5])
    expect(fft.fftfreq(1).toArray()).toEqual([0])
    expect(fft.rfftfreq(5, { d: 2, dtype: 'float64' }).toArray()).toEqual([0, 0.1, 0.2])
    expect(fft.rfftfreq(1).toArray()).toEqual([0])
    const x = td.array([
      [0, 1, 2],
      [3, 4, 5],
    ])
    expect(fft.fftshift(x).toArray()).toEqual([
      [5, 3, 4],
      [2, 0, 1],
    ])
    expect(fft.fftshift(x, { axes: 1 }).toArray()).toEqual([
      [2, 0, 1],
      [5, 3, 4],
    ])
    expect(fft.ifftshift(fft.fftshift(x)).toArray()).toEqual(x.toArray())
    expect(fft.fftshift(td.zeros([0, 2])).shape).toEqual([0, 2])
  })
})
