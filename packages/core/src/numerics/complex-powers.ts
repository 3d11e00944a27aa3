import type { Complex } from '../types/promotion.ts'
import { complex, multiplyComplex, divideComplex, withSign } from './complex.ts'
import { isComplexNaN, magnitude } from './complex-parts.ts'
import { expComplex } from './complex-exponentials.ts'

/** Exponentials, logarithms and roots of complex numbers, with the special cases of the array API standard, which are those of C99. */

export function expm1Complex({ re, im }: Complex): Complex {
  // Of zeros of either sign the real part is 0, by the standard.
  if (im === 0) return complex(Math.expm1(re) + 0, im)
  if (!Number.isFinite(im) || !Number.isFinite(re)) {
    const whole = expComplex({ re, im })
    return complex(whole.re - 1, whole.im)
  }
  const half = Math.sin(im / 2)
  const whole = expComplex({ re, im })
  // cos(b) is 1 - 2 sin(b/2)^2, so that near 0 nothing cancels.
  const small = Math.expm1(re) * Math.cos(im) - 2 * half * half
  return complex(Number.isFinite(small) ? small : whole.re - 1, whole.im)
}

/** a*b and what its rounding left out. */
function product(a: number, b: number): readonly [number, number] {
  const p = a * b
  const split = (x: number): readonly [number, number] => {
    const c = 134217729 * x
    const high = c - (c - x)
    return [high, x - high]
  }
  const [ah, al] = split(a)
  const [bh, bl] = split(b)
  return [p, ah * bh - p + ah * bl + al * bh + al * bl]
}

/** a+b and what its rounding left out. */
function exactSum(a: number, b: number): readonly [number, number] {
  const s = a + b
  const t = s - a
  return [s, a - (s - t) + (b - t)]
}

/** `|1 + a + bi|^2 - 1`, for small parts, with twice the digits, so that its terms may cancel. */
function excess(a: number, b: number): number {
  const [aa, aaRest] = product(a, a)
  const [bb, bbRest] = product(b, b)
  const [first, firstRest] = exactSum(2 * a, aa)
  const [all, allRest] = exactSum(first, bb)
  return all + (allRest + firstRest + aaRest + bbRest)
}

/** The logarithm of the size of 1 + a + bi. */
function logSizeBeside1(a: number, b: number): number {
  return Math.log1p(excess(a, b)) / 2
}

/** The logarithm of the size. */
function logSize(re: number, im: number): number {
  const size = magnitude({ re, im })
  const [a, b] = [Math.abs(re), Math.abs(im)]
  const [large, small] = a < b ? [b, a] : [a, b]
  // Near 1 the logarithm is small, and the rounding of the size would be most of it.
  if (size > 0.5 && size < 2 && large > 0.5) return logSizeBeside1(large - 1, small)
  if (size === Infinity && large < Infinity)
    return Math.log(magnitude({ re: large / 4, im: small / 4 })) + 2 * Math.LN2
  if (size > 0 && size < 1e-300)
    return Math.log(magnitude({ re: re * 2 ** 200, im: im * 2 ** 200 })) - 200 * Math.LN2
  return Math.log(size)
}

export const logComplex = ({ re, im }: Complex): Complex => complex(logSize(re, im), Math.atan2(im, re))

export function log1pComplex({ re, im }: Complex): Complex {
  const angle = Math.atan2(im, 1 + re)
  if (im === 0 && re > -1) return complex(Math.log1p(re), im)
  if (Math.abs(re) < 0.5 && Math.abs(im) < 2) return complex(logSizeBeside1(re, im), angle)
  return complex(logSize(1 + re, im), angle)
}

const scaled = ({ re, im }: Complex, by: number): Complex => complex(re / by, im / by)

export const log2Complex = (x: Complex): Complex => scaled(logComplex(x), Math.LN2)

export const log10Complex = (x: Complex): Complex => scaled(logComplex(x), Math.LN10)

/** The root whose real part is not negative; the cut lies along the negative real axis. */
export function sqrtComplex({ re, im }: Complex): Complex {
  if (re === 0 && im === 0) return complex(0, im)
  if (Math.abs(im) === Infinity) return complex(Infinity, im)
  if (Number.isNaN(re)) return complex(NaN, NaN)
  const sign = withSign(1, im)
  if (re === Infinity) return complex(re, Number.isNaN(im) ? NaN : withSign(0, im))
  if (re === -Infinity) return complex(Number.isNaN(im) ? NaN : 0, sign * Infinity)
  if (Number.isNaN(im)) return complex(NaN, NaN)
  const most = Math.max(Math.abs(re), Math.abs(im))
  // Scaled by a power of 4, so that neither the size overflows nor its digits are lost below the normal numbers.
  const power = most > 2 ** 1000 ? 2 ** -40 : most < 2 ** -1000 ? 2 ** 100 : 1
  const [a, b] = [Math.abs(re) * power, Math.abs(im) * power]
  const root = Math.sqrt((a + magnitude({ re: a, im: b })) / 2)
  const other = b / (2 * root)
  const back = Math.sqrt(power)
  return re >= 0 ? complex(root / back, (sign * other) / back) : complex(other / back, (sign * root) / back)
}

/** Powers by whole numbers up to this are products, which are exact where those are. */
const mostProducts = 100

function wholePower(x: Complex, n: number): Complex {
  let result = complex(1, 0)
  let base = x
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result.re === 1 && result.im === 0 ? base : multiplyComplex(result, base)
    base = multiplyComplex(base, base)
  }
  return n < 0 ? divideComplex(complex(1, 0), result) : result
}

/** `x ** y`, which is `exp(y * log(x))`; anything to the power of 0 is 1, and 0 to a power with a positive real part is 0. */
export function powComplex(x: Complex, y: Complex): Complex {
  if (y.re === 0 && y.im === 0) return complex(1, 0)
  if (x.re === 0 && x.im === 0) return y.re > 0 ? complex(0, 0) : complex(NaN, NaN)
  if (y.im === 0 && Number.isInteger(y.re) && Math.abs(y.re) <= mostProducts) {
    const whole = wholePower(x, y.re)
    if (!isComplexNaN(whole) || isComplexNaN(x)) return whole
  }
  const log = logComplex(x)
  if (y.im === 0) {
    if (x.im === 0 && x.re > 0) return complex(x.re ** y.re, 0)
    return expComplex(complex(y.re * log.re, y.re * log.im))
  }
  return expComplex(multiplyComplex(y, log))
}
