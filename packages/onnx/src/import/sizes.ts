import { known, numbersOf, type SizeLike, Tensor } from './tensor.ts'

type Size = Exclude<SizeLike, number>

const isNumber = (size: SizeLike): size is number => typeof size === 'number'

/** Sizes are computed as numbers where they are, and stay open where they are not. */
export const plus = (a: SizeLike, b: SizeLike): SizeLike =>
  isNumber(a) ? (isNumber(b) ? a + b : known(b.plus(a))) : known(a.plus(b))

export const times = (a: SizeLike, b: SizeLike): SizeLike =>
  isNumber(a) ? (isNumber(b) ? a * b : known(b.times(a))) : known(a.times(b))

export const minus = (a: SizeLike, b: SizeLike): SizeLike =>
  isNumber(a) ? (isNumber(b) ? a - b : known(b.times(-1).plus(a))) : known(a.minus(b))

/** The quotient rounded down; undefined for an open size below the line of a number. */
export function floorDiv(a: SizeLike, b: SizeLike): SizeLike | undefined {
  if (b === 0) return undefined
  if (isNumber(a)) return isNumber(b) ? Math.floor(a / b) : undefined
  return known(a.floorDiv(b))
}

export const product = (sizes: readonly SizeLike[]): SizeLike => sizes.reduce(times, 1)

/** Whether two sizes are the same whatever the open ones are; undefined where that decides. */
export function areEqual(a: SizeLike, b: SizeLike): boolean | undefined {
  const difference = minus(a, b)
  if (isNumber(difference)) return difference === 0
  // No size is below 0.
  const [number, open] = isNumber(a) ? [a, b] : [b, a]
  return isNumber(number) && number < 0 && isPlain(open as Size) ? false : undefined
}

/** Whether a size is a single name, which is no less than 0. */
const isPlain = (size: Size): boolean => /^[\w$]+$/.test(size.toString())

/** The numbers of sizes that an operator needs as such; open ones are read, as a function reads a value. */
export const numbers = (sizes: readonly SizeLike[]): readonly number[] =>
  sizes.every(isNumber) ? sizes : numbersOf(Tensor.ofSizes('int64', [sizes.length], sizes).read())
