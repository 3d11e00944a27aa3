import {
  astype,
  type DType,
  greaterEqual,
  isfinite,
  less,
  logicalAnd,
  type NDArray,
  remainder,
  subtract,
  trunc,
  where,
} from '@tendril/core/fn'

export type Operand = NDArray | number

/** What numjs made of a step: it keeps numbers in the memory of the array that it writes to. */
export interface Out {
  readonly dtype: DType
  readonly shape: readonly number[]
}

/** A step in ops. */
export type Mapping = (x: NDArray, rest: readonly Operand[], out: Out) => NDArray

/** What a step cannot be in ops, and why. */
export class NoCounterpart extends Error {}

/** Ends the mapping of a step; the reason continues a sentence about it. */
export function refuse(reason: string): never {
  throw new NoCounterpart(reason)
}

export const toDType = (x: NDArray, dtype: DType): NDArray => (x.dtype === dtype ? x : astype(x, dtype))

const bits: Readonly<Partial<Record<DType, number>>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
}

export const isIntegral = (dtype: DType): boolean => bits[dtype] !== undefined

/** Integers that float32 holds. */
const isSmall = (dtype: DType): boolean => (bits[dtype] ?? 64) <= 16

/** Numbers as typed arrays take them: what is not finite is 0, fractions are cut, and integers wrap. */
export function store(x: NDArray, dtype: DType): NDArray {
  if (!isIntegral(dtype) || isIntegral(x.dtype)) return toDType(x, dtype)
  const range = 2 ** bits[dtype]!
  const lowest = dtype.startsWith('uint') ? 0 : -range / 2
  const whole = where(isfinite(x), trunc(x), 0)
  const positive = remainder(whole, range)
  const wrapped = where(greaterEqual(positive, lowest + range), subtract(positive, range), positive)
  // What fits stays as it is: an engine may have no more than float32, where the range swallows small numbers.
  const fits = logicalAnd(greaterEqual(whole, lowest), less(whole, lowest + range))
  return toDType(where(fits, whole, wrapped), dtype)
}

/** The same for one number. */
export function stored(value: number, dtype: DType): number {
  if (!isIntegral(dtype)) return value
  const width = bits[dtype]!
  return dtype.startsWith('uint')
    ? (value << (32 - width)) >>> (32 - width)
    : (value << (32 - width)) >> (32 - width)
}

/** numjs computes with doubles; in float32 that is the same where all that goes in and out is. */
function workingDType(operands: readonly Operand[], out: Out): DType {
  const isSingle = operands.every(
    (one) => typeof one === 'number' || one.dtype === 'float32' || isSmall(one.dtype),
  )
  return out.dtype === 'float32' && isSingle ? 'float32' : 'float64'
}

/** Ops on real numbers, stored as numjs stores their result. */
export function real<const T extends readonly Operand[]>(
  operands: T,
  out: Out,
  fn: (...operands: T) => NDArray,
): NDArray {
  const dtype = workingDType(operands, out)
  const cast = operands.map((one) => (typeof one === 'number' ? one : toDType(one, dtype)))
  return store(fn(...(cast as readonly Operand[] as T)), out.dtype)
}

/** Ops that give the same integers whether they wrap at once or in the end. */
export function wrapping<const T extends readonly Operand[]>(
  operands: T,
  out: Out,
  fn: (...operands: T) => NDArray,
): NDArray {
  const isExact = operands.every((one) =>
    typeof one === 'number' ? Number.isInteger(one) && Math.abs(one) < 2 ** 31 : isIntegral(one.dtype),
  )
  if (!isIntegral(out.dtype) || !isExact) return real(operands, out, fn)
  const lowest = out.dtype.startsWith('uint') ? 0 : -(2 ** (bits[out.dtype]! - 1))
  const range = 2 ** bits[out.dtype]!
  const cast = operands.map((one) =>
    typeof one === 'number' ? ((((one - lowest) % range) + range) % range) + lowest : toDType(one, out.dtype),
  )
  return fn(...(cast as readonly Operand[] as T))
}
