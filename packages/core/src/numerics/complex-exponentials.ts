import type { Complex } from '../types/promotion.ts'
import { complex, withSign } from './complex.ts'

/** `size * (cos(angle) + i sin(angle))`; the angle 0 keeps its sign, also beside an infinite size. */
export function polar(size: number, angle: number): Complex {
  return angle === 0 ? complex(size, angle) : complex(size * Math.cos(angle), size * Math.sin(angle))
}

/** Above this `exp` leaves the range, though a product with a small cosine may not. */
const largest = 709

export function expComplex({ re, im }: Complex): Complex {
  if (im === 0) return complex(Math.exp(re), im)
  if (!Number.isFinite(im)) {
    if (re === -Infinity) return complex(0, withSign(0, im))
    return complex(re === Infinity ? Infinity : NaN, NaN)
  }
  if (!(re > largest) || re === Infinity) return polar(Math.exp(re), im)
  // In two steps, the first of which stays in the range.
  const { re: a, im: b } = polar(Math.exp(re - largest), im)
  const rest = Math.exp(largest)
  return complex(a * rest, b * rest)
}
