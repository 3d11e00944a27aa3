import type { ArrayValue, ByParts } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { hypot, type pow, sqrt } from './powers.ts'
import { equal, greater, greaterEqual, less, notEqual } from './compare.ts'
import { complex, type conj, imag, real } from './complex-parts.ts'
import { expm1, log, type log10, log1p, type log2 } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { maximum, minimum } from './extrema.ts'
import { isfinite, isinf, isnan, logicalAnd, logicalNot, logicalOr } from './logic.ts'
import { matmul } from './matmul.ts'
import { abs, copysign, negative, type sign } from './sign.ts'
import { atan2, cos, sin } from './trig.ts'
import { where } from './where.ts'

/**
 * What ops on complex arrays are in ops on their parts, for engines that have no complex numbers. Special cases are those
 * of the kernels in `numerics/complex*.ts`.
 */

type One = readonly [ArrayValue]
type Two = readonly [ArrayValue, ArrayValue]

const partsOf = (x: ArrayValue): readonly [re: ArrayValue, im: ArrayValue] => [real(x), imag(x)]

/** Products of parts by any bilinear op. */
function bilinear([x, y]: Two, times: (x: ArrayValue, y: ArrayValue) => ArrayValue): ArrayValue {
  const [[a, b], [c, d]] = [partsOf(x), partsOf(y)]
  return complex(subtract(times(a, c), times(b, d)), add(times(a, d), times(b, c)))
}

const productOf = (inputs: Two): ArrayValue => bilinear(inputs, multiply)

export const multiplyByParts: ByParts<typeof multiply> = productOf
export const matmulByParts: ByParts<typeof matmul> = (inputs) => bilinear(inputs, matmul)

/** By Smith's method, as the kernel. */
export const divideByParts: ByParts<typeof divide> = ([x, y]) => {
  const [[a, b], [c, d]] = [partsOf(x), partsOf(y)]
  const isWide = greaterEqual(abs(c), abs(d))
  const [p, q] = [where(isWide, a, b), where(isWide, b, negative(a))]
  const [large, small] = [where(isWide, c, d), where(isWide, d, negative(c))]
  const ratio = divide(small, large)
  const scale = add(large, multiply(small, ratio))
  const isZero = logicalAnd(equal(c, 0), equal(d, 0))
  const size = abs(c)
  return complex(
    where(isZero, divide(a, size), divide(add(p, multiply(q, ratio)), scale)),
    where(isZero, divide(b, size), divide(subtract(q, multiply(p, ratio)), scale)),
  )
}

export const conjByParts: ByParts<typeof conj> = ([x]) => complex(real(x), negative(imag(x)))

export const absByParts: ByParts<typeof abs> = ([x]) => hypot(real(x), imag(x))

export const signByParts: ByParts<typeof sign> = ([x]) => {
  const [re, im] = partsOf(x)
  const size = hypot(re, im)
  const isZero = equal(size, 0)
  const along = (part: ArrayValue, other: ArrayValue): ArrayValue => {
    const ofInfinite = where(isinf(part), where(isinf(other), NaN, where(less(part, 0), -1, 1)), 0)
    const unit = where(isinf(size), ofInfinite, divide(part, size))
    return where(isZero, 0, where(logicalOr(equal(part, part), equal(part, 0)), unit, NaN))
  }
  const isNaN = logicalOr(notEqual(re, re), notEqual(im, im))
  return complex(where(isNaN, NaN, along(re, im)), where(isNaN, NaN, along(im, re)))
}

const inBoth = (
  [x, y]: Two,
  compare: (a: ArrayValue, b: ArrayValue) => ArrayValue,
  join: (a: ArrayValue, b: ArrayValue) => ArrayValue,
): ArrayValue => join(compare(real(x), real(y)), compare(imag(x), imag(y)))

export const equalByParts: ByParts<typeof equal> = (inputs) => inBoth(inputs, equal, logicalAnd)
export const notEqualByParts: ByParts<typeof notEqual> = (inputs) => inBoth(inputs, notEqual, logicalOr)

export const isnanByParts: ByParts<typeof isnan> = ([x]) => logicalOr(isnan(real(x)), isnan(imag(x)))
export const isinfByParts: ByParts<typeof isinf> = ([x]) => logicalOr(isinf(real(x)), isinf(imag(x)))
export const isfiniteByParts: ByParts<typeof isfinite> = ([x]) =>
  logicalAnd(isfinite(real(x)), isfinite(imag(x)))

/** `e ** (a + bi)` by its parts; the half of it twice, as a product with a small cosine stays in the range longer. */
function expParts(a: ArrayValue, b: ArrayValue): readonly [re: ArrayValue, im: ArrayValue] {
  const half = exp(multiply(a, 0.5))
  const turned = (of: ArrayValue): ArrayValue => multiply(multiply(half, of), half)
  const isOpen = logicalAnd(isinf(a), logicalNot(isfinite(b)))
  const re = where(isOpen, where(less(a, 0), 0, Infinity), turned(cos(b)))
  const im = where(logicalAnd(isOpen, less(a, 0)), copysign(0, b), turned(sin(b)))
  return [re, where(equal(b, 0), b, im)]
}

export const expByParts: ByParts<typeof exp> = ([x]) => {
  const [re, im] = expParts(real(x), imag(x))
  return complex(re, im)
}

export const expm1ByParts: ByParts<typeof expm1> = ([x]) => {
  const [a, b] = partsOf(x)
  const [whole, im] = expParts(a, b)
  const half = sin(multiply(b, 0.5))
  // cos(b) is 1 - 2 sin(b/2)^2, so that near 0 nothing cancels.
  const small = subtract(multiply(expm1(a), cos(b)), multiply(multiply(half, half), 2))
  const isLarge = logicalOr(greater(a, 20), logicalNot(logicalAnd(isfinite(a), isfinite(b))))
  return complex(where(equal(b, 0), add(expm1(a), 0), where(isLarge, subtract(whole, 1), small)), im)
}

/** The logarithm of the size of a + bi. */
function logSize(a: ArrayValue, b: ArrayValue): ArrayValue {
  const [large, small] = [maximum(abs(a), abs(b)), minimum(abs(a), abs(b))]
  const isPlain = logicalAnd(greater(large, 0), isfinite(large))
  const ratio = where(isPlain, divide(small, large), 0)
  const far = add(log(large), multiply(log1p(multiply(ratio, ratio)), 0.5))
  const beside = add(multiply(subtract(large, 1), add(large, 1)), multiply(small, small))
  const isNear = logicalAnd(greater(large, 0.5), less(large, 2))
  const size = where(isNear, multiply(log1p(beside), 0.5), far)
  return where(logicalOr(isinf(a), isinf(b)), Infinity, size)
}

/** The logarithm of numbers, in units of that of a base. */
function logOf([x]: One, base?: number): ArrayValue {
  const [a, b] = partsOf(x)
  const unit = (part: ArrayValue): ArrayValue => (base === undefined ? part : multiply(part, 1 / base))
  return complex(unit(logSize(a, b)), unit(atan2(b, a)))
}

export const logByParts: ByParts<typeof log> = (inputs) => logOf(inputs)
export const log2ByParts: ByParts<typeof log2> = (inputs) => logOf(inputs, Math.LN2)
export const log10ByParts: ByParts<typeof log10> = (inputs) => logOf(inputs, Math.LN10)

export const log1pByParts: ByParts<typeof log1p> = ([x]) => {
  const [a, b] = partsOf(x)
  const whole = add(a, 1)
  const beside = add(multiply(a, add(a, 2)), multiply(b, b))
  const isNear = logicalAnd(less(abs(a), 0.5), less(abs(b), 2))
  const size = where(isNear, multiply(log1p(beside), 0.5), logSize(whole, b))
  const isReal = logicalAnd(equal(b, 0), greater(a, -1))
  return complex(where(isReal, log1p(a), size), atan2(b, whole))
}

export const sqrtByParts: ByParts<typeof sqrt> = ([x]) => {
  const [a, b] = partsOf(x)
  const most = maximum(abs(a), abs(b))
  const isZero = equal(most, 0)
  const [p, q] = [divide(abs(a), most), divide(abs(b), most)]
  const size = sqrt(add(multiply(p, p), multiply(q, q)))
  const root = multiply(sqrt(most), sqrt(multiply(add(p, size), 0.5)))
  const other = multiply(divide(abs(b), root), 0.5)
  const isRight = greaterEqual(a, 0)
  const isOpen = notEqual(b, b)
  // Of an infinite real part the root is infinite along one axis, and 0 along the other.
  const endless = where(isOpen, NaN, 0)
  const [infinite, flat] = [isinf(a), isinf(b)]
  const re = where(infinite, where(isRight, Infinity, endless), where(isRight, root, other))
  const im = where(infinite, where(isRight, endless, Infinity), where(isRight, other, root))
  return complex(
    where(isZero, 0, where(flat, Infinity, re)),
    where(isZero, b, where(flat, b, where(notEqual(im, im), NaN, copysign(im, b)))),
  )
}

/** `exp(y * log(x))`; squares, which are most of what powers are taken for, come out as products. */
export const powByParts: ByParts<typeof pow> = ([x, y]) => {
  const [c, d] = partsOf(y)
  const made = exp(multiply(y, log(x)))
  const isReal = equal(d, 0)
  const isNone = logicalAnd(equal(real(x), 0), equal(imag(x), 0))
  const ofNone = where(greater(c, 0), 0, NaN)
  const squared = where(
    logicalAnd(isReal, equal(c, 2)),
    productOf([x, x]),
    where(logicalAnd(isReal, equal(c, 1)), x, made),
  )
  return where(logicalAnd(isReal, equal(c, 0)), 1, where(isNone, complex(ofNone, ofNone), squared))
}
