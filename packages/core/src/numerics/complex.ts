import type { Complex } from '../types/promotion.ts'

/** Arithmetic of complex numbers in double precision. */

export const complex = (re: number, im: number): Complex => ({ re, im })

const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0)
/** A size with the sign of another number, also of -0. */
export const withSign = (size: number, of: number): number =>
  isNegative(of) ? -Math.abs(size) : Math.abs(size)

export const addComplex = (x: Complex, y: Complex): Complex => ({ re: x.re + y.re, im: x.im + y.im })

export const subtractComplex = (x: Complex, y: Complex): Complex => ({ re: x.re - y.re, im: x.im - y.im })

/** By the formula of textbooks, also where parts are infinite, which the standard leaves open. */
export const multiplyComplex = (x: Complex, y: Complex): Complex => ({
  re: x.re * y.re - x.im * y.im,
  im: x.re * y.im + x.im * y.re,
})

/** The quotient by Smith's method: the divisor's parts are divided by the larger of them, so that no square overflows. */
export function divideComplex(x: Complex, y: Complex): Complex {
  const wide = Math.abs(y.re) >= Math.abs(y.im)
  // Turned by a quarter, the larger part of the divisor is the real one.
  const [a, b, c, d] = wide ? [x.re, x.im, y.re, y.im] : [x.im, -x.re, y.im, -y.re]
  if (c === 0 && d === 0) return { re: x.re / Math.abs(c), im: x.im / Math.abs(c) }
  const ratio = d / c
  const scale = c + d * ratio
  return { re: (a + b * ratio) / scale, im: (b - a * ratio) / scale }
}

export const negateComplex = (x: Complex): Complex => ({ re: -x.re, im: -x.im })
export const conjugate = (x: Complex): Complex => ({ re: x.re, im: -x.im })

/** The number times i, exactly. */
export const timesI = (x: Complex): Complex => ({ re: -x.im, im: x.re })

/** The distance from 0, which is infinite where a part is, even beside NaN. */
export function magnitude({ re, im }: Complex): number {
  const [a, b] = [Math.abs(re), Math.abs(im)]
  if (a === Infinity || b === Infinity) return Infinity
  const [large, small] = a < b ? [b, a] : [a, b]
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN
  if (small === 0) return large
  // Squares within the range need no scaling.
  if (large < 1e150 && small > 1e-150) return Math.sqrt(large * large + small * small)
  const ratio = small / large
  return large * Math.sqrt(1 + ratio * ratio)
}

/** The number divided by its size; 0 for 0. */
export function signOfComplex(x: Complex): Complex {
  if (x.re === 0 && x.im === 0) return complex(0, 0)
  if (Number.isNaN(x.re) || Number.isNaN(x.im)) return complex(NaN, NaN)
  const size = magnitude(x)
  if (size !== Infinity) return complex(x.re / size, x.im / size)
  const isInfinite = (part: number): boolean => Math.abs(part) === Infinity
  if (isInfinite(x.re) && isInfinite(x.im)) return complex(NaN, NaN)
  return complex(isInfinite(x.re) ? Math.sign(x.re) : 0, isInfinite(x.im) ? Math.sign(x.im) : 0)
}

export const isComplexNaN = ({ re, im }: Complex): boolean => Number.isNaN(re) || Number.isNaN(im)
export const isComplexInfinite = ({ re, im }: Complex): boolean =>
  Math.abs(re) === Infinity || Math.abs(im) === Infinity
export const isComplexFinite = ({ re, im }: Complex): boolean => Number.isFinite(re) && Number.isFinite(im)
