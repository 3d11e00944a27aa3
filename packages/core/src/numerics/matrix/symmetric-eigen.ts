import { allFinite, pointsBack, scaleOf } from './scale.ts'

/** Eigenvalues in ascending order, and the eigenvectors as columns of a matrix. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/** More steps than any eigenvalue was ever seen to take. */
const mostSteps = 100

interface Tridiagonal {
  readonly n: number
  /** The orthogonal matrix that leads there. */
  readonly v: Float64Array
  readonly diagonal: Float64Array
  /** Beside the diagonal; the first one is 0. */
  readonly beside: Float64Array
}

/**
 * Of a symmetric matrix, whose upper part is not read.
 *
 * Each eigenvector is of length 1, and its first element of at least 0.3 of its largest magnitude is positive. NaN where
 * an element is not finite.
 */
export function symmetricEigen(a: Float64Array, n: number): Eigen {
  const lower = a.map((x, at) => (at % n > Math.floor(at / n) ? 0 : x))
  const none = { values: new Float64Array(n).fill(NaN), vectors: new Float64Array(n * n).fill(NaN) }
  if (!allFinite(lower)) return none
  const scale = scaleOf(lower)
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) v[i * n + j] = (j > i ? lower[j * n + i]! : lower[i * n + j]!) / scale
  const tridiagonal = tridiagonalized(v, n)
  return diagonalize(tridiagonal) ? inOrder(tridiagonal, scale) : none
}

function inOrder({ n, v, diagonal }: Tridiagonal, scale: number): Eigen {
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => diagonal[i]! - diagonal[j]!)
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => {
    const sign = pointsBack(v, from, n, n) ? -1 : 1
    for (let i = 0; i < n; i++) vectors[i * n + to] = sign * v[i * n + from]! + 0
  })
  return { values: Float64Array.from(order, (i) => diagonal[i]! * scale), vectors }
}

/** By Householder reflections, from the last row up; `v` becomes the matrix that leads there. */
function tridiagonalized(v: Float64Array, n: number): Tridiagonal {
  const d = new Float64Array(n)
  const e = new Float64Array(n)
  for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j]!
  for (let i = n - 1; i > 0; i--) {
    let scale = 0
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!)
    if (scale === 0) {
      e[i] = d[i - 1]!
      for (let j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j]!
        v[i * n + j] = 0
        v[j * n + i] = 0
      }
      d[i] = 0
    } else d[i] = reflectRow(v, n, d, e, i, scale)
  }
  accumulate(v, n, d)
  for (let j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j]!
    v[(n - 1) * n + j] = 0
  }
  if (n > 0) v[n * n - 1] = 1
  if (n > 0) e[0] = 0
  return { n, v, diagonal: d, beside: e }
}

/** Brings row `i`, which is in `d`, onto one element, and gives the square of the mirror's length. */
function reflectRow(
  v: Float64Array,
  n: number,
  d: Float64Array,
  e: Float64Array,
  i: number,
  scale: number,
): number {
  let h = 0
  for (let k = 0; k < i; k++) {
    d[k]! /= scale
    h += d[k]! * d[k]!
  }
  const last = d[i - 1]!
  const g = last > 0 ? -Math.sqrt(h) : Math.sqrt(h)
  e[i] = scale * g
  h -= last * g
  d[i - 1] = last - g
  e.fill(0, 0, i)
  for (let j = 0; j < i; j++) {
    const f = d[j]!
    v[j * n + i] = f
    let sum = e[j]! + v[j * n + j]! * f
    for (let k = j + 1; k < i; k++) {
      sum += v[k * n + j]! * d[k]!
      e[k]! += v[k * n + j]! * f
    }
    e[j] = sum
  }
  let along = 0
  for (let j = 0; j < i; j++) {
    e[j]! /= h
    along += e[j]! * d[j]!
  }
  for (let j = 0; j < i; j++) e[j]! -= (along / (h + h)) * d[j]!
  for (let j = 0; j < i; j++) {
    const [f, by] = [d[j]!, e[j]!]
    for (let k = j; k < i; k++) v[k * n + j]! -= f * e[k]! + by * d[k]!
    d[j] = v[(i - 1) * n + j]!
    v[i * n + j] = 0
  }
  return h
}

function accumulate(v: Float64Array, n: number, d: Float64Array): void {
  for (let i = 0; i < n - 1; i++) {
    v[(n - 1) * n + i] = v[i * n + i]!
    v[i * n + i] = 1
    const h = d[i + 1]!
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[k * n + i + 1]! / h
      for (let j = 0; j <= i; j++) {
        let along = 0
        for (let k = 0; k <= i; k++) along += v[k * n + i + 1]! * v[k * n + j]!
        for (let k = 0; k <= i; k++) v[k * n + j]! -= along * d[k]!
      }
    }
    for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0
  }
}

/** By the QL method with implicit shifts; false where an eigenvalue does not settle. */
function diagonalize({ n, v, diagonal: d, beside: e }: Tridiagonal): boolean {
  e.copyWithin(0, 1)
  if (n > 0) e[n - 1] = 0
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l
      while (m < n - 1 && Math.abs(e[m]!) > (Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) / 2)
        m++
      if (m === l) break
      if (step === mostSteps) return false
      chase(v, n, d, e, l, m)
    }
  }
  return true
}

/** One step of the QL method on rows `l` to `m`. */
function chase(v: Float64Array, n: number, d: Float64Array, e: Float64Array, l: number, m: number): void {
  const p = (d[l + 1]! - d[l]!) / (2 * e[l]!)
  let g = d[m]! - d[l]! + e[l]! / (p + (p < 0 ? -1 : 1) * Math.hypot(p, 1))
  let [s, c, shift] = [1, 1, 0]
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!
    const b = c * e[i]!
    const r = Math.hypot(f, g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= shift
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = d[i + 1]! - shift
    const t = (d[i]! - g) * s + 2 * c * b
    shift = s * t
    d[i + 1] = g + shift
    g = c * t - b
    for (let k = 0; k < n; k++) {
      const [left, right] = [v[k * n + i]!, v[k * n + i + 1]!]
      v[k * n + i + 1] = s * left + c * right
      v[k * n + i] = c * left - s * right
    }
  }
  d[l]! -= shift
  e[l] = g
  e[m] = 0
}
