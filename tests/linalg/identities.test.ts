import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import { distance, identity, randomArray, randomSymmetric } from './matrices.ts'

// What factors are is told by identities, on every engine, in matrices of all shapes and scales.

afterEach(() => td.unsetBackend())

const { linalg } = td
/** n times the distance from 1 to the next float32. */
const bound = (n: number): number => 4 * Math.max(1, n) * 2 ** -23

const shapes: readonly (readonly number[])[] = [
  [1, 1],
  [2, 2],
  [5, 5],
  [5, 3],
  [3, 5],
  [2, 4, 4],
  [3, 2, 6, 2],
  [24, 24],
]
const squares = shapes.filter((shape) => shape.at(-1) === shape.at(-2))
const scales = [1, 1e-30, 1e30]
const cases = shapes.flatMap((shape) => scales.map((scale) => ({ shape, scale })))
const squareCases = squares.flatMap((shape) => scales.map((scale) => ({ shape, scale })))

/** A product of matrices, the first of which is brought near 1 so that float32 holds all products. */
const unscaled = (x: td.NDArray, scale: number): td.NDArray => td.divide(x, scale)

describe.each(engines)('on %s', (engine) => {
  test.each(cases)('qr of $shape by $scale', async ({ shape, scale }) => {
    await td.setBackend(engine)
    const [m, n] = shape.slice(-2) as [number, number]
    const x = randomArray(shape, scale)
    for (const mode of ['reduced', 'complete'] as const) {
      const { q, r } = linalg.qr(x, { mode })
      expect(distance(td.matmul(q, unscaled(r, scale)), unscaled(x, scale))).toBeLessThan(bound(m + n))
      expect(distance(td.matmul(td.matrixTranspose(q), q), identity(q.shape.at(-1)!))).toBeLessThan(bound(m))
      expect(distance(td.tril(r, { k: -1 }), td.zerosLike(r))).toBe(0)
      expect(td.all(td.greaterEqual(linalg.diagonal(r), 0)).item()).toBe(true)
    }
  })

  test.each(cases)('svd of $shape by $scale', async ({ shape, scale }) => {
    await td.setBackend(engine)
    const [m, n] = shape.slice(-2) as [number, number]
    const x = randomArray(shape, scale)
    const k = Math.min(m, n)
    const { u, s, vh } = linalg.svd(x)
    const one = unscaled(s, scale)
    const first = td.slice(u, 0, [...shape.slice(0, -1).map(() => null), k])
    const rows = td.slice(vh, 0, [...shape.slice(0, -2).map(() => null), k])
    const product = td.matmul(td.multiply(first, td.expandDims(one, -2)), rows)
    expect(distance(product, unscaled(x, scale))).toBeLessThan(bound(m + n))
    expect(distance(td.matmul(td.matrixTranspose(u), u), identity(m))).toBeLessThan(bound(m))
    expect(distance(td.matmul(vh, td.matrixTranspose(vh)), identity(n))).toBeLessThan(bound(n))
    expect(td.all(td.greaterEqual(s, 0)).item()).toBe(true)
    expect(td.all(td.lessEqual(td.diff(s), 0)).item()).toBe(true)
    expect(distance(unscaled(linalg.svdvals(x), scale), one)).toBeLessThan(bound(1))
    const reduced = linalg.svd(x, { fullMatrices: false })
    expect([reduced.u.shape, reduced.vh.shape]).toEqual([
      [...shape.slice(0, -1), k],
      [...shape.slice(0, -2), k, n],
    ])
    expect(distance(reduced.u, first)).toBeLessThan(bound(n))
  })

  test.each(squareCases)('eigh of $shape by $scale', async ({ shape, scale }) => {
    await td.setBackend(engine)
    const n = shape.at(-1)!
    const x = randomSymmetric(shape, scale)
    const { eigenvalues, eigenvectors } = linalg.eigh(x)
    const values = unscaled(eigenvalues, scale)
    const left = td.matmul(unscaled(x, scale), eigenvectors)
    expect(distance(left, td.multiply(eigenvectors, td.expandDims(values, -2)))).toBeLessThan(bound(2 * n))
    const product = td.matmul(td.matrixTranspose(eigenvectors), eigenvectors)
    expect(distance(product, identity(n))).toBeLessThan(bound(n))
    expect(td.all(td.greaterEqual(td.diff(values), 0)).item()).toBe(true)
    expect(distance(unscaled(linalg.eigvalsh(x), scale), values)).toBeLessThan(bound(1))
  })

  test.each(squareCases)('solve, inv, det and cholesky of $shape by $scale', async ({ shape, scale }) => {
    await td.setBackend(engine)
    const n = shape.at(-1)!
    // Far from singular, as the diagonal outweighs the rest.
    const near = td.add(randomArray(shape, 1), td.multiply(identity(n), n))
    const x = td.multiply(near, scale)
    const b = randomArray([...shape.slice(0, -1), 3], 1)
    expect(distance(td.matmul(near, td.multiply(linalg.solve(x, b), scale)), b)).toBeLessThan(bound(2 * n))
    const inverse = td.multiply(linalg.inv(x), scale)
    expect(distance(td.matmul(near, inverse), identity(n))).toBeLessThan(bound(2 * n))
    const { sign, logabsdet } = linalg.slogdet(x)
    const logarithm = td.subtract(logabsdet, n * Math.log(scale))
    const det = td.divide(linalg.det(near), td.multiply(sign, td.exp(logarithm)))
    // The logarithm of a large number holds fewer digits of it.
    expect(distance(det, td.onesLike(det))).toBeLessThan(64 * n * bound(n))
    const definite = td.matmul(near, td.matrixTranspose(near))
    const lower = linalg.cholesky(definite)
    const square = td.divide(td.matmul(lower, td.matrixTranspose(lower)), n * n)
    expect(distance(square, td.divide(definite, n * n))).toBeLessThan(bound(2 * n))
    const upper = linalg.cholesky(definite, { upper: true })
    expect(distance(td.matrixTranspose(upper), lower)).toBeLessThan(n * bound(n))
  })

  test('of any shape, pinv gives what it is defined by', async () => {
    await td.setBackend(engine)
    for (const shape of shapes) {
      const x = randomArray(shape, 1)
      const y = linalg.pinv(x)
      expect(y.shape).toEqual([...shape.slice(0, -2), shape.at(-1), shape.at(-2)])
      const largest = Number(td.max(td.abs(y)).item())
      expect(distance(td.matmul(td.matmul(x, y), x), x)).toBeLessThan(largest * bound(32))
    }
  })
})
