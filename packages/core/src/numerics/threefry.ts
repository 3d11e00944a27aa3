import { setKeyRules } from './key-rules.ts'
/**
 * Random numbers as pure functions of a key and an index: Threefry-2x32 with 20 rounds.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 * Layout, the same as `jax.random.bits` (partitionable): element i is made from the block of counter (i >>> 32, i),
 * 32 bits as `x0 ^ x1`, 64 bits as `x0 * 2^32 + x1`. So a longer array begins with the shorter one.
 * A key is for one use: draw from it, or make others from it by `foldIn`, not both.
 */

/** A key: two words of 32 bits, unsigned. */
export interface Key {
  readonly hi: number
  readonly lo: number
}

export const two32 = 2 ** 32

// The last block. A pair per block, or two module variables (boxed numbers), would be most of the time of a fill.
export const last = new Int32Array(2)

/** The block of counter (c0, c1) under the key (k0, k1): two unsigned words. */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number): [number, number] {
  block(k0, k1, c0, c1)
  return [last[0]! >>> 0, last[1]! >>> 0]
}

/**
 * The key of a seed, as `jax.random.PRNGKey` makes it; negative seeds count as 64-bit two's complement.
 *
 * @throws RangeError when the seed is a number that is not a safe integer
 */
export function keyFromSeed(seed: number | bigint): Key {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new RangeError(`The seed ${seed} is not a safe integer; use a bigint for larger ones.`)
  }
  const bits = BigInt.asUintN(64, BigInt(seed))
  return { hi: Number(bits >> 32n), lo: Number(bits & 0xffffffffn) }
}

/** The key for place `n` under `key`, as `jax.random.fold_in` makes it; `n` counts modulo 2^32. */
export function foldIn(key: Key, n: number): Key {
  const [hi, lo] = threefry2x32(key.hi, key.lo, 0, n)
  return { hi, lo }
}

/** Writes the block of counter (c0, c1) under the key (key0, key1) to `last`. */
export function block(key0: number, key1: number, c0: number, c1: number): void {
  const k0 = key0 | 0
  const k1 = key1 | 0
  const k2 = k0 ^ k1 ^ 0x1bd11bda
  let a = ((c0 | 0) + k0) | 0
  let b = ((c1 | 0) + k1) | 0
  a = (a + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0
  b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0
  b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0
  b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + k1) | 0
  b = (b + k2 + 1) | 0
  a = (a + b) | 0
  b = ((b << 17) | (b >>> 15)) ^ a
  a = (a + b) | 0
  b = ((b << 29) | (b >>> 3)) ^ a
  a = (a + b) | 0
  b = ((b << 16) | (b >>> 16)) ^ a
  a = (a + b) | 0
  b = ((b << 24) | (b >>> 8)) ^ a
  a = (a + k2) | 0
  b = (b + k0 + 2) | 0
  a = (a + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0
  b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0
  b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0
  b = ((b << 6) | (b >>> 26)) ^ a
  a = (a + k0) | 0
  b = (b + k1 + 3) | 0
  a = (a + b) | 0
  b = ((b << 17) | (b >>> 15)) ^ a
  a = (a + b) | 0
  b = ((b << 29) | (b >>> 3)) ^ a
  a = (a + b) | 0
  b = ((b << 16) | (b >>> 16)) ^ a
  a = (a + b) | 0
  b = ((b << 24) | (b >>> 8)) ^ a
  a = (a + k1) | 0
  b = (b + k2 + 4) | 0
  a = (a + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ a
  a = (a + b) | 0
  b = ((b << 15) | (b >>> 17)) ^ a
  a = (a + b) | 0
  b = ((b << 26) | (b >>> 6)) ^ a
  a = (a + b) | 0
  b = ((b << 6) | (b >>> 26)) ^ a
  last[0] = a + k2
  last[1] = b + k0 + 5
}

setKeyRules({ keyFromSeed, foldIn })
