import { identity } from './scale.ts'

/** A real matrix as `v t v'` with orthogonal `v`, where `t` is upper triangular but for blocks of two rows. */
export interface RealSchur {
  readonly t: Float64Array
  readonly v: Float64Array
}

/** Steps for one eigenvalue; those that are ever needed are fewer than 40. */
const mostSteps = 120

/** By reflections and the double QR method of Francis; undefined where an eigenvalue does not settle. */
export function realSchur(a: Float64Array, n: number): RealSchur | undefined {
  const [t, v] = [a.slice(), identity(n)]
  for (let k = 0; k + 2 < n; k++) {
    const column = Array.from({ length: n - k - 1 }, (_, i) => t[(k + 1 + i) * n + k]!)
    if (column.every((x, i) => i === 0 || x === 0)) continue
    const mirror = mirrorOf(column)
    mirrorRows(t, n, mirror, k + 1, k)
    mirrorColumns(t, n, mirror, k + 1, n)
    mirrorColumns(v, n, mirror, k + 1, n)
    for (let i = k + 2; i < n; i++) t[i * n + k] = 0
  }
  return settle(t, v, n) ? { t, v } : undefined
}

/** The unit vector across which a vector, not all of it 0, is mirrored onto its first element. */
function mirrorOf(x: readonly number[]): readonly number[] {
  const most = Math.max(...x.map(Math.abs))
  const one = x.map((each) => each / most)
  one[0]! += Math.hypot(...one) * (one[0]! < 0 ? -1 : 1)
  const size = Math.hypot(...one)
  return one.map((each) => each / size)
}

function mirrorRows(a: Float64Array, n: number, v: readonly number[], from: number, first: number): void {
  for (let j = Math.max(0, first); j < n; j++) {
    let along = 0
    for (let i = 0; i < v.length; i++) along += v[i]! * a[(from + i) * n + j]!
    for (let i = 0; i < v.length; i++) a[(from + i) * n + j]! -= 2 * along * v[i]!
  }
}

function mirrorColumns(a: Float64Array, n: number, v: readonly number[], from: number, count: number): void {
  for (let i = 0; i < Math.min(n, count); i++) {
    let along = 0
    for (let j = 0; j < v.length; j++) along += v[j]! * a[i * n + from + j]!
    for (let j = 0; j < v.length; j++) a[i * n + from + j]! -= 2 * along * v[j]!
  }
}

/** Brings a matrix that is 0 below its first lower diagonal to blocks. */
function settle(t: Float64Array, v: Float64Array, n: number): boolean {
  const norm = t.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  let [last, steps] = [n - 1, 0]
  while (last > 0) {
    let first = last
    while (first > 0 && !isSmall(t, n, first, norm)) first--
    if (first > 0) t[first * n + first - 1] = 0
    if (first === last) [last, steps] = [last - 1, 0]
    else if (first === last - 1) {
      splitBlock(t, v, n, first)
      ;[last, steps] = [last - 2, 0]
    } else if (steps++ === mostSteps) return false
    else francis(t, v, n, first, last, steps)
  }
  return true
}

function isSmall(t: Float64Array, n: number, k: number, norm: number): boolean {
  const beside = Math.abs(t[(k - 1) * n + k - 1]!) + Math.abs(t[k * n + k]!)
  return Math.abs(t[k * n + k - 1]!) <= Number.EPSILON * (beside === 0 ? norm : beside)
}

/** One step with two shifts at once, which are conjugate or real, on the rows from `first` to `last`. */
function francis(
  t: Float64Array,
  v: Float64Array,
  n: number,
  first: number,
  last: number,
  steps: number,
): void {
  const at = (i: number, j: number): number => t[i * n + j]!
  let sum = at(last - 1, last - 1) + at(last, last)
  let product = at(last - 1, last - 1) * at(last, last) - at(last - 1, last) * at(last, last - 1)
  if (steps % 10 === 0) {
    // Other shifts, as those of the last block may run in circles.
    const size = Math.abs(at(last, last - 1)) + Math.abs(at(last - 1, last - 2))
    ;[sum, product] = [
      2 * at(last, last) + 1.5 * size,
      at(last, last) ** 2 + 1.5 * size * at(last, last) + size * size,
    ]
  }
  let bulge = [
    at(first, first) * (at(first, first) - sum) + at(first, first + 1) * at(first + 1, first) + product,
    at(first + 1, first) * (at(first, first) + at(first + 1, first + 1) - sum),
    at(first + 1, first) * at(first + 2, first + 1),
  ]
  for (let k = first; k < last; k++) {
    if (bulge.some((x) => x !== 0)) {
      const mirror = mirrorOf(bulge)
      mirrorRows(t, n, mirror, k, k - 1)
      mirrorColumns(t, n, mirror, k, Math.min(last, k + 3) + 1)
      mirrorColumns(v, n, mirror, k, n)
    }
    if (k > first) for (let i = k + 1; i <= Math.min(last, k + 2); i++) t[i * n + k - 1] = 0
    bulge = Array.from({ length: Math.min(3, last - k) }, (_, i) => at(k + 1 + i, k))
  }
}

/** Two rows with real eigenvalues become a triangle; those of conjugate ones stay. */
function splitBlock(t: Float64Array, v: Float64Array, n: number, k: number): void {
  const [a, b, c, d] = [t[k * n + k]!, t[k * n + k + 1]!, t[(k + 1) * n + k]!, t[(k + 1) * n + k + 1]!]
  const half = (a - d) / 2
  const square = half * half + b * c
  if (square < 0) return
  const root = half + Math.sqrt(square) * (half < 0 ? -1 : 1)
  // The eigenvector of d + root: its elements are root and c.
  const size = Math.hypot(root, c)
  if (size === 0) return
  const [x, y] = [root / size, c / size]
  for (let j = k; j < n; j++) turn(t, k * n + j, (k + 1) * n + j, x, y)
  for (let i = 0; i < k + 2; i++) turn(t, i * n + k, i * n + k + 1, x, y)
  for (let i = 0; i < n; i++) turn(v, i * n + k, i * n + k + 1, x, y)
  t[(k + 1) * n + k] = 0
}

function turn(a: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [a[p]!, a[q]!]
  a[p] = c * x + s * y
  a[q] = c * y - s * x
}
