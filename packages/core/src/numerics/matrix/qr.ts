import { allFinite, largest, scaleOf } from './scale.ts'

/** A matrix as the product of one with orthonormal columns and an upper triangle. */
export interface Orthogonal {
  /** `rows x rank`. */
  readonly q: Float64Array
  /** `rank x columns`; its diagonal is not negative. */
  readonly r: Float64Array
}

/** By Householder reflections; NaN where an element is not finite. `rank` is `rows`, or as many as the shorter side has. */
export function orthogonalized(a: Float64Array, rows: number, columns: number, rank: number): Orthogonal {
  if (!allFinite(a))
    return { q: new Float64Array(rows * rank).fill(NaN), r: new Float64Array(rank * columns).fill(NaN) }
  const scale = scaleOf(a)
  const work = a.map((x) => x / scale)
  const count = Math.min(rows, columns)
  const mirrors: (Mirror | undefined)[] = []
  for (let k = 0; k < count; k++) {
    const mirror = mirrorOf(work, rows, columns, k)
    mirrors.push(mirror)
    if (mirror !== undefined) reflect(work, rows, columns, mirror, k, k)
  }
  const q = new Float64Array(rows * rank)
  for (let i = 0; i < rank; i++) q[i * rank + i] = 1
  for (let k = count - 1; k >= 0; k--) if (mirrors[k]) reflect(q, rows, rank, mirrors[k]!, k, k)
  const r = new Float64Array(rank * columns)
  for (let i = 0; i < Math.min(rank, count); i++) {
    const turns = work[i * columns + i]! < 0
    for (let j = i; j < columns; j++)
      r[i * columns + j] = (turns ? -1 : 1) * scale * work[i * columns + j]! + 0
    if (turns) for (let j = 0; j < rows; j++) q[j * rank + i] = -q[j * rank + i]! + 0
  }
  return { q, r }
}

/** Takes `share` times its product with `v` off a vector, `v` times; the first element of `v` is 1. */
interface Mirror {
  readonly v: Float64Array
  readonly share: number
}

/** What mirrors column `k` onto its axis; undefined where it lies there. */
function mirrorOf(a: Float64Array, rows: number, columns: number, k: number): Mirror | undefined {
  const most = largest(a, (k + 1) * columns + k, rows * columns, columns)
  if (most === 0) return undefined
  // By the largest element, as squares of small ones would be lost.
  const by = Math.max(most, Math.abs(a[k * columns + k]!))
  const x = Float64Array.from({ length: rows - k }, (_, i) => a[(k + i) * columns + k]! / by)
  const size = Math.sqrt(x.reduce((sum, one) => sum + one * one, 0))
  const goal = x[0]! < 0 ? size : -size
  const v = x.map((one) => one / (x[0]! - goal))
  v[0] = 1
  return { v, share: (goal - x[0]!) / goal }
}

/** Mirrors the columns from `first` on, in the rows from `k` on. */
function reflect(
  a: Float64Array,
  rows: number,
  columns: number,
  { v, share }: Mirror,
  k: number,
  first: number,
): void {
  const along = new Float64Array(columns)
  for (let i = k; i < rows; i++)
    for (let j = first; j < columns; j++) along[j]! += v[i - k]! * a[i * columns + j]!
  for (let i = k; i < rows; i++)
    for (let j = first; j < columns; j++) a[i * columns + j]! -= share * v[i - k]! * along[j]!
}
