import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import { allNaN, distance, identity, infinite, of, randomArray, singular, unknown } from './matrices.ts'

// Eigenvalues that are complex, and systems of complex numbers, also where an engine holds none.

afterEach(() => td.unsetBackend())

const { linalg } = td

describe.each(['reference', 'numjs'])('eigenvalues of any matrix on %s', (engine) => {
  test('are real exactly, or conjugate pairs', async () => {
    await td.setBackend(engine)
    const turn = of([
      [0, -1],
      [1, 0],
    ])
    const { eigenvalues, eigenvectors } = linalg.eig(turn)
    expect(eigenvalues.dtype).toBe('complex64')
    expect(eigenvalues.toArray()).toEqual([
      { re: 0, im: 1 },
      { re: 0, im: -1 },
    ])
    const [first, second] = [eigenvectors.at(0), eigenvectors.at(1)]
    const half = Math.fround(Math.SQRT1_2)
    expect(first.toArray()).toEqual([
      { re: half, im: 0 },
      { re: half, im: 0 },
    ])
    expect(second.toArray()).toEqual([
      { re: 0, im: -half },
      { re: 0, im: half },
    ])
    expect(
      linalg
        .eigvals(
          of([
            [2, 1],
            [0, 3],
          ]),
        )
        .toArray(),
    ).toEqual([
      { re: 2, im: 0 },
      { re: 3, im: 0 },
    ])
    expect(linalg.eigvals(randomArray([5, 5], 1, 'float64')).dtype).toBe('complex128')
  })

  test('of a matrix with too few eigenvectors, of unknown ones, of none', async () => {
    await td.setBackend(engine)
    const jordan = linalg.eig(
      of([
        [1, 1],
        [0, 1],
      ]),
    )
    expect(jordan.eigenvalues.toArray()).toEqual([
      { re: 1, im: 0 },
      { re: 1, im: 0 },
    ])
    expect(td.all(td.isfinite(jordan.eigenvectors)).item()).toBe(true)
    for (const broken of [unknown, infinite]) expect(allNaN(linalg.eigvals(of(broken)))).toBe(true)
    expect(linalg.eig(td.zeros([2, 0, 0])).eigenvectors.shape).toEqual([2, 0, 0])
    expect(linalg.eigvals(td.zeros([3, 3])).toArray()).toEqual(
      Array.from({ length: 3 }, () => ({ re: 0, im: 0 })),
    )
  })

  test('complex matrices', async () => {
    await td.setBackend(engine)
    const x = td.complex(
      of([
        [2, 0],
        [0, 3],
      ]),
      of([
        [0, 1],
        [-1, 0],
      ]),
    )
    const root = Math.sqrt(5)
    const values = linalg.eigh(x).eigenvalues
    expect(values.dtype).toBe('float32')
    expect(distance(values, of([(5 - root) / 2, (5 + root) / 2]))).toBeLessThan(1e-6)
    expect(distance(td.real(linalg.det(x)), of([5]))).toBeLessThan(1e-6)
    const { sign, logabsdet } = linalg.slogdet(td.complex(of([[0]]), of([[-2]])))
    expect([sign.item(), sign.dtype, logabsdet.dtype]).toEqual([{ re: 0, im: -1 }, 'complex64', 'float32'])
    expect(allNaN(linalg.inv(td.complex(of(singular), td.zeros([2, 2]))))).toBe(true)
    const product = td.matmul(x, linalg.inv(x))
    expect(distance(td.real(product), identity(2))).toBeLessThan(1e-6)
    expect(distance(td.imag(product), td.zeros([2, 2]))).toBeLessThan(1e-6)
  })
})

describe.each(engines)('complex systems on %s', (engine) => {
  test('are solved in real numbers where an engine has no others', async () => {
    await td.setBackend(engine)
    const shape = [3, 4, 4]
    const flipped = td.flip(randomArray(shape, 1))
    const re = td.add(randomArray(shape, 1), td.multiply(identity(4), 3))
    const x = td.complex(re, flipped)
    const apart = (y: td.NDArray): readonly [td.NDArray, td.NDArray] => [td.real(y), td.imag(y)]
    const [inverseRe, inverseIm] = apart(linalg.inv(x))
    const real = td.subtract(td.matmul(re, inverseRe), td.matmul(flipped, inverseIm))
    const imaginary = td.add(td.matmul(re, inverseIm), td.matmul(flipped, inverseRe))
    expect(distance(real, identity(4))).toBeLessThan(1e-5)
    expect(distance(imaginary, td.zeros([4, 4]))).toBeLessThan(1e-5)
    const vector = linalg.solve(x, td.complex(td.ones([4]), td.zeros([4])))
    expect(distance(td.real(vector), td.sum(inverseRe, { axis: -1 }))).toBeLessThan(1e-5)
    const { sign, logabsdet } = linalg.slogdet(x)
    const [detRe, detIm] = apart(linalg.det(x))
    const size = td.exp(logabsdet)
    expect(distance(td.divide(detRe, size), td.real(sign))).toBeLessThan(1e-5)
    expect(distance(td.divide(detIm, size), td.imag(sign))).toBeLessThan(1e-5)
    // The determinant of the inverse is the inverse of the determinant.
    const other = linalg.slogdet(linalg.inv(x))
    expect(distance(td.imag(other.sign), td.negative(td.imag(sign)))).toBeLessThan(1e-5)
    expect(distance(other.logabsdet, td.negative(logabsdet))).toBeLessThan(1e-4)
    const triangular = td.complex(
      of([
        [0, 2],
        [1, 0],
      ]),
      of([
        [1, 0],
        [0, 1],
      ]),
    )
    const [exactRe, exactIm] = apart(linalg.det(triangular))
    expect(distance(exactRe, of([-3]))).toBeLessThan(1e-5)
    expect(distance(exactIm, of([0]))).toBeLessThan(1e-5)
  })

  test('have factors of Cholesky', async () => {
    await td.setBackend(engine)
    const x = td.complex(
      of([
        [4, NaN],
        [2, 6],
      ]),
      of([
        [9, NaN],
        [2, 9],
      ]),
    )
    const lower = linalg.cholesky(x)
    expect(
      distance(
        td.real(lower),
        of([
          [2, 0],
          [1, 2],
        ]),
      ),
    ).toBeLessThan(1e-6)
    expect(
      distance(
        td.imag(lower),
        of([
          [0, 0],
          [1, 0],
        ]),
      ),
    ).toBeLessThan(1e-6)
    const upper = linalg.cholesky(td.conj(td.matrixTranspose(x)), { upper: true })
    expect(
      distance(
        td.imag(upper),
        of([
          [0, -1],
          [0, 0],
        ]),
      ),
    ).toBeLessThan(1e-6)
  })
})
