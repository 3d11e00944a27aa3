/** Scalar functions of floats, as the array API standard defines their special cases; JavaScript's differ. */

/** Remainder with the sign of the divisor, as `%` of Python; a zero has that sign as well. */
export function floorRemainder(x: number, y: number): number {
  const rest = x % y
  if (rest === 0) return y < 0 ? -0 : 0
  return rest < 0 === y < 0 ? rest : rest + y
}

/** Quotient rounded down; where division rounds to an integer, the remainder tells whether that is above the quotient. */
export function floorOfQuotient(x: number, y: number): number {
  const quotient = x / y
  const down = Math.floor(quotient)
  if (down !== quotient || !Number.isFinite(quotient)) return down
  return Math.abs(floorRemainder(x, y)) > Math.abs(y) / 2 ? down - 1 : down
}

/** `x ** y`, but 1 to any power and -1 to an infinite one are 1. */
export const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y

/** Nearest integer, halves to the even one; -0 and numbers of [-0.5, 0) give -0. */
export function roundHalfToEven(x: number): number {
  const down = Math.floor(x)
  const fraction = x - down
  // Beyond 2^52 every number is an integer, and infinities have no fraction.
  if (!(fraction > 0)) return x
  if (fraction !== 0.5) return fraction < 0.5 ? down : Math.ceil(x)
  return down % 2 === 0 ? down : Math.ceil(x)
}

/** log(exp(x) + exp(y)) without overflow. */
export function logAddExp(x: number, y: number): number {
  // Also two infinities of one sign, whose difference is NaN.
  if (x === y) return x + Math.LN2
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))
}

/** log(1 + exp(x)), the smooth form of max(x, 0). */
export const softplus = (x: number): number => logAddExp(x, 0)

/** 1 / (1 + exp(-x)), with all digits where it is nearly 0. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const growth = Math.exp(x)
  return growth / (1 + growth)
}
