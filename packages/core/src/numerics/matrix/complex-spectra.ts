import { unitary } from './complex-factors.ts'
import {
  adjoint,
  type ComplexMatrix,
  identity,
  isFinite,
  jacobiRotation,
  multiplyLine,
  rotateColumns,
  rotateRows,
  scaleOfBoth,
  scaled,
  towardsPositive,
  unknown,
  zeros,
} from './complex-matrix.ts'

const mostSweeps = 60

/** Columns in another order. */
function inOrder(v: ComplexMatrix, n: number, rows: number, order: readonly number[]): ComplexMatrix {
  const out = zeros(rows * n)
  order.forEach((from, to) => {
    for (let i = 0; i < rows; i++) {
      out.re[i * n + to] = v.re[i * n + from]!
      out.im[i * n + to] = v.im[i * n + from]!
    }
  })
  return out
}

/** As `symmetricEigen`, of a Hermitian matrix, by Jacobi's rotations. */
export function hermitianEigen(
  a: ComplexMatrix,
  n: number,
): { readonly values: Float64Array; readonly vectors: ComplexMatrix } {
  const whole = zeros(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [x, y] = [a.re[i * n + j]!, i === j ? 0 : a.im[i * n + j]!]
      whole.re[i * n + j] = whole.re[j * n + i] = x
      whole.im[i * n + j] = y
      whole.im[j * n + i] = -y
    }
  if (!isFinite(whole)) return { values: new Float64Array(n).fill(NaN), vectors: unknown(n * n) }
  const scale = scaleOfBoth(whole)
  const work = scaled(whole, 1 / scale)
  const v = identity(n)
  for (let sweep = 0; sweep < mostSweeps && turnAll(work, v, n); sweep++);
  const values = Array.from({ length: n }, (_, i) => work.re[i * n + i]!)
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const vectors = inOrder(v, n, n, order)
  for (let j = 0; j < n; j++) multiplyLine(vectors, j, n, n, towardsPositive(vectors, j, n, n))
  return { values: Float64Array.from(order, (i) => values[i]! * scale), vectors }
}

/** One rotation for each element beside the diagonal; false where all of them are 0. */
function turnAll(a: ComplexMatrix, v: ComplexMatrix, n: number): boolean {
  let turned = false
  for (let p = 0; p < n; p++)
    for (let q = p + 1; q < n; q++) {
      const [x, y] = [a.re[p * n + q]!, a.im[p * n + q]!]
      const [alpha, beta] = [a.re[p * n + p]!, a.re[q * n + q]!]
      if (!(Math.hypot(x, y) > 1e-20)) continue
      turned = true
      const by = jacobiRotation(alpha, beta, x, y)
      rotateRows(a, n, p, q, by)
      rotateColumns(a, n, p, q, by, n)
      rotateColumns(v, n, p, q, by, n)
      for (const part of [a.re, a.im]) part[p * n + q] = part[q * n + p] = 0
      a.im[p * n + p] = a.im[q * n + q] = 0
    }
  return turned
}

/** As `Singular`, of a complex matrix. */
export interface ComplexSingular {
  readonly u: ComplexMatrix
  readonly s: Float64Array
  readonly vh: ComplexMatrix
}

/** As `singularValues`. */
export function complexSingularValues(
  a: ComplexMatrix,
  rows: number,
  columns: number,
  full: boolean,
): ComplexSingular {
  if (rows < columns) {
    const { u, s, vh } = complexSingularValues(adjoint(a, rows, columns), columns, rows, full)
    return { u: adjoint(vh, rows, rows), s, vh: adjoint(u, columns, full ? columns : rows) }
  }
  const rank = full ? rows : columns
  const n = columns
  if (!isFinite(a)) return { u: unknown(rows * rank), s: new Float64Array(n).fill(NaN), vh: unknown(n * n) }
  const scale = scaleOfBoth(a)
  const w = scaled(a, 1 / scale)
  const v = identity(n)
  for (let sweep = 0; sweep < mostSweeps && orthogonalize(w, v, rows, n); sweep++);
  const lengths = Array.from({ length: n }, (_, j) => lengthOf(w, j, n, rows))
  const order = lengths.map((_, j) => j).sort((i, j) => lengths[j]! - lengths[i]!)
  const [left, right] = [inOrder(w, n, rows, order), inOrder(v, n, n, order)]
  for (let j = 0; j < n; j++) {
    const by = towardsPositive(right, j, n, n)
    multiplyLine(right, j, n, n, by)
    multiplyLine(left, j, n, rows, by)
  }
  const { q } = unitary(left, rows, n, rank)
  return { u: q, s: Float64Array.from(order, (j) => lengths[j]! * scale), vh: adjoint(right, n, n) }
}

function orthogonalize(w: ComplexMatrix, v: ComplexMatrix, rows: number, n: number): boolean {
  let turned = false
  for (let p = 0; p < n; p++)
    for (let q = p + 1; q < n; q++) {
      let [alpha, beta, x, y] = [0, 0, 0, 0]
      for (let i = 0; i < rows; i++) {
        const [ar, ai, br, bi] = [w.re[i * n + p]!, w.im[i * n + p]!, w.re[i * n + q]!, w.im[i * n + q]!]
        alpha += ar * ar + ai * ai
        beta += br * br + bi * bi
        x += ar * br + ai * bi
        y += ar * bi - ai * br
      }
      if (!(Math.hypot(x, y) > 2 * Number.EPSILON * Math.sqrt(alpha) * Math.sqrt(beta))) continue
      turned = true
      const by = jacobiRotation(alpha, beta, x, y)
      rotateColumns(w, n, p, q, by, rows)
      rotateColumns(v, n, p, q, by, n)
    }
  return turned
}

/** Squares of small elements would be lost. */
function lengthOf({ re, im }: ComplexMatrix, start: number, step: number, count: number): number {
  const sizes = Array.from({ length: count }, (_, k) =>
    Math.hypot(re[start + k * step]!, im[start + k * step]!),
  )
  const most = sizes.reduce((a, b) => Math.max(a, b), 0)
  return most === 0 ? 0 : most * Math.sqrt(sizes.reduce((sum, size) => sum + (size / most) ** 2, 0))
}
