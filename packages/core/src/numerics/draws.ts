/** Arrays of random numbers; see `threefry.ts`. */
import { erfinvEstimate } from './special.ts'
import { block, type Key, last, two32 } from './threefry.ts'

/** Fills `out` with random words. */
export function fillBits(key: Key, out: Uint32Array): void {
  for (let i = 0; i < out.length; i++) {
    elementBlock(key, i, 0)
    out[i] = last[0]! ^ last[1]!
  }
}

/**
 * Fills `out` with numbers spread evenly over [low, high), from 53 random bits where it holds float64, else from 24.
 *
 * Rounding never gives `high` nor anything below `low`. With `low === high` all are `low`.
 *
 * @throws RangeError unless both bounds are finite and `low <= high`
 */
export function fillUniform(key: Key, out: NumberStore, low: number, high: number): void {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new RangeError(`uniform needs finite bounds with low <= high, not low ${low}, high ${high}.`)
  }
  if (out.length === 0) return
  const wide = holdsFloat64(out)
  const round = roundingOf(out)
  const top = low === high ? round(low) : below(high, round)
  const bottom = low === high ? top : -below(-low, round, true)
  const span = high - low
  for (let i = 0; i < out.length; i++) {
    elementBlock(key, i, 0)
    const unit = wide ? bits53() * 2 ** -53 : ((last[0]! ^ last[1]!) >>> 8) * 2 ** -24
    // The span itself may overflow although both bounds are finite.
    const x = span === Infinity ? low * (1 - unit) + high * unit : low + unit * span
    out[i] = Math.max(bottom, Math.min(top, x))
  }
}

/** Fills `out` with normally distributed numbers, computed in float64 from 52 random bits: at most 8.2 `std` from `mean`. */
export function fillNormal(key: Key, out: NumberStore, mean: number, std: number): void {
  const scale = std * Math.SQRT2
  for (let i = 0; i < out.length; i++) {
    elementBlock(key, i, 0)
    // Odd multiples of 2^-52, so neither -1 nor 1 nor 0 comes up.
    const unit = (Math.floor(bits53() / 2) * 2 + 1 - 2 ** 52) * 2 ** -52
    const size = erfinvEstimate(Math.abs(unit))
    out[i] = mean + scale * (unit < 0 ? -size : size)
  }
}

/**
 * Fills `out` with integers of [low, high), each equally likely (Lemire's multiplication, a biased draw is repeated).
 *
 * Bounds must fit the array: they are not checked against its type. Repeats count in the upper half of the counter's
 * first word, so an element still depends on its key and index only.
 *
 * @throws RangeError unless both are integers and `low < high`
 */
export function fillRandint(key: Key, out: IntegerArray, low: number | bigint, high: number | bigint): void {
  if (!isInteger(low) || !isInteger(high) || low >= high) {
    throw new RangeError(`randint needs integers with low < high, not low ${low}, high ${high}.`)
  }
  const first = BigInt(low)
  const span = BigInt(high) - first
  if (span > 1n << 64n) throw new RangeError(`randint spans at most 2^64 integers, not ${span}.`)
  const narrow = span <= BigInt(two32)
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    for (let i = 0; i < out.length; i++) {
      out[i] = first + (narrow ? BigInt(below32(key, i, Number(span))) : below64(key, i, span))
    }
    return
  }
  if (!narrow) throw new RangeError(`An array of 32 bits or less cannot hold ${span} different integers.`)
  const offset = Number(low)
  const count = Number(span)
  for (let i = 0; i < out.length; i++) out[i] = offset + below32(key, i, count)
}

/** Anything that numbers can be written to by index. */
export interface NumberStore {
  readonly length: number
  [index: number]: number
}

export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** The block of element `i`; a draw that is repeated asks for `attempt` 1, 2, …. */
function elementBlock(key: Key, i: number, attempt: number): void {
  block(key.hi, key.lo, (attempt << 16) | (i / two32), i)
}

const bits53 = (): number => (last[0]! >>> 0) * 2 ** 21 + (last[1]! >>> 11)

/** A number of [0, span), `span` at most 2^32. */
function below32(key: Key, i: number, span: number): number {
  const biased = two32 % span
  for (let attempt = 0; ; attempt++) {
    elementBlock(key, i, attempt)
    const word = last[0]! ^ last[1]!
    // word * span exceeds 53 bits: multiply its halves.
    const low = (word & 0xffff) * span
    const sum = (word >>> 16) * span + Math.floor(low / 65536)
    const rest = (sum % 65536) * 65536 + (low % 65536)
    if (rest >= biased) return Math.floor(sum / 65536)
  }
}

/** A number of [0, span), `span` at most 2^64. */
function below64(key: Key, i: number, span: bigint): bigint {
  const biased = (1n << 64n) % span
  for (let attempt = 0; ; attempt++) {
    elementBlock(key, i, attempt)
    const product = ((BigInt(last[0]! >>> 0) << 32n) | BigInt(last[1]! >>> 0)) * span
    if (BigInt.asUintN(64, product) >= biased) return product >> 64n
  }
}

const isInteger = (x: number | bigint): boolean => typeof x === 'bigint' || Number.isSafeInteger(x)

const holdsFloat64 = (out: NumberStore): boolean => out instanceof Float64Array || Array.isArray(out)

/** How `out` rounds what is written to it; its first element is the scratch. */
const roundingOf =
  (out: NumberStore) =>
  (x: number): number => {
    out[0] = x
    return out[0]!
  }

/** The largest number of the format below `x`, or `x` itself where `orEqual` and the format has it. */
function below(x: number, round: (x: number) => number, orEqual = false): number {
  const near = round(x)
  if (near < x || (orEqual && near === x)) return near
  for (let step = Math.abs(near) * 2 ** -54 || Number.MIN_VALUE; ; step *= 2) {
    const lower = round(near - step)
    if (lower < near) return lower
  }
}
