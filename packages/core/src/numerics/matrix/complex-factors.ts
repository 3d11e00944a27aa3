import {
  type ComplexMatrix,
  isFinite,
  multiplyLine,
  scaleOfBoth,
  scaled,
  unknown,
  zeros,
} from './complex-matrix.ts'

/** As `choleskyFactor`, of a Hermitian matrix; imaginary parts of the diagonal are not read. */
export function complexCholesky({ re, im }: ComplexMatrix, n: number): ComplexMatrix {
  const out = zeros(n * n)
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let [x, y] = [re[i * n + j]!, i === j ? 0 : im[i * n + j]!]
      for (let k = 0; k < j; k++) {
        const [ar, ai, br, bi] = [
          out.re[i * n + k]!,
          out.im[i * n + k]!,
          out.re[j * n + k]!,
          out.im[j * n + k]!,
        ]
        x -= ar * br + ai * bi
        y -= ai * br - ar * bi
      }
      if (i > j) {
        out.re[i * n + j] = x / out.re[j * n + j]!
        out.im[i * n + j] = y / out.re[j * n + j]!
      } else if (x > 0) out.re[i * n + i] = Math.sqrt(x)
      else return unknown(n * n)
    }
  }
  return isFinite(out) ? out : unknown(n * n)
}

/** A unit vector across which a column is mirrored onto its first element; undefined where it lies there. */
export function mirrorOf(
  a: ComplexMatrix,
  columns: number,
  from: number,
  to: number,
  k: number,
): ComplexMatrix | undefined {
  const v = zeros(to - from)
  let most = 0
  for (let i = from; i < to; i++) {
    v.re[i - from] = a.re[i * columns + k]!
    v.im[i - from] = a.im[i * columns + k]!
    most = Math.max(most, Math.abs(v.re[i - from]!), Math.abs(v.im[i - from]!))
  }
  const below = v.re.some((x, i) => i > 0 && x !== 0) || v.im.some((x, i) => i > 0 && x !== 0)
  if (!below) return undefined
  const one = scaled(v, 1 / most)
  const size = lengthOf(one)
  const head = Math.hypot(one.re[0]!, one.im[0]!)
  one.re[0]! += head === 0 ? size : (size * one.re[0]!) / head
  one.im[0]! += head === 0 ? 0 : (size * one.im[0]!) / head
  return scaled(one, 1 / lengthOf(one))
}

const lengthOf = ({ re, im }: ComplexMatrix): number =>
  Math.sqrt(re.reduce((sum, x, i) => sum + x * x + im[i]! * im[i]!, 0))

/** Mirrors the columns from `first` on, in the rows from `from` on. */
export function mirrorRows(
  a: ComplexMatrix,
  columns: number,
  v: ComplexMatrix,
  from: number,
  first: number,
): void {
  for (let j = first; j < columns; j++) {
    let [x, y] = [0, 0]
    for (let i = 0; i < v.re.length; i++) {
      const at = (from + i) * columns + j
      x += v.re[i]! * a.re[at]! + v.im[i]! * a.im[at]!
      y += v.re[i]! * a.im[at]! - v.im[i]! * a.re[at]!
    }
    for (let i = 0; i < v.re.length; i++) {
      const at = (from + i) * columns + j
      a.re[at]! -= 2 * (v.re[i]! * x - v.im[i]! * y)
      a.im[at]! -= 2 * (v.re[i]! * y + v.im[i]! * x)
    }
  }
}

/** As `Orthogonal`, of a complex matrix; the diagonal of `r` is real and not negative. */
export interface Unitary {
  readonly q: ComplexMatrix
  readonly r: ComplexMatrix
}

/** As `orthogonalized`. */
export function unitary(a: ComplexMatrix, rows: number, columns: number, rank: number): Unitary {
  if (!isFinite(a)) return { q: unknown(rows * rank), r: unknown(rank * columns) }
  const scale = scaleOfBoth(a)
  const work = scaled(a, 1 / scale)
  const count = Math.min(rows, columns)
  const mirrors = Array.from({ length: count }, (_, k) => {
    const mirror = mirrorOf(work, columns, k, rows, k)
    if (mirror !== undefined) mirrorRows(work, columns, mirror, k, k)
    return mirror
  })
  const q = zeros(rows * rank)
  for (let i = 0; i < rank; i++) q.re[i * rank + i] = 1
  for (let k = count - 1; k >= 0; k--) if (mirrors[k]) mirrorRows(q, rank, mirrors[k]!, k, k)
  const r = zeros(rank * columns)
  for (let i = 0; i < Math.min(rank, count); i++) {
    for (let j = i; j < columns; j++) {
      r.re[i * columns + j] = work.re[i * columns + j]! * scale
      r.im[i * columns + j] = work.im[i * columns + j]! * scale
    }
    const [x, y] = [work.re[i * columns + i]!, work.im[i * columns + i]!]
    const size = Math.hypot(x, y)
    if (size === 0) continue
    multiplyLine(r, i * columns + i, 1, columns - i, { re: x / size, im: -y / size })
    multiplyLine(q, i, rank, rows, { re: x / size, im: y / size })
    r.re[i * columns + i] = size * scale
    r.im[i * columns + i] = 0
  }
  return { q, r }
}
