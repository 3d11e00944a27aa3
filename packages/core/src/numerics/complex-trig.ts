import type { Complex } from '../types/promotion.ts'
import { complex, withSign } from './complex.ts'
import { isComplexFinite, magnitude, timesI } from './complex-parts.ts'
import { sqrtComplex } from './complex-powers.ts'
import { polar } from './complex-exponentials.ts'

/**
 * Trigonometric and hyperbolic functions of complex numbers, with the special cases and the branch cuts of the array
 * API standard, which are those of C99. Those of circles are those of hyperbolas turned by a quarter.
 */

const { abs, atan2, cos, cosh, exp, log, PI, sin, sinh, sqrt, tan, tanh } = Math

/** Beyond this cosh and sinh are exp / 2, of which one step may leave the range and the product not. */
const steep = 708

export function sinhComplex({ re, im }: Complex): Complex {
  if (im === 0) return complex(sinh(re), im)
  if (re === 0) return Number.isFinite(im) ? complex(re * cos(im), sin(im)) : complex(re, NaN)
  if (!Number.isFinite(im)) return complex(abs(re) === Infinity ? Infinity : NaN, NaN)
  if (abs(re) === Infinity) {
    const { re: a, im: b } = polar(Infinity, im)
    return complex(withSign(1, re) * a, b)
  }
  if (abs(re) <= steep) return complex(sinh(re) * cos(im), cosh(re) * sin(im))
  const near = exp(abs(re) - 1) / 2
  return complex(withSign(1, re) * near * cos(im) * Math.E, near * sin(im) * Math.E)
}

export function coshComplex({ re, im }: Complex): Complex {
  // The imaginary part has the sign of both parts together.
  const tiny = withSign(0, withSign(1, re) * withSign(1, im))
  if (im === 0) return complex(cosh(re), Number.isNaN(re) ? im : tiny)
  if (re === 0) return complex(Number.isFinite(im) ? cos(im) : NaN, Number.isFinite(im) ? re * sin(im) : 0)
  if (!Number.isFinite(im)) return complex(abs(re) === Infinity ? Infinity : NaN, NaN)
  if (abs(re) === Infinity) {
    const { re: a, im: b } = polar(Infinity, im)
    return complex(a, withSign(1, re) * b)
  }
  if (abs(re) <= steep) return complex(cosh(re) * cos(im), sinh(re) * sin(im))
  const near = exp(abs(re) - 1) / 2
  return complex(near * cos(im) * Math.E, withSign(1, re) * near * sin(im) * Math.E)
}

export function tanhComplex({ re, im }: Complex): Complex {
  if (im === 0) return complex(tanh(re), im)
  if (re === 0) return complex(re, tan(im))
  if (abs(re) === Infinity) return complex(withSign(1, re), withSign(0, im))
  if (!Number.isFinite(im) || Number.isNaN(re)) return complex(NaN, NaN)
  if (abs(re) > steep / 2) return complex(withSign(1, re), 4 * sin(im) * cos(im) * exp(-2 * abs(re)))
  const [tx, ty, cx] = [tanh(re), tan(im), 1 / cosh(re)]
  const both = tx * ty
  const scale = 1 + both * both
  return complex((tx * (1 + ty * ty)) / scale, (ty / scale) * cx * cx)
}

/** From here on 1 beside the square of a part is lost. */
const large = Number.MAX_VALUE / 4
const far = sqrt(large)

/** The logarithm of twice the size, which may itself leave the range. */
const logOfTwice = ({ re, im }: Complex): number => log(magnitude({ re: re / 2, im: im / 2 })) + 2 * Math.LN2

const isLarge = ({ re, im }: Complex): boolean => abs(re) > large || abs(im) > large

export function asinhComplex(z: Complex): Complex {
  const { re, im } = z
  if (!isComplexFinite(z)) {
    if (abs(re) === Infinity)
      return complex(re, Number.isNaN(im) ? NaN : withSign(abs(im) === Infinity ? PI / 4 : 0, im))
    if (abs(im) === Infinity)
      return complex(withSign(Infinity, re), Number.isNaN(re) ? NaN : withSign(PI / 2, im))
    return complex(NaN, Number.isNaN(re) && im === 0 ? im : NaN)
  }
  if (isLarge(z)) return complex(withSign(logOfTwice(z), re), atan2(im, abs(re)))
  // Of a number whose cube is lost beside it, it is the number itself, also below the normal ones.
  if (abs(re) < 1e-8 && abs(im) < 1e-8) return z
  const left = sqrtComplex(complex(1 + im, -re))
  const right = sqrtComplex(complex(1 - im, re))
  const real = Math.asinh(left.re * right.im - right.re * left.im)
  return complex(withSign(real, re), withSign(atan2(im, left.re * right.re - left.im * right.im), im))
}

export function acosComplex(z: Complex): Complex {
  const { re, im } = z
  if (!isComplexFinite(z)) {
    if (abs(im) === Infinity) {
      const angle = re === Infinity ? PI / 4 : re === -Infinity ? (3 * PI) / 4 : PI / 2
      return complex(Number.isNaN(re) ? NaN : angle, -im)
    }
    if (abs(re) === Infinity)
      return complex(
        Number.isNaN(im) ? NaN : re > 0 ? 0 : PI,
        Number.isNaN(im) ? Infinity : -withSign(Infinity, im),
      )
    return complex(re === 0 ? PI / 2 : NaN, NaN)
  }
  if (isLarge(z)) return complex(atan2(abs(im), re), -withSign(logOfTwice(z), im))
  if (abs(im) < least) return acosBesideReal(re, im)
  const left = sqrtComplex(complex(1 - re, -im))
  const right = sqrtComplex(complex(1 + re, im))
  const size = Math.asinh(right.re * left.im - right.im * left.re)
  return complex(2 * atan2(left.re, right.re), -withSign(size, im))
}

/** Below this a part is lost beside a number of another size, and half of it may lose digits. */
const least = 1e-290

/** `acos` of a number with a tiny imaginary part: its function of the real part, and its slope times the imaginary one. */
function acosBesideReal(re: number, im: number): Complex {
  const [left, right] = [sqrt(abs(re - 1)), sqrt(abs(re + 1))]
  if (abs(re) < 1) return complex(Math.acos(re), -im / (left * right))
  if (abs(re) > 1) {
    const slope = abs(im) / left / right
    return complex(re > 0 ? slope : PI - slope, -withSign(Math.acosh(abs(re)), im))
  }
  // Both parts go like the square root here.
  const root = sqrt(abs(im))
  return complex(re > 0 ? root : PI - root, -withSign(root, im))
}

/** `acos` turned by a quarter, to the side of the number. */
export function acoshComplex(z: Complex): Complex {
  const { re, im } = acosComplex(z)
  return complex(abs(im), withSign(re, z.im))
}

export function atanhComplex(z: Complex): Complex {
  const { re, im } = z
  if (!isComplexFinite(z)) {
    if (abs(im) === Infinity) return complex(withSign(0, Number.isNaN(re) ? 1 : re), withSign(PI / 2, im))
    if (abs(re) === Infinity) return complex(withSign(0, re), Number.isNaN(im) ? NaN : withSign(PI / 2, im))
    return complex(re === 0 ? re : NaN, NaN)
  }
  const [x, y] = [abs(re), abs(im)]
  let [real, angle] = [0, 0]
  if (x > far || y > far) {
    // x / (x^2 + y^2) in two steps, as the squares leave the range.
    const half = magnitude({ re: x / 2, im: y / 2 })
    real = x / 4 / half / half
    angle = PI / 2
  } else if (x === 1 && y < 1e-154) {
    real = y === 0 ? Infinity : -log(sqrt(y) / sqrt(magnitude({ re: y, im: 2 })))
    angle = y === 0 ? 0 : atan2(2, -y) / 2
  } else {
    real = Math.log1p((4 * x) / ((1 - x) * (1 - x) + y * y)) / 4
    angle = atan2(2 * y, (1 - x) * (1 + x) - y * y) / 2
  }
  return complex(withSign(real, re), withSign(angle, im))
}

/** Real and imaginary part exchanged: i times the conjugate. */
const exchanged = ({ re, im }: Complex): Complex => complex(im, re)

export const sinComplex = (z: Complex): Complex => exchanged(sinhComplex(exchanged(z)))
export const cosComplex = (z: Complex): Complex => coshComplex(timesI(z))
export const tanComplex = (z: Complex): Complex => exchanged(tanhComplex(exchanged(z)))
export const asinComplex = (z: Complex): Complex => exchanged(asinhComplex(exchanged(z)))
export const atanComplex = (z: Complex): Complex => exchanged(atanhComplex(exchanged(z)))
