import type { ArrayValue, ByParts } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal, greater, less, notEqual } from './compare.ts'
import { complex, imag, real } from './complex-parts.ts'
import { full } from './creation.ts'
import { log, log1p } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { type acosh, asinh, type atanh, cosh, sinh, tanh } from './hyperbolic.ts'
import { maximum } from './extrema.ts'
import { isfinite, isinf, logicalAnd, logicalOr } from './logic.ts'
import { hypot, sqrt } from './powers.ts'
import { abs, copysign, negative } from './sign.ts'
import { type acos, type asin, type atan, atan2, cos, sin, tan } from './trig.ts'
import { where } from './where.ts'

/** Hyperbolic and circular functions of complex numbers in ops on their parts; see `complex-formulas.ts`. */

type One = readonly [ArrayValue]

/** Real and imaginary part exchanged, which turns functions of circles into those of hyperbolas. */
const exchanged = (x: ArrayValue): ArrayValue => complex(imag(x), real(x))
const turned = (x: ArrayValue): ArrayValue => complex(negative(imag(x)), real(x))

/** A number with all the digits of an array's dtype, beside another number. */
const like = (x: ArrayValue, value: number): ArrayValue => full([], value, { dtype: x.dtype })

const isNaN = (x: ArrayValue): ArrayValue => notEqual(x, x)
const isFiniteBoth = (a: ArrayValue, b: ArrayValue): ArrayValue => logicalAnd(isfinite(a), isfinite(b))

/** Half of `e ** |a|` times a number; in two steps, the first of which stays in the range. */
function halfExp(a: ArrayValue, by: ArrayValue): ArrayValue {
  const half = exp(multiply(abs(a), 0.5))
  return multiply(multiply(multiply(half, 0.5), by), half)
}

/** Beyond this the smaller exponential is lost beside the larger one. */
const steep = 40

function sinhFormula([x]: One): ArrayValue {
  const [a, b] = [real(x), imag(x)]
  const isSteep = greater(abs(a), steep)
  const re = where(isSteep, copysign(1, a), 1)
  const sized = where(isSteep, multiply(re, halfExp(a, cos(b))), multiply(sinh(a), cos(b)))
  const im = where(isSteep, halfExp(a, sin(b)), multiply(cosh(a), sin(b)))
  // An infinite or unknown angle leaves no more than whether the number is infinite or 0.
  const lost = where(isinf(a), Infinity, where(equal(a, 0), a, NaN))
  return complex(where(equal(b, 0), sinh(a), where(isfinite(b), sized, lost)), where(equal(b, 0), b, im))
}

function coshFormula([x]: One): ArrayValue {
  const [a, b] = [real(x), imag(x)]
  const isSteep = greater(abs(a), steep)
  const re = where(isSteep, halfExp(a, cos(b)), multiply(cosh(a), cos(b)))
  const im = where(isSteep, multiply(copysign(1, a), halfExp(a, sin(b))), multiply(sinh(a), sin(b)))
  const tiny = copysign(0, multiply(copysign(1, a), copysign(1, b)))
  return complex(
    where(equal(b, 0), cosh(a), where(isfinite(b), re, where(isinf(a), Infinity, NaN))),
    where(equal(b, 0), where(isNaN(a), b, tiny), where(equal(a, 0), where(isfinite(b), im, 0), im)),
  )
}

function tanhFormula([x]: One): ArrayValue {
  const [a, b] = [real(x), imag(x)]
  // Of numbers whose cubes are lost beside them, it is they themselves, also below the normal numbers.
  const [tx, ty] = [where(less(abs(a), 1e-8), a, tanh(a)), where(less(abs(b), 1e-8), b, tan(b))]
  const cx = divide(1, cosh(a))
  const both = multiply(tx, ty)
  const scale = add(1, multiply(both, both))
  const near = divide(multiply(tx, add(1, multiply(ty, ty))), scale)
  const nearIm = multiply(multiply(divide(ty, scale), cx), cx)
  const isSteep = greater(abs(a), 20)
  const farIm = multiply(multiply(4, multiply(sin(b), cos(b))), exp(multiply(-2, abs(a))))
  const endless = copysign(0, b)
  return complex(
    where(
      equal(b, 0),
      tx,
      where(
        equal(a, 0),
        a,
        where(isinf(a), copysign(1, a), where(isSteep, where(isfinite(b), copysign(1, a), NaN), near)),
      ),
    ),
    where(equal(b, 0), b, where(equal(a, 0), ty, where(isinf(a), endless, where(isSteep, farIm, nearIm)))),
  )
}

/** Beyond this 1 beside the number is lost, and its square may leave the range. */
const far = 1e15

const isFar = (a: ArrayValue, b: ArrayValue): ArrayValue => greater(maximum(abs(a), abs(b)), far)
const logOfTwice = (a: ArrayValue, b: ArrayValue): ArrayValue =>
  add(log(hypot(multiply(a, 0.5), multiply(b, 0.5))), 2 * Math.LN2)

/** The angle of numbers with an infinite part. */
const endlessAngle = (a: ArrayValue, b: ArrayValue): ArrayValue =>
  where(
    isinf(b),
    where(isinf(a), where(greater(a, 0), like(a, Math.PI / 4), (3 * Math.PI) / 4), like(a, Math.PI / 2)),
    where(greater(a, 0), like(a, 0), Math.PI),
  )

function asinhFormula([x]: One): ArrayValue {
  const [a, b] = [real(x), imag(x)]
  const left = sqrt(complex(add(1, b), negative(a)))
  const right = sqrt(complex(subtract(1, b), a))
  const [p, q, r, s] = [real(left), imag(left), real(right), imag(right)]
  const isLarge = isFar(a, b)
  const re = where(isLarge, logOfTwice(a, b), asinh(subtract(multiply(p, s), multiply(r, q))))
  const im = where(isLarge, atan2(b, abs(a)), atan2(b, subtract(multiply(p, r), multiply(q, s))))
  const [endlessA, endlessB] = [isinf(a), isinf(b)]
  const open = where(
    endlessA,
    where(isNaN(b), NaN, where(endlessB, like(a, Math.PI / 4), 0)),
    where(isNaN(a), NaN, like(a, Math.PI / 2)),
  )
  const isEndless = logicalOr(endlessA, endlessB)
  const known = isFiniteBoth(a, b)
  // Of numbers whose cubes are lost beside them, it is they themselves.
  const isTiny = less(maximum(abs(a), abs(b)), 1e-8)
  return complex(
    where(
      known,
      where(isTiny, a, copysign(re, a)),
      where(isEndless, where(isNaN(a), Infinity, copysign(Infinity, a)), NaN),
    ),
    where(
      known,
      where(isTiny, b, copysign(im, b)),
      where(isEndless, where(isNaN(open), NaN, copysign(open, b)), where(equal(b, 0), b, NaN)),
    ),
  )
}

export const acosByParts: ByParts<typeof acos> = ([x]) => {
  const [a, b] = [real(x), imag(x)]
  const left = sqrt(complex(subtract(1, a), negative(b)))
  const right = sqrt(complex(add(1, a), b))
  const [p, q, r, s] = [real(left), imag(left), real(right), imag(right)]
  const isLarge = isFar(a, b)
  // Below the normal numbers halves lose digits: there it is the function of the real part, and its slope.
  const isReal = less(abs(b), 1e-30)
  const slope = divide(abs(b), multiply(sqrt(abs(subtract(1, a))), sqrt(abs(add(1, a)))))
  const angle = where(logicalAnd(isReal, greater(a, 1)), slope, multiply(2, atan2(p, r)))
  const size = asinh(subtract(multiply(r, q), multiply(s, p)))
  const re = where(isLarge, atan2(abs(b), a), angle)
  const im = where(isLarge, logOfTwice(a, b), where(logicalAnd(isReal, less(abs(a), 1)), slope, size))
  const isEndless = logicalOr(isinf(a), isinf(b))
  const known = isFiniteBoth(a, b)
  const endless = where(logicalOr(isNaN(a), isNaN(b)), NaN, endlessAngle(a, b))
  return complex(
    where(known, re, where(isEndless, endless, where(equal(a, 0), like(a, Math.PI / 2), NaN))),
    where(
      known,
      negative(copysign(im, b)),
      where(isEndless, where(isNaN(b), Infinity, negative(copysign(Infinity, b))), NaN),
    ),
  )
}

/** `acos` turned by a quarter, to the side of the number. */
export const acoshByParts: ByParts<typeof acosh> = ([x]) => {
  const turnedBack = acosByParts([x], {})
  return complex(abs(imag(turnedBack)), copysign(real(turnedBack), imag(x)))
}

function atanhFormula([x]: One): ArrayValue {
  const [a, b] = [real(x), imag(x)]
  const [p, q] = [abs(a), abs(b)]
  const most = maximum(p, q)
  const isLarge = greater(most, far)
  // p / (p^2 + q^2) without the squares, which may leave the range.
  const [u, v] = [divide(p, most), divide(q, most)]
  const tiny = divide(divide(u, add(multiply(u, u), multiply(v, v))), most)
  const rest = subtract(1, p)
  const isEdge = logicalAnd(equal(p, 1), less(q, 1e-15))
  const edge = where(equal(q, 0), Infinity, negative(multiply(log(multiply(q, 0.5)), 0.5)))
  const near = multiply(log1p(divide(multiply(4, p), add(multiply(rest, rest), multiply(q, q)))), 0.25)
  const re = where(isLarge, tiny, where(isEdge, edge, near))
  const around = multiply(atan2(multiply(2, q), subtract(multiply(rest, add(1, p)), multiply(q, q))), 0.5)
  const im = where(isLarge, Math.PI / 2, where(logicalAnd(isEdge, equal(q, 0)), 0, around))
  const [endlessA, endlessB] = [isinf(a), isinf(b)]
  const known = isFiniteBoth(a, b)
  return complex(
    where(
      known,
      copysign(re, a),
      where(logicalOr(endlessA, endlessB), where(isNaN(a), 0, copysign(0, a)), where(equal(a, 0), a, NaN)),
    ),
    where(
      known,
      copysign(im, b),
      where(logicalOr(endlessA, endlessB), where(isNaN(b), NaN, copysign(like(a, Math.PI / 2), b)), NaN),
    ),
  )
}

export const sinhByParts: ByParts<typeof sinh> = sinhFormula
export const coshByParts: ByParts<typeof cosh> = coshFormula
export const tanhByParts: ByParts<typeof tanh> = tanhFormula
export const asinhByParts: ByParts<typeof asinh> = asinhFormula
export const atanhByParts: ByParts<typeof atanh> = atanhFormula

export const sinByParts: ByParts<typeof sin> = ([x]) => exchanged(sinhFormula([exchanged(x)]))
export const cosByParts: ByParts<typeof cos> = ([x]) => coshFormula([turned(x)])
export const tanByParts: ByParts<typeof tan> = ([x]) => exchanged(tanhFormula([exchanged(x)]))
export const asinByParts: ByParts<typeof asin> = ([x]) => exchanged(asinhFormula([exchanged(x)]))
export const atanByParts: ByParts<typeof atan> = ([x]) => exchanged(atanhFormula([exchanged(x)]))
