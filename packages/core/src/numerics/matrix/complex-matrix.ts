import { largest, scaleOf } from './scale.ts'

/** Real and imaginary parts, row by row. */
export interface ComplexMatrix {
  readonly re: Float64Array
  readonly im: Float64Array
}

export const zeros = (count: number): ComplexMatrix => ({
  re: new Float64Array(count),
  im: new Float64Array(count),
})

export const unknown = (count: number): ComplexMatrix => ({
  re: new Float64Array(count).fill(NaN),
  im: new Float64Array(count).fill(NaN),
})

export function identity(n: number): ComplexMatrix {
  const out = zeros(n * n)
  for (let i = 0; i < n; i++) out.re[i * n + i] = 1
  return out
}

export const isFinite = ({ re, im }: ComplexMatrix): boolean =>
  re.every((x) => Number.isFinite(x)) && im.every((x) => Number.isFinite(x))

/** The power of two that brings the largest part near 1. */
export const scaleOfBoth = ({ re, im }: ComplexMatrix): number =>
  scaleOf(Float64Array.of(largest(re), largest(im)))

export const scaled = ({ re, im }: ComplexMatrix, by: number): ComplexMatrix => ({
  re: re.map((x) => x * by),
  im: im.map((x) => x * by),
})

/** The conjugate of the matrix with its rows as columns. */
export function adjoint({ re, im }: ComplexMatrix, rows: number, columns: number): ComplexMatrix {
  const out = zeros(re.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      out.re[j * rows + i] = re[i * columns + j]!
      out.im[j * rows + i] = -im[i * columns + j]! + 0
    }
  return out
}

/** A rotation of two rows or columns: a real cosine and a complex sine. */
export interface Rotation {
  readonly c: number
  readonly re: number
  readonly im: number
}

/** Row `p` becomes `c p + s q`, row `q` becomes `c q - conj(s) p`, from column `first` on. */
export function rotateRows(a: ComplexMatrix, n: number, p: number, q: number, by: Rotation, first = 0): void {
  for (let j = first; j < n; j++) rotate(a, p * n + j, q * n + j, by.c, by.re, by.im)
}

/** Column `p` becomes `c p + conj(s) q`, column `q` becomes `c q - s p`, in the first `count` rows. */
export function rotateColumns(
  a: ComplexMatrix,
  n: number,
  p: number,
  q: number,
  by: Rotation,
  count: number,
): void {
  for (let i = 0; i < count; i++) rotate(a, i * n + p, i * n + q, by.c, by.re, -by.im)
}

function rotate({ re, im }: ComplexMatrix, p: number, q: number, c: number, sr: number, si: number): void {
  const [pr, pi, qr, qi] = [re[p]!, im[p]!, re[q]!, im[q]!]
  re[p] = c * pr + sr * qr - si * qi
  im[p] = c * pi + sr * qi + si * qr
  re[q] = c * qr - sr * pr - si * pi
  im[q] = c * qi - sr * pi + si * pr
}

/** The rotation that makes two vectors orthogonal, of squares `alpha` and `beta` and of this product. */
export function jacobiRotation(alpha: number, beta: number, re: number, im: number): Rotation {
  const size = Math.hypot(re, im)
  const ratio = (beta - alpha) / (2 * size)
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(1, ratio))
  const c = 1 / Math.hypot(1, tangent)
  return { c, re: (-tangent * c * re) / size, im: (-tangent * c * im) / size }
}

/** Multiplies a line of elements by a complex number. */
export function multiplyLine(
  { re, im }: ComplexMatrix,
  start: number,
  step: number,
  count: number,
  by: { readonly re: number; readonly im: number },
): void {
  for (let k = 0, i = start; k < count; k++, i += step) {
    const [x, y] = [re[i]!, im[i]!]
    re[i] = x * by.re - y * by.im + 0
    im[i] = x * by.im + y * by.re + 0
  }
}

/** A vector of several large elements is known by the first of them, however they are rounded. */
const leading = 0.3

/** What a vector has to be multiplied by, so that its first element of at least 0.3 of the largest one is positive. */
export function towardsPositive(
  { re, im }: ComplexMatrix,
  start: number,
  step: number,
  count: number,
): { readonly re: number; readonly im: number } {
  const sizes = Array.from({ length: count }, (_, k) =>
    Math.hypot(re[start + k * step]!, im[start + k * step]!),
  )
  const most = sizes.reduce((a, b) => Math.max(a, b), 0)
  const k = sizes.findIndex((size) => size >= leading * most)
  if (k < 0 || !(most > 0)) return { re: 1, im: 0 }
  return { re: re[start + k * step]! / sizes[k]!, im: -im[start + k * step]! / sizes[k]! + 0 }
}
