/** Scalar functions of integers: of at most 32 bits as numbers, of 64 bits as bigints. The array that stores a result wraps it. */

/** Quotient rounded down; 0 where the divisor is 0. */
export const floorQuotient = (x: number, y: number): number => (y === 0 ? 0 : Math.floor(x / y))

/** As `floorQuotient`. */
export function floorQuotientOfBigInt(x: bigint, y: bigint): bigint {
  if (y === 0n) return 0n
  const quotient = x / y
  return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient
}

/** Remainder with the sign of the divisor; 0 where the divisor is 0. */
export const floorModulo = (x: number, y: number): number => (y === 0 ? 0 : ((x % y) + y) % y)

/** As `floorModulo`. */
export const floorModuloOfBigInt = (x: bigint, y: bigint): bigint => (y === 0n ? 0n : ((x % y) + y) % y)

/** `x ** y` modulo 2^32; a negative power is rounded towards zero. */
export function wrappedPower(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0
  let [result, base] = [1, x]
  for (let rest = y; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, base)
    base = Math.imul(base, base)
  }
  return result
}

/** `x ** y` modulo 2^64; a negative power is rounded towards zero. */
export function wrappedPowerOfBigInt(x: bigint, y: bigint): bigint {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n
  let [result, base] = [1n, x]
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asUintN(64, result * base)
    base = BigInt.asUintN(64, base * base)
  }
  return result
}

/** Bits moved to the left; 0 for a count that is negative or beyond the width. */
export const shiftLeft = (x: number, by: number): number => (by < 0 || by > 31 ? 0 : x << by)

/** As `shiftLeft`. */
export const shiftLeftBigInt = (x: bigint, by: bigint): bigint => (by < 0n || by > 63n ? 0n : x << by)

/** Bits moved to the right, the sign kept; only the sign is left for a count that is negative or beyond the width. */
export const shiftRight = (x: number, by: number): number =>
  Math.floor(x / 2 ** (by < 0 || by > 32 ? 32 : by))

/** As `shiftRight`. */
export const shiftRightBigInt = (x: bigint, by: bigint): bigint => x >> (by < 0n || by > 64n ? 64n : by)
