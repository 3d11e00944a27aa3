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
