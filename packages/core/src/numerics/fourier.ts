/** Discrete Fourier transforms in double precision, of any length: mixed radix, and Bluestein's way for large prime factors. */

/** Real and imaginary parts of as many numbers. */
export interface Parts {
  readonly re: Float64Array
  readonly im: Float64Array
}

export const partsOfLength = (count: number): Parts => ({
  re: new Float64Array(count),
  im: new Float64Array(count),
})

/** Prime factors above this are transformed as a convolution; a sum of fewer terms is quicker and as exact. */
const mostDirect = 61
const most = 64
const plans = new Map<number, Plan>()

interface Plan {
  /** `exp(-2 pi i k / n)`. */
  readonly roots: Parts
  readonly factors: readonly number[]
  readonly chirp: Chirp | undefined
}

interface Chirp {
  readonly size: number
  /** `exp(-pi i k^2 / n)`. */
  readonly wave: Parts
  /** The transform of its conjugate, which what is transformed is multiplied by. */
  readonly spectrum: Parts
}

/** Transforms `n` numbers, unscaled; `inverse` turns the other way. */
export function fourier(x: Parts, inverse: boolean): Parts {
  // The inverse is the transform with real and imaginary parts exchanged.
  const { re, im } = inverse ? forward({ re: x.im, im: x.re }) : forward(x)
  return inverse ? { re: im, im: re } : { re, im }
}

function forward(x: Parts): Parts {
  const n = x.re.length
  const plan = planOf(n)
  if (plan.chirp !== undefined) return bluestein(x, plan.chirp)
  const out = partsOfLength(n)
  step(x, out, plan, { n, level: 0, from: 0, apart: 1, to: 0 })
  return out
}

function planOf(n: number): Plan {
  const known = plans.get(n)
  if (known !== undefined) return known
  const factors = factorsOf(n)
  const isHard = factors.some((factor) => factor > mostDirect)
  const plan: Plan = {
    roots: isHard ? partsOfLength(0) : rootsOf(n),
    factors,
    chirp: isHard ? chirpOf(n) : undefined,
  }
  if (plans.size >= most) plans.delete(plans.keys().next().value!)
  plans.set(n, plan)
  return plan
}

/** Fours first, which cost least. */
function factorsOf(n: number): readonly number[] {
  const factors: number[] = []
  let rest = n
  for (const factor of [4, 2]) for (; rest % factor === 0; rest /= factor) factors.push(factor)
  for (let factor = 3; factor * factor <= rest; factor += 2)
    for (; rest % factor === 0; rest /= factor) factors.push(factor)
  return rest > 1 ? [...factors, rest] : factors
}

/** The n-th roots of 1, clockwise: each angle is brought into an eighth of the circle, where sine and cosine are exact to the last digit. */
function rootsOf(n: number): Parts {
  const roots = partsOfLength(n)
  for (let k = 0; k < n; k++) {
    const [c, s] = onCircle(k, n)
    roots.re[k] = c
    roots.im[k] = -s
  }
  return roots
}

/** Cosine and sine of `k / n` of the whole circle. */
function onCircle(k: number, n: number): readonly [number, number] {
  // In eighths of the circle, counted in n-ths of an eighth.
  const place = 8 * k
  const eighth = Math.floor(place / n)
  const rest = place - eighth * n
  const isOdd = eighth % 2 === 1
  const angle = ((isOdd ? n - rest : rest) / n) * (Math.PI / 4)
  const [a, b] = [Math.cos(angle), Math.sin(angle)]
  const [c, s] = isOdd ? [b, a] : [a, b]
  switch (eighth >> 1) {
    case 0:
      return [c, s]
    case 1:
      return [-s, c]
    case 2:
      return [-c, -s]
    default:
      return [s, -c]
  }
}

/** A part of a transform: `n` numbers that lie `apart` in what is given, whose transform begins at `to`. */
interface Part {
  readonly n: number
  readonly level: number
  readonly from: number
  readonly apart: number
  readonly to: number
}

/** Transforms every p-th number, then joins the p transforms. */
function step(x: Parts, out: Parts, plan: Plan, { n, level, from, apart, to }: Part): void {
  if (n === 1) {
    out.re[to] = x.re[from]!
    out.im[to] = x.im[from]!
    return
  }
  const p = plan.factors[level]!
  const m = n / p
  for (let q = 0; q < p; q++)
    step(x, out, plan, { n: m, level: level + 1, from: from + q * apart, apart: apart * p, to: to + q * m })
  join(out, plan.roots, p, m, apart, to)
}

const terms: Parts = partsOfLength(mostDirect)

function join({ re, im }: Parts, roots: Parts, p: number, m: number, apart: number, to: number): void {
  const whole = roots.re.length
  const turn = whole / p
  for (let k = 0; k < m; k++) {
    for (let q = 0; q < p; q++) {
      const at = to + q * m + k
      const root = q * k * apart
      const [c, s] = [roots.re[root]!, roots.im[root]!]
      const [a, b] = [re[at]!, im[at]!]
      terms.re[q] = root === 0 ? a : a * c - b * s
      terms.im[q] = root === 0 ? b : a * s + b * c
    }
    if (p === 2) pair(re, im, to + k, m)
    else if (p === 4) four(re, im, to + k, m)
    else
      for (let r = 0; r < p; r++) {
        let [sumRe, sumIm] = [terms.re[0]!, terms.im[0]!]
        for (let q = 1; q < p; q++) {
          const root = ((q * r) % p) * turn
          const [c, s] = [roots.re[root]!, roots.im[root]!]
          sumRe += terms.re[q]! * c - terms.im[q]! * s
          sumIm += terms.re[q]! * s + terms.im[q]! * c
        }
        re[to + k + r * m] = sumRe
        im[to + k + r * m] = sumIm
      }
  }
}

function pair(re: Float64Array, im: Float64Array, at: number, m: number): void {
  const [a, b, c, d] = [terms.re[0]!, terms.im[0]!, terms.re[1]!, terms.im[1]!]
  re[at] = a + c
  im[at] = b + d
  re[at + m] = a - c
  im[at + m] = b - d
}

function four(re: Float64Array, im: Float64Array, at: number, m: number): void {
  const sumRe = terms.re[0]! + terms.re[2]!
  const sumIm = terms.im[0]! + terms.im[2]!
  const restRe = terms.re[0]! - terms.re[2]!
  const restIm = terms.im[0]! - terms.im[2]!
  const oddRe = terms.re[1]! + terms.re[3]!
  const oddIm = terms.im[1]! + terms.im[3]!
  // Times -i.
  const turnedRe = terms.im[1]! - terms.im[3]!
  const turnedIm = terms.re[3]! - terms.re[1]!
  re[at] = sumRe + oddRe
  im[at] = sumIm + oddIm
  re[at + m] = restRe + turnedRe
  im[at + m] = restIm + turnedIm
  re[at + 2 * m] = sumRe - oddRe
  im[at + 2 * m] = sumIm - oddIm
  re[at + 3 * m] = restRe - turnedRe
  im[at + 3 * m] = restIm - turnedIm
}

function chirpOf(n: number): Chirp {
  let size = 1
  while (size < 2 * n - 1) size *= 2
  const wave = partsOfLength(n)
  const kernel = partsOfLength(size)
  // k^2 modulo 2n, kept small by adding the odd numbers one by one.
  for (let k = 0, square = 0; k < n; square = (square + 2 * k + 1) % (2 * n), k++) {
    const [c, s] = onCircle(square, 2 * n)
    wave.re[k] = c
    wave.im[k] = -s
    kernel.re[k] = kernel.re[(size - k) % size] = c
    kernel.im[k] = kernel.im[(size - k) % size] = s
  }
  return { size, wave, spectrum: forward(kernel) }
}

/** A transform of any length as a convolution, which transforms of a power of two compute. */
function bluestein(x: Parts, { size, wave, spectrum }: Chirp): Parts {
  const n = x.re.length
  const turned = partsOfLength(size)
  for (let k = 0; k < n; k++) store(turned, k, x.re[k]!, x.im[k]!, wave.re[k]!, wave.im[k]!)
  const product = forward(turned)
  for (let k = 0; k < size; k++)
    store(product, k, product.re[k]!, product.im[k]!, spectrum.re[k]!, spectrum.im[k]!)
  const convolved = fourier(product, true)
  const out = partsOfLength(n)
  for (let k = 0; k < n; k++)
    store(out, k, convolved.re[k]! / size, convolved.im[k]! / size, wave.re[k]!, wave.im[k]!)
  return out
}

/** Sets a number to the product of two. */
function store(into: Parts, at: number, a: number, b: number, c: number, d: number): void {
  into.re[at] = a * c - b * d
  into.im[at] = a * d + b * c
}
