import { type ComplexMatrix, isFinite, scaleOfBoth, scaled, unknown, zeros } from './complex-matrix.ts'

/** As `Factors`, of a complex matrix. */
export interface ComplexFactors {
  readonly n: number
  readonly lu: ComplexMatrix
  readonly rows: Int32Array
  readonly sign: number
  /** What the matrix was divided by. */
  readonly scale: number
}

/** By elimination with the largest pivot of each column; undefined where a part is not finite. */
export function factorizeComplex(a: ComplexMatrix, n: number): ComplexFactors | undefined {
  if (!isFinite(a)) return undefined
  const scale = scaleOfBoth(a)
  const lu = scaled(a, 1 / scale)
  const { re, im } = lu
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  let sign = 1
  const size = (at: number): number => Math.hypot(re[at]!, im[at]!)
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (size(i * n + k) > size(pivot * n + k)) pivot = i
    if (size(pivot * n + k) === 0) continue
    if (pivot !== k) {
      for (let j = 0; j < n; j++) for (const part of [re, im]) swap(part, k * n + j, pivot * n + j)
      swap(rows, k, pivot)
      sign = -sign
    }
    for (let i = k + 1; i < n; i++) {
      divideAt(lu, i * n + k, lu, k * n + k)
      for (let j = k + 1; j < n; j++) subtractAt(lu, i * n + j, lu, i * n + k, lu, k * n + j)
    }
  }
  return { n, lu, rows, sign, scale }
}

function swap(list: Float64Array | Int32Array, i: number, k: number): void {
  const x = list[i]!
  list[i] = list[k]!
  list[k] = x
}

/** By the larger part first, so that no square leaves the range. */
function divideAt(x: ComplexMatrix, at: number, y: ComplexMatrix, by: number): void {
  const [a, b, c, d] = [x.re[at]!, x.im[at]!, y.re[by]!, y.im[by]!]
  const isReal = Math.abs(c) >= Math.abs(d)
  const ratio = isReal ? d / c : c / d
  const below = isReal ? c + d * ratio : c * ratio + d
  x.re[at] = (isReal ? a + b * ratio : a * ratio + b) / below
  x.im[at] = (isReal ? b - a * ratio : b * ratio - a) / below
}

function subtractAt(
  x: ComplexMatrix,
  at: number,
  a: ComplexMatrix,
  i: number,
  b: ComplexMatrix,
  k: number,
): void {
  const [ar, ai, br, bi] = [a.re[i]!, a.im[i]!, b.re[k]!, b.im[k]!]
  x.re[at]! -= ar * br - ai * bi
  x.im[at]! -= ar * bi + ai * br
}

const isSingular = ({ n, lu: { re, im } }: ComplexFactors): boolean =>
  Array.from({ length: n }, (_, k) => k * n + k).some((at) => re[at] === 0 && im[at] === 0)

/** As `solveBy`. */
export function solveComplexBy(
  factors: ComplexFactors | undefined,
  b: ComplexMatrix,
  columns: number,
): ComplexMatrix {
  if (factors === undefined || isSingular(factors)) return unknown(b.re.length)
  const { n, lu, rows, scale } = factors
  const x = zeros(b.re.length)
  for (let i = 0; i < n; i++)
    for (let c = 0; c < columns; c++) {
      x.re[i * columns + c] = b.re[rows[i]! * columns + c]!
      x.im[i * columns + c] = b.im[rows[i]! * columns + c]!
    }
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++)
      for (let k = 0; k < i; k++) subtractAt(x, i * columns + c, lu, i * n + k, x, k * columns + c)
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) subtractAt(x, i * columns + c, lu, i * n + k, x, k * columns + c)
      divideAt(x, i * columns + c, lu, i * n + i)
    }
  }
  const result = scaled(x, 1 / scale)
  for (let at = 0; at < b.re.length; at++) {
    if (Number.isFinite(b.re[at]) && Number.isFinite(b.im[at])) continue
    for (let i = 0; i < n; i++)
      for (const part of [result.re, result.im]) part[i * columns + (at % columns)] = NaN
  }
  return result
}

/** The direction of the determinant, of size 1 or 0, and the logarithm of its size. */
export function directionAndLogarithm(factors: ComplexFactors | undefined): {
  readonly re: number
  readonly im: number
  readonly logarithm: number
} {
  if (factors === undefined) return { re: NaN, im: NaN, logarithm: NaN }
  if (isSingular(factors)) return { re: 0, im: 0, logarithm: -Infinity }
  const { n, lu, scale } = factors
  let [re, im, logarithm] = [factors.sign, 0, n * Math.log(scale)]
  for (let k = 0; k < n; k++) {
    const [x, y] = [lu.re[k * n + k]!, lu.im[k * n + k]!]
    const size = Math.hypot(x, y)
    ;[re, im] = [(re * x - im * y) / size, (re * y + im * x) / size]
    logarithm += Math.log(size)
  }
  return { re, im, logarithm }
}

/** As `determinant`. */
export function complexDeterminant(factors: ComplexFactors | undefined): {
  readonly re: number
  readonly im: number
} {
  if (factors === undefined) return { re: NaN, im: NaN }
  const { n, lu, scale } = factors
  let [re, im] = [factors.sign, 0]
  for (let k = 0; k < n; k++) {
    const [x, y] = [lu.re[k * n + k]! * scale, lu.im[k * n + k]! * scale]
    ;[re, im] = [re * x - im * y, re * y + im * x]
  }
  const size = Math.hypot(re, im)
  if (size > 0 && Number.isFinite(size)) return { re, im }
  // On the way the product may have left the range and come back.
  const { re: x, im: y, logarithm } = directionAndLogarithm(factors)
  const whole = Math.exp(logarithm)
  return { re: x === 0 ? 0 : x * whole, im: y === 0 ? 0 : y * whole }
}
