/** Whether all elements are finite. */
export const allFinite = (a: Float64Array): boolean => a.every((x) => Number.isFinite(x))

/** Largest magnitude of elements from `start`, `step` apart; 0 where there are none. */
export function largest(a: Float64Array, start = 0, stop = a.length, step = 1): number {
  let most = 0
  for (let i = start; i < stop; i += step) most = Math.max(most, Math.abs(a[i]!))
  return most
}

/** The power of two that brings the largest magnitude near 1, so that neither squares nor products leave the range. */
export function scaleOf(a: Float64Array): number {
  const most = largest(a)
  return most === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(most))))
}

/** A matrix of `columns` columns with its rows as columns. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j]!
  return out
}

export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) out[i * n + i] = 1
  return out
}

/** A vector of several large elements is known by the first of them, however they are rounded. */
const leading = 0.3

/** Whether the vector has to change its sign: its first element of at least 0.3 of the largest magnitude is below 0. */
export function pointsBack(a: Float64Array, start: number, step: number, count: number): boolean {
  const stop = start + count * step
  const least = leading * largest(a, start, stop, step)
  for (let i = start; i < stop; i += step) if (Math.abs(a[i]!) >= least) return a[i]! < 0
  return false
}
