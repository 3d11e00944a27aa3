import { mirrorOf, mirrorRows } from './complex-factors.ts'
import { type ComplexMatrix, identity, type Rotation, rotateColumns, rotateRows } from './complex-matrix.ts'
import type { RealSchur } from './schur.ts'

/** A complex matrix as `v t v*` with unitary `v` and an upper triangle `t`. */
export interface ComplexSchur {
  readonly t: ComplexMatrix
  readonly v: ComplexMatrix
}

const mostSteps = 120

/** By reflections and the QR method with one shift at a time; undefined where an eigenvalue does not settle. */
export function complexSchur(a: ComplexMatrix, n: number): ComplexSchur | undefined {
  const t = { re: a.re.slice(), im: a.im.slice() }
  const v = identity(n)
  for (let k = 0; k + 2 < n; k++) {
    const mirror = mirrorOf(t, n, k + 1, n, k)
    if (mirror === undefined) continue
    mirrorRows(t, n, mirror, k + 1, k)
    mirrorColumns(t, n, mirror, k + 1)
    mirrorColumns(v, n, mirror, k + 1)
    for (let i = k + 2; i < n; i++) t.re[i * n + k] = t.im[i * n + k] = 0
  }
  return settle(t, v, n) ? { t, v } : undefined
}

function mirrorColumns(a: ComplexMatrix, n: number, v: ComplexMatrix, from: number): void {
  for (let i = 0; i < n; i++) {
    let [x, y] = [0, 0]
    for (let j = 0; j < v.re.length; j++) {
      const at = i * n + from + j
      x += a.re[at]! * v.re[j]! - a.im[at]! * v.im[j]!
      y += a.re[at]! * v.im[j]! + a.im[at]! * v.re[j]!
    }
    for (let j = 0; j < v.re.length; j++) {
      const at = i * n + from + j
      a.re[at]! -= 2 * (x * v.re[j]! + y * v.im[j]!)
      a.im[at]! -= 2 * (y * v.re[j]! - x * v.im[j]!)
    }
  }
}

const sizeAt = ({ re, im }: ComplexMatrix, at: number): number => Math.hypot(re[at]!, im[at]!)

function settle(t: ComplexMatrix, v: ComplexMatrix, n: number): boolean {
  const norm = t.re.reduce((most, _, at) => Math.max(most, sizeAt(t, at)), 0)
  let [last, steps] = [n - 1, 0]
  while (last > 0) {
    let first = last
    for (; first > 0; first--) {
      const beside = sizeAt(t, (first - 1) * n + first - 1) + sizeAt(t, first * n + first)
      if (sizeAt(t, first * n + first - 1) <= Number.EPSILON * (beside === 0 ? norm : beside)) break
    }
    if (first > 0) t.re[first * n + first - 1] = t.im[first * n + first - 1] = 0
    if (first === last) [last, steps] = [last - 1, 0]
    else if (steps++ === mostSteps) return false
    else step(t, v, n, first, last, steps)
  }
  return true
}

/** The eigenvalue of the last two rows that is nearer to the last element. */
function shiftOf({ re, im }: ComplexMatrix, n: number, last: number): readonly [number, number] {
  const [a, b, c, d] = [
    (last - 1) * n + last - 1,
    (last - 1) * n + last,
    last * n + last - 1,
    last * n + last,
  ]
  const [hr, hi] = [(re[a]! - re[d]!) / 2, (im[a]! - im[d]!) / 2]
  const [pr, pi] = [re[b]! * re[c]! - im[b]! * im[c]!, re[b]! * im[c]! + im[b]! * re[c]!]
  let [sr, si] = rootOf(hr * hr - hi * hi + pr, 2 * hr * hi + pi)
  if (sr * hr + si * hi < 0) [sr, si] = [-sr, -si]
  const [wr, wi] = [hr + sr, hi + si]
  const square = wr * wr + wi * wi
  if (square === 0) return [re[d]!, im[d]!]
  return [re[d]! - (pr * wr + pi * wi) / square, im[d]! - (pi * wr - pr * wi) / square]
}

export function rootOf(re: number, im: number): readonly [number, number] {
  const size = Math.hypot(re, im)
  const x = Math.sqrt((size + Math.abs(re)) / 2)
  if (x === 0) return [0, 0]
  const y = Math.abs(im) / (2 * x)
  const sign = im < 0 ? -1 : 1
  return re >= 0 ? [x, sign * y] : [y, sign * x]
}

function step(
  t: ComplexMatrix,
  v: ComplexMatrix,
  n: number,
  first: number,
  last: number,
  steps: number,
): void {
  const { re, im } = t
  // Another shift now and then, as that of the last block may run in circles.
  const [x, y] =
    steps % 10 === 0 ? [re[last * n + last]! + sizeAt(t, last * n + last - 1), 0] : shiftOf(t, n, last)
  for (let i = first; i <= last; i++) {
    re[i * n + i]! -= x
    im[i * n + i]! -= y
  }
  const turns: Rotation[] = []
  for (let k = first; k < last; k++) {
    const by = rotationOf(t, k * n + k, (k + 1) * n + k)
    turns.push(by)
    rotateRows(t, n, k, k + 1, by, k)
    re[(k + 1) * n + k] = im[(k + 1) * n + k] = 0
  }
  turns.forEach((by, i) => {
    const k = first + i
    rotateColumns(t, n, k, k + 1, by, Math.min(last, k + 1) + 1)
    rotateColumns(v, n, k, k + 1, by, n)
  })
  for (let i = first; i <= last; i++) {
    re[i * n + i]! += x
    im[i * n + i]! += y
  }
}

/** The rotation of two rows after which the element at `q` is 0. */
function rotationOf(t: ComplexMatrix, p: number, q: number): Rotation {
  const [a, b] = [sizeAt(t, p), sizeAt(t, q)]
  const size = Math.hypot(a, b)
  if (b === 0) return { c: 1, re: 0, im: 0 }
  if (a === 0) return { c: 0, re: t.re[q]! / b, im: -t.im[q]! / b }
  const [ur, ui] = [t.re[p]! / a, t.im[p]! / a]
  const [br, bi] = [t.re[q]! / size, -t.im[q]! / size]
  return { c: a / size, re: ur * br - ui * bi, im: ur * bi + ui * br }
}

/** The real blocks as a complex triangle. */
export function triangular({ t: real, v: turns }: RealSchur, n: number): ComplexSchur {
  const t = { re: real.slice(), im: new Float64Array(n * n) }
  const v = { re: turns.slice(), im: new Float64Array(n * n) }
  for (let k = 0; k + 1 < n; k++) {
    const below = (k + 1) * n + k
    if (t.re[below] === 0 && t.im[below] === 0) continue
    const [a, b, c, d] = [real[k * n + k]!, real[k * n + k + 1]!, real[below]!, real[(k + 1) * n + k + 1]!]
    const half = (a - d) / 2
    const [middle, root] = [d + half, Math.sqrt(Math.max(0, -(half * half + b * c)))]
    // The eigenvector of middle + i root: its elements are half + i root and c.
    const size = Math.hypot(half, root, c)
    const [vr, vi, w] = [half / size, root / size, c / size]
    const head = Math.hypot(vr, vi)
    const by =
      head === 0 ? { c: 0, re: Math.sign(w), im: 0 } : { c: head, re: (w * vr) / head, im: (w * vi) / head }
    rotateRows(t, n, k, k + 1, by, k)
    rotateColumns(t, n, k, k + 1, by, k + 2)
    rotateColumns(v, n, k, k + 1, by, n)
    t.re[below] = t.im[below] = 0
    ;[t.re[k * n + k], t.im[k * n + k]] = [middle, root]
    ;[t.re[(k + 1) * n + k + 1], t.im[(k + 1) * n + k + 1]] = [middle, -root]
  }
  return { t, v }
}
