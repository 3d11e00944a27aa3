import type { Complex } from '../types/promotion.ts'
import { complex } from './complex.ts'

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
