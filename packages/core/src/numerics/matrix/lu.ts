import { allFinite, scaleOf } from './scale.ts'

/** A matrix as the product of a lower triangle, whose diagonal is 1, and an upper one; its rows are permuted. */
export interface Factors {
  readonly n: number
  /** Both triangles in one matrix. */
  readonly lu: Float64Array
  /** The row of the matrix that each row of the factors comes from. */
  readonly rows: Int32Array
  /** 1 or -1, as the permutation is even or odd. */
  readonly sign: number
  /** What the matrix was divided by: a power of two. */
  readonly scale: number
}

/** Sums are kept from leaving the range, and small numbers from losing digits at its end. */
function safeScale(a: Float64Array): number {
  const scale = scaleOf(a)
  return scale > 2 ** 1000 ? 2 ** 23 : scale < 2 ** -500 ? scale : 1
}

/** The factors by elimination with the largest pivot of each column; undefined where an element is not finite. */
export function factorize(a: Float64Array, n: number): Factors | undefined {
  if (!allFinite(a)) return undefined
  const scale = safeScale(a)
  const lu = a.map((x) => x / scale)
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  let sign = 1
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]!) > Math.abs(lu[pivot * n + k]!)) pivot = i
    if (lu[pivot * n + k] === 0) continue
    if (pivot !== k) {
      swapRows(lu, n, k, pivot)
      const row = rows[k]!
      rows[k] = rows[pivot]!
      rows[pivot] = row
      sign = -sign
    }
    for (let i = k + 1; i < n; i++) {
      const share = lu[i * n + k]! / lu[k * n + k]!
      lu[i * n + k] = share
      if (share === 0) continue
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= share * lu[k * n + j]!
    }
  }
  return { n, lu, rows, sign, scale }
}

function swapRows(a: Float64Array, n: number, i: number, k: number): void {
  for (let j = 0; j < n; j++) {
    const x = a[i * n + j]!
    a[i * n + j] = a[k * n + j]!
    a[k * n + j] = x
  }
}

const pivotsOf = ({ n, lu }: Factors): Float64Array =>
  Float64Array.from({ length: n }, (_, k) => lu[k * n + k]!)

/** What the matrix has to be multiplied by to give `b`; NaN where the matrix is singular or an element is not finite. */
export function solveBy(factors: Factors | undefined, b: Float64Array, columns: number): Float64Array {
  if (factors === undefined || pivotsOf(factors).includes(0)) return new Float64Array(b.length).fill(NaN)
  const { n, lu, rows, scale } = factors
  const reach = safeScale(b.filter((one) => Number.isFinite(one)))
  const x = new Float64Array(b.length)
  for (let i = 0; i < n; i++)
    for (let c = 0; c < columns; c++) x[i * columns + c] = b[rows[i]! * columns + c]! / reach
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(x, columns, i, lu[i * n + k]!, k)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(x, columns, i, lu[i * n + k]!, k)
    for (let c = 0; c < columns; c++) x[i * columns + c]! /= lu[i * n + i]!
  }
  forgetUnknown(b, x, n, columns)
  return scale === reach ? x : x.map((one) => (one / scale) * reach)
}

function subtractRow(x: Float64Array, columns: number, from: number, share: number, row: number): void {
  if (share === 0) return
  for (let c = 0; c < columns; c++) x[from * columns + c]! -= share * x[row * columns + c]!
}

/** A column of `b` with an element that is not finite has no solution. */
function forgetUnknown(b: Float64Array, x: Float64Array, n: number, columns: number): void {
  for (let at = 0; at < b.length; at++) {
    if (Number.isFinite(b[at])) continue
    for (let i = 0; i < n; i++) x[i * columns + (at % columns)] = NaN
  }
}

/** The product of the pivots; what passes through numbers out of range on the way is kept. */
export function determinant(factors: Factors | undefined): number {
  if (factors === undefined) return NaN
  let product = factors.sign
  let exponent = Math.log2(factors.scale) * factors.n
  for (const pivot of pivotsOf(factors)) {
    product *= pivot
    if (product === 0 || !Number.isFinite(product)) return logarithmically(factors)
    const magnitude = Math.abs(product)
    if (magnitude > 2 ** 500 || magnitude < 2 ** -500) {
      const by = magnitude > 1 ? -500 : 500
      product *= 2 ** by
      exponent -= by
    }
  }
  return timesPowerOfTwo(product, exponent)
}

/** In steps, as the power may be out of range where the product with it is not. */
function timesPowerOfTwo(x: number, exponent: number): number {
  let [product, rest] = [x, exponent]
  while (rest !== 0 && product !== 0 && Number.isFinite(product)) {
    const step = Math.max(-500, Math.min(500, rest))
    product *= 2 ** step
    rest -= step
  }
  return product
}

function logarithmically(factors: Factors): number {
  const { sign, logarithm } = signAndLogarithm(factors)
  return sign === 0 ? 0 : sign * Math.exp(logarithm)
}

/** Sign of the determinant and logarithm of its magnitude. */
export function signAndLogarithm(factors: Factors | undefined): { sign: number; logarithm: number } {
  if (factors === undefined) return { sign: NaN, logarithm: NaN }
  const pivots = pivotsOf(factors)
  if (pivots.includes(0)) return { sign: 0, logarithm: -Infinity }
  return {
    sign: pivots.reduce((sign, pivot) => sign * Math.sign(pivot), factors.sign),
    logarithm: pivots.reduce(
      (sum, pivot) => sum + Math.log(Math.abs(pivot)),
      factors.n * Math.log(factors.scale),
    ),
  }
}
