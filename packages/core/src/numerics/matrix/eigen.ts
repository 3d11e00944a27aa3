import {
  type ComplexMatrix,
  isFinite,
  multiplyLine,
  scaleOfBoth,
  scaled,
  towardsPositive,
  unknown,
  zeros,
} from './complex-matrix.ts'
import { complexSchur, type ComplexSchur, triangular } from './complex-schur.ts'
import { largest } from './scale.ts'
import { realSchur } from './schur.ts'

export interface ComplexEigen {
  readonly values: ComplexMatrix
  /** As columns of length 1. */
  readonly vectors: ComplexMatrix
}

/**
 * Eigenvalues and eigenvectors of any square matrix; of a real one where all imaginary parts are 0.
 *
 * Those of a real matrix are real exactly, or pairs that are conjugate exactly, the one above the real axis first.
 */
export function eigen(a: ComplexMatrix, n: number): ComplexEigen {
  const none = { values: unknown(n), vectors: unknown(n * n) }
  if (!isFinite(a)) return none
  const isReal = a.im.every((x) => x === 0)
  const scale = scaleOfBoth(a)
  const weights = balanced(a, n, scale)
  const { matrix } = weights
  const blocks = isReal ? realSchur(matrix.re, n) : undefined
  const schur = isReal ? blocks && triangular(blocks, n) : complexSchur(matrix, n)
  if (schur === undefined) return none
  const { t } = schur
  const least = Math.max(Number.EPSILON * Math.max(largest(t.re), largest(t.im)), 2 ** -1000)
  const values = zeros(n)
  const vectors = zeros(n * n)
  for (let k = 0; k < n; k++) {
    const at = k * n + k
    values.re[k] = t.re[at]! * scale
    values.im[k] = t.im[at]! * scale
    if (isReal && values.im[k]! < 0) mirror(vectors, n, k)
    else eigenvector(schur, k, { n, least, factors: weights.factors }, vectors)
    if (isReal && values.im[k] === 0) for (let i = 0; i < n; i++) vectors.im[i * n + k] = 0
  }
  return { values, vectors }
}

/** The eigenvector of the conjugate value, which comes before. */
function mirror({ re, im }: ComplexMatrix, n: number, k: number): void {
  for (let i = 0; i < n; i++) {
    re[i * n + k] = re[i * n + k - 1]!
    im[i * n + k] = -im[i * n + k - 1]! + 0
  }
}

/** The matrix with rows and columns of like sizes: multiplied by powers of two that leave its eigenvalues alone. */
function balanced(
  a: ComplexMatrix,
  n: number,
  scale: number,
): { readonly matrix: ComplexMatrix; readonly factors: Float64Array } {
  const matrix = scaled(a, 1 / scale)
  const { re, im } = matrix
  const factors = new Float64Array(n).fill(1)
  const size = (at: number): number => Math.abs(re[at]!) + Math.abs(im[at]!)
  for (let round = 0, changed = true; changed && round < 100; round++) {
    changed = false
    for (let i = 0; i < n; i++) {
      let [row, column] = [0, 0]
      for (let j = 0; j < n; j++) {
        if (j === i) continue
        row += size(i * n + j)
        column += size(j * n + i)
      }
      if (row === 0 || column === 0) continue
      const by = 2 ** Math.round(Math.log2(row / column) / 2)
      if (by === 1 || !(column * by + row / by < 0.95 * (row + column))) continue
      changed = true
      factors[i]! *= by
      for (let j = 0; j < n; j++)
        for (const part of [re, im]) {
          part[i * n + j]! /= by
          part[j * n + i]! *= by
        }
    }
  }
  return { matrix, factors }
}

interface Sizes {
  readonly n: number
  /** Eigenvalues that are nearer to each other count as equal. */
  readonly least: number
  /** What balancing divided the rows by. */
  readonly factors: Float64Array
}

/** Solves the triangle for one eigenvector, and turns it back. */
function eigenvector(
  { t, v }: ComplexSchur,
  k: number,
  { n, least, factors }: Sizes,
  out: ComplexMatrix,
): void {
  const x = zeros(n)
  x.re[k] = 1
  for (let i = k - 1; i >= 0; i--) {
    let [sr, si] = [0, 0]
    for (let j = i + 1; j <= k; j++) {
      const at = i * n + j
      sr -= t.re[at]! * x.re[j]! - t.im[at]! * x.im[j]!
      si -= t.re[at]! * x.im[j]! + t.im[at]! * x.re[j]!
    }
    let [dr, di] = [t.re[i * n + i]! - t.re[k * n + k]!, t.im[i * n + i]! - t.im[k * n + k]!]
    // An equal eigenvalue may have no vector of its own; the nearest one is given.
    if (Math.hypot(dr, di) < least) [dr, di] = [least, 0]
    const size = Math.hypot(dr, di)
    const [ur, ui] = [dr / size, -di / size]
    x.re[i] = (sr * ur - si * ui) / size
    x.im[i] = (sr * ui + si * ur) / size
    const most = Math.hypot(x.re[i]!, x.im[i]!)
    // So that no element leaves the range.
    if (most > 1e100) for (const part of [x.re, x.im]) part.forEach((one, j) => (part[j] = one / most))
  }
  for (let i = 0; i < n; i++) {
    let [sr, si] = [0, 0]
    for (let j = 0; j <= k; j++) {
      const at = i * n + j
      sr += v.re[at]! * x.re[j]! - v.im[at]! * x.im[j]!
      si += v.re[at]! * x.im[j]! + v.im[at]! * x.re[j]!
    }
    out.re[i * n + k] = sr * factors[i]!
    out.im[i * n + k] = si * factors[i]!
  }
  normalize(out, n, k)
}

function normalize(a: ComplexMatrix, n: number, k: number): void {
  const sizes = Array.from({ length: n }, (_, i) => Math.hypot(a.re[i * n + k]!, a.im[i * n + k]!))
  const most = sizes.reduce((x, y) => Math.max(x, y), 0)
  const length = most * Math.sqrt(sizes.reduce((sum, size) => sum + (size / most) ** 2, 0))
  multiplyLine(a, k, n, n, { re: 1 / length, im: 0 })
  multiplyLine(a, k, n, n, towardsPositive(a, k, n, n))
}
