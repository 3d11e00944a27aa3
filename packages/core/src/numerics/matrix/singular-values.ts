import { orthogonalized } from './qr.ts'
import { allFinite, identity, pointsBack, scaleOf, transposed } from './scale.ts'

/** A matrix as the product of two with orthonormal columns and what lies between them. */
export interface Singular {
  /** `rows x left`. */
  readonly u: Float64Array
  /** In descending order. */
  readonly s: Float64Array
  /** `right x columns`. */
  readonly vh: Float64Array
}

const mostSweeps = 60

/**
 * By one-sided Jacobi rotations, which find small singular values to many digits.
 *
 * Vectors of the shorter side have signs as eigenvectors do, those of the other side follow. `full` adds vectors until
 * both matrices are square. NaN where an element is not finite.
 */
export function singularValues(a: Float64Array, rows: number, columns: number, full: boolean): Singular {
  if (rows < columns) {
    const { u, s, vh } = singularValues(transposed(a, rows, columns), columns, rows, full)
    const rank = full ? columns : rows
    return { u: transposed(vh, rows, rows), s, vh: transposed(u, columns, rank) }
  }
  const rank = full ? rows : columns
  const [n, unknown] = [columns, (count: number) => new Float64Array(count).fill(NaN)]
  if (!allFinite(a)) return { u: unknown(rows * rank), s: unknown(n), vh: unknown(n * n) }
  const scale = scaleOf(a)
  const w = transposed(a, rows, n).map((x) => x / scale)
  const vh = identity(n)
  let sweeps = 0
  while (sweep(w, vh, n, rows) && sweeps < mostSweeps) sweeps++
  const lengths = Float64Array.from({ length: n }, (_, j) => length(w, j * rows, rows))
  const order = Array.from({ length: n }, (_, j) => j).sort((i, j) => lengths[j]! - lengths[i]!)
  const sorted = (x: Float64Array, count: number): Float64Array => {
    const out = new Float64Array(n * count)
    order.forEach((from, to) => {
      const sign = pointsBack(vh, from * n, 1, n) ? -1 : 1
      for (let i = 0; i < count; i++) out[to * count + i] = sign * x[from * count + i]! + 0
    })
    return out
  }
  // The rotated columns are orthogonal already: their lengths are all that is left, and further vectors come with them.
  const { q } = orthogonalized(transposed(sorted(w, rows), n, rows), rows, n, rank)
  return { u: q, s: Float64Array.from(order, (j) => lengths[j]! * scale), vh: sorted(vh, n) }
}

/** Rotates each pair of rows of `w` until they are orthogonal, `v` with them; false where all were. */
function sweep(w: Float64Array, v: Float64Array, n: number, count: number): boolean {
  let turned = false
  for (let p = 0; p < n; p++)
    for (let q = p + 1; q < n; q++) {
      const tangent = tangentOf(w, p * count, q * count, count)
      if (tangent === 0) continue
      turned = true
      rotate(w, p * count, q * count, count, tangent)
      rotate(v, p * n, q * n, n, tangent)
    }
  return turned
}

/** Of the angle by which two vectors have to be turned; 0 where they are orthogonal. */
function tangentOf(w: Float64Array, p: number, q: number, count: number): number {
  let [alpha, beta, gamma] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const [x, y] = [w[p + i]!, w[q + i]!]
    alpha += x * x
    beta += y * y
    gamma += x * y
  }
  if (!(Math.abs(gamma) > Number.EPSILON * Math.sqrt(alpha) * Math.sqrt(beta))) return 0
  const zeta = (beta - alpha) / (2 * gamma)
  return (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
}

function rotate(a: Float64Array, p: number, q: number, count: number, tangent: number): void {
  const c = 1 / Math.hypot(1, tangent)
  const s = c * tangent
  for (let i = 0; i < count; i++) {
    const [x, y] = [a[p + i]!, a[q + i]!]
    a[p + i] = c * x - s * y
    a[q + i] = s * x + c * y
  }
}

/** Squares of small elements would be lost. */
function length(a: Float64Array, start: number, count: number): number {
  let most = 0
  for (let i = start; i < start + count; i++) most = Math.max(most, Math.abs(a[i]!))
  if (most === 0) return 0
  let sum = 0
  for (let i = start; i < start + count; i++) sum += (a[i]! / most) ** 2
  return most * Math.sqrt(sum)
}
