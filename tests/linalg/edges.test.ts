import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import {
  allNaN,
  distance,
  identity,
  infinite,
  of,
  randomArray,
  randomSymmetric,
  regular,
  singular,
  unknown,
} from './matrices.ts'

// Singular matrices, elements that are not finite, no elements at all: one answer on every engine.

afterEach(() => td.unsetBackend())

const { linalg } = td
describe.each(engines)('on %s', (engine) => {
  test('a singular matrix gives NaN, and its neighbours in the batch do not', async () => {
    await td.setBackend(engine)
    const x = of([regular, singular, regular])
    const inverse = linalg.inv(x)
    expect(allNaN(inverse.at(1))).toBe(true)
    for (const at of [0, 2])
      expect(distance(td.matmul(x.at(at), inverse.at(at)), identity(2))).toBeLessThan(1e-6)
    const solution = linalg.solve(x, of([1, 2]))
    expect(td.isnan(solution).toArray()).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ])
    expect(linalg.det(x).at(1).item()).toBe(0)
    const { sign, logabsdet } = linalg.slogdet(x)
    expect([sign.at(1).item(), logabsdet.at(1).item()]).toEqual([0, -Infinity])
    expect(linalg.matrixRank(x).toArray()).toEqual([2, 1, 2])
    const zero = td.zeros([3, 3])
    expect(allNaN(linalg.inv(zero))).toBe(true)
    expect([linalg.det(zero).item(), linalg.matrixRank(zero).item()]).toEqual([0, 0])
    expect(linalg.pinv(zero).toArray()).toEqual(zero.toArray())
  })

  test('a matrix that is not positive definite has no factor of Cholesky', async () => {
    await td.setBackend(engine)
    const x = of([
      regular,
      singular,
      [
        [-1, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 0],
      ],
      [
        [1, 2],
        [2, 1],
      ],
    ])
    expect(td.all(td.isnan(linalg.cholesky(x)), { axis: [-2, -1] }).toArray()).toEqual([
      false,
      true,
      true,
      true,
      true,
    ])
  })

  test('only one triangle is read where a matrix is symmetric', async () => {
    await td.setBackend(engine)
    const lower = of([
      [2, NaN],
      [1, 3],
    ])
    const whole = of(regular)
    expect(distance(linalg.cholesky(lower), linalg.cholesky(whole))).toBe(0)
    expect(
      distance(
        linalg.cholesky(td.matrixTranspose(lower), { upper: true }),
        linalg.cholesky(whole, { upper: true }),
      ),
    ).toBe(0)
    expect(distance(linalg.eigvalsh(lower), linalg.eigvalsh(whole))).toBe(0)
  })

  test.each([
    ['NaN', unknown],
    ['an infinity', infinite],
  ])('%s makes all of a matrix unknown, and ends', async (_, broken) => {
    await td.setBackend(engine)
    const x = of([broken, regular])
    const { q, r } = linalg.qr(x)
    const { u, s, vh } = linalg.svd(x)
    const results = [linalg.inv(x), linalg.solve(x, td.ones([2])), linalg.det(x), q, r, u, s, vh]
    const { sign, logabsdet } = linalg.slogdet(x)
    for (const result of [...results, sign, logabsdet, linalg.matrixNorm(x, { ord: 'nuc' })]) {
      expect(allNaN(result.at(0))).toBe(true)
      expect(td.any(td.isnan(result.at(1))).item()).toBe(false)
    }
    const symmetric = td.add(td.tril(x), td.matrixTranspose(td.tril(x, { k: -1 })))
    const isBroken = td.any(td.logicalNot(td.isfinite(symmetric.at(0)))).item()
    expect(allNaN(linalg.eigh(symmetric).eigenvectors.at(0))).toBe(isBroken)
  })

  test('one column that is not finite is unknown, the others are not', async () => {
    await td.setBackend(engine)
    const b = of([
      [1, Infinity, 4],
      [2, 1, 2],
    ])
    const result = td.isnan(
      linalg.solve(
        of([
          [2, 0],
          [0, 4],
        ]),
        b,
      ),
    )
    expect(result.toArray()).toEqual([
      [false, true, false],
      [false, true, false],
    ])
  })

  test('no elements', async () => {
    await td.setBackend(engine)
    const none = td.zeros([0, 0])
    expect(linalg.det(none).item()).toBe(1)
    const { sign, logabsdet } = linalg.slogdet(none)
    expect([sign.item(), logabsdet.item()]).toEqual([1, 0])
    expect(linalg.det(td.zeros([2, 0, 0])).toArray()).toEqual([1, 1])
    const shapesOf = (record: object): unknown => Object.values(record).map(({ shape }: td.NDArray) => shape)
    expect(linalg.inv(none).shape).toEqual([0, 0])
    expect(linalg.solve(td.zeros([3, 3]), td.zeros([3, 0])).shape).toEqual([3, 0])
    expect(linalg.solve(td.zeros([0, 3, 3]), td.zeros([3])).shape).toEqual([0, 3])
    expect(shapesOf(linalg.eigh(none))).toEqual([[0], [0, 0]])
    expect(shapesOf(linalg.eigh(td.zeros([0, 2, 2])))).toEqual([
      [0, 2],
      [0, 2, 2],
    ])
    expect(shapesOf(linalg.qr(td.zeros([3, 0])))).toEqual([
      [3, 0],
      [0, 0],
    ])
    expect(linalg.qr(td.zeros([3, 0]), { mode: 'complete' }).q.toArray()).toEqual(identity(3).toArray())
    const { u, s, vh } = linalg.svd(td.zeros([2, 3, 0]))
    expect([s.shape, vh.shape]).toEqual([
      [2, 0],
      [2, 0, 0],
    ])
    expect(u.toArray()).toEqual([identity(3).toArray(), identity(3).toArray()])
    expect(linalg.svd(td.zeros([0, 2])).vh.toArray()).toEqual(identity(2).toArray())
    expect(linalg.pinv(td.zeros([2, 0, 3])).shape).toEqual([2, 3, 0])
    expect(linalg.matrixRank(td.zeros([2, 0, 3])).toArray()).toEqual([0, 0])
    expect(linalg.cholesky(td.zeros([0, 2, 2])).shape).toEqual([0, 2, 2])
    expect(linalg.matrixPower(none, -2).shape).toEqual([0, 0])
    for (const ord of ['fro', 'nuc', 1, 2, Infinity] as const)
      expect(linalg.matrixNorm(td.zeros([2, 0, 3]), { ord }).toArray()).toEqual([0, 0])
    expect(() => linalg.matrixNorm(td.zeros([0, 3]), { ord: -2 })).toThrow(td.ShapeError)
  })

  test('repeated eigenvalues and singular values', async () => {
    await td.setBackend(engine)
    const { eigenvalues, eigenvectors } = linalg.eigh(td.multiply(identity(4), 2))
    expect(eigenvalues.toArray()).toEqual([2, 2, 2, 2])
    expect(eigenvectors.toArray()).toEqual(identity(4).toArray())
    // Of rank 1: the eigenvalue 0 three times.
    const x = td.ones([4, 4])
    const eigen = linalg.eigh(x)
    expect(distance(eigen.eigenvalues, of([0, 0, 0, 4]))).toBeLessThan(1e-6)
    const { eigenvectors: v } = eigen
    expect(distance(td.matmul(td.matrixTranspose(v), v), identity(4))).toBeLessThan(1e-6)
    const { u, s, vh } = linalg.svd(x)
    expect(distance(s, of([4, 0, 0, 0]))).toBeLessThan(1e-6)
    expect(distance(td.matmul(u, td.matrixTranspose(u)), identity(4))).toBeLessThan(1e-6)
    expect(distance(td.matmul(vh, td.matrixTranspose(vh)), identity(4))).toBeLessThan(1e-6)
  })

  test('a vector is one for all matrices, matrices broadcast', async () => {
    await td.setBackend(engine)
    const x = of([
      [
        [2, 0],
        [0, 4],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [4, 0],
        [0, 8],
      ],
    ])
    expect(linalg.solve(x, of([4, 8])).toArray()).toEqual([
      [2, 2],
      [4, 8],
      [1, 1],
    ])
    const b = td.reshape(of([4, 8, 8, 16]), [2, 1, 2, 1])
    expect(linalg.solve(x, b).shape).toEqual([2, 3, 2, 1])
    expect(linalg.solve(x, b).at(1).at(0).toArray()).toEqual([[4], [4]])
    // As many vectors as there are matrices are a matrix, which the standard says since 2021.
    expect(() => linalg.solve(x, td.ones([3, 2, 2, 2, 2]))).toThrow(td.ShapeError)
    expect(() => linalg.solve(x, td.ones([3]))).toThrow("'x2' needs as many rows as 'x1' has")
  })

  test('powers, norms and tolerances', async () => {
    await td.setBackend(engine)
    const x = of([
      [1, -2],
      [3, 4],
    ])
    expect(linalg.matrixPower(x, 3).toArray()).toEqual([
      [-35, -30],
      [45, 10],
    ])
    expect(linalg.matrixPower(x, 0).toArray()).toEqual(identity(2).toArray())
    const back = td.matmul(linalg.matrixPower(x, -2), linalg.matrixPower(x, 2))
    expect(distance(back, identity(2))).toBeLessThan(1e-5)
    const norm = (ord: 'fro' | 'nuc' | number): number => Number(linalg.matrixNorm(x, { ord }).item())
    expect([norm(1), norm(-1), norm(Infinity), norm(-Infinity)]).toEqual([6, 4, 7, 3])
    expect(norm('fro')).toBeCloseTo(Math.sqrt(30), 5)
    expect(norm('nuc')).toBeCloseTo(Math.sqrt(50), 5)
    expect(norm(2) * norm(-2)).toBeCloseTo(10, 4)
    expect(norm(2) + norm(-2)).toBeCloseTo(Math.sqrt(50), 4)
    expect(linalg.matrixNorm(x, { ord: 1, keepdims: true }).toArray()).toEqual([[6]])
    const diagonal = of([
      [1, 0],
      [0, 0.01],
    ])
    expect(linalg.matrixRank(diagonal, { rtol: 0.1 }).item()).toBe(1)
    expect(linalg.matrixRank(diagonal, { rtol: of([0.1, 0.001]) }).toArray()).toEqual([1, 2])
    expect(linalg.pinv(diagonal, { rtol: 0.1 }).toArray()).toEqual([
      [1, 0],
      [0, 0],
    ])
  })

  test('traced functions serve other sizes, and other engines give the same', async () => {
    await td.setBackend(engine)
    const graph = td.traceGraph((x: td.NDArray, b: td.NDArray) => {
      const { q, r } = linalg.qr(x)
      const { u, s, vh } = linalg.svd(x)
      const { eigenvalues, eigenvectors } = linalg.eigh(td.matmul(x, td.matrixTranspose(x)))
      return [linalg.solve(x, b), linalg.det(x), q, r, u, s, vh, eigenvalues, eigenvectors]
    })
    const other = await graph.to(engine === 'ort' ? 'numjs' : 'ort')
    for (const shape of [
      [3, 3],
      [5, 5],
      [2, 4, 4],
      [1, 1],
    ]) {
      const x = td.add(randomArray(shape, 1), td.multiply(identity(shape.at(-1)!), 2))
      const results = graph(x, td.ones(shape)) as readonly td.NDArray[]
      const theirs = other(x, td.ones(shape)) as readonly td.NDArray[]
      for (const [i, result] of results.entries()) {
        const moved = td.reshape(td.array(theirs[i]!.dataSync() as Float32Array), theirs[i]!.shape)
        expect(distance(result, moved)).toBeLessThan(2e-4)
      }
    }
  })
})

test.each(['ort', 'tfjs:cpu'])(
  '%s says before it runs what it cannot do with complex matrices',
  async (engine) => {
    await td.setBackend(engine)
    const x = td.complex(td.ones([2, 2]), td.ones([2, 2]))
    for (const op of [linalg.eigvals, linalg.eigh, linalg.svd, linalg.qr] as const)
      expect(() => op(x)).toThrow(/complex/)
    expect(() => linalg.eigvals(td.ones([2, 2]))).toThrow(/complex/)
  },
)

test('float64 keeps its digits on engines that hold it', async () => {
  for (const engine of ['reference', 'numjs', 'ort']) {
    await td.setBackend(engine)
    const x = randomSymmetric([8, 8], 1, 'float64')
    const { eigenvalues, eigenvectors: v } = linalg.eigh(x)
    const product = td.matmul(td.multiply(v, td.expandDims(eigenvalues, 0)), td.matrixTranspose(v))
    expect(distance(product, x)).toBeLessThan(1e-14)
    expect(distance(td.matmul(x, linalg.inv(x)), identity(8, 'float64'))).toBeLessThan(1e-12)
    const { u, s, vh } = linalg.svd(x)
    expect(distance(td.matmul(td.multiply(u, td.expandDims(s, 0)), vh), x)).toBeLessThan(1e-14)
    td.unsetBackend()
  }
})
