import { bitsOf, type DType, isComplex, isFloat, kindOf } from './dtype.ts'

/** What is known of a JavaScript scalar, which takes the dtype of the array it meets. */
export type Weak = 'bool' | 'int' | 'bigint' | 'float'

export type Scalar = number | bigint | boolean

export function weakOf(value: Scalar): Weak {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'bigint'
  return Number.isInteger(value) ? 'int' : 'float'
}

/** The dtype that a scalar has on its own. */
export const defaultDType = (weak: Weak): DType =>
  weak === 'bool' ? 'bool' : weak === 'bigint' ? 'int64' : 'float32'

const signed: Readonly<Record<number, DType>> = { 8: 'int8', 16: 'int16', 32: 'int32', 64: 'int64' }

/** The standard's promotion table; `undefined` where it names no dtype (uint64 with a signed integer). */
export function promote(a: DType, b: DType): DType | undefined {
  if (a === b) return a
  const [ka, kb] = [kindOf(a), kindOf(b)]
  if (ka === kb) return bitsOf(a) > bitsOf(b) ? a : b
  if (ka === 'bool') return b
  if (kb === 'bool') return a
  if (ka === 'complex' || kb === 'complex') {
    const [complex, other] = ka === 'complex' ? [a, b] : [b, a]
    return isFloat(other) && bitsOf(other) === 64 ? 'complex128' : complex
  }
  // int + float is left open by the standard: the float wins, never an unasked float64.
  if (ka === 'float') return a
  if (kb === 'float') return b
  const [int, uint] = ka === 'int' ? [a, b] : [b, a]
  return bitsOf(int) > bitsOf(uint) ? int : signed[bitsOf(uint) * 2]
}

/** A weak scalar meets a dtype: kinds that fit keep the dtype, a fraction makes integers float32. */
export function promoteWeak(dtype: DType, weak: Weak): DType {
  if (weak === 'bool') return dtype
  if (weak === 'float') return isFloat(dtype) || isComplex(dtype) ? dtype : 'float32'
  if (dtype === 'bool') return weak === 'bigint' ? 'int64' : 'int32'
  return dtype
}

/** The dtype of an array made of these scalars: bool, int64 where a bigint is, float32 otherwise; empty is float32. */
export function commonWeak(values: readonly Scalar[]): DType {
  if (values.length === 0) return 'float32'
  if (values.every((value) => typeof value === 'boolean')) return 'bool'
  return values.every((value) => typeof value !== 'number') ? 'int64' : 'float32'
}
