import { bitsOf, type DType, isComplex, isFloat, kindOf } from './dtype.ts'

/** What is known of a JavaScript scalar, which takes the dtype of the array it meets. */
export type Weak = 'bool' | 'int' | 'bigint' | 'float' | 'complex'

/** A scalar as programs hold it; complex ones are arrays there. */
export type Scalar = number | bigint | boolean

/** A complex number in JavaScript. */
export interface Complex {
  readonly re: number
  readonly im: number
}

/** An element of an array, or a scalar beside one, as JavaScript shows it. */
export type Element = Scalar | Complex

/** Whether a value is a complex number: an object of `re` and `im` alone, of any make. */
export const isComplexNumber = (value: unknown): value is Complex =>
  typeof value === 'object' &&
  value !== null &&
  're' in value &&
  'im' in value &&
  typeof value.re === 'number' &&
  typeof value.im === 'number' &&
  Object.keys(value).length === 2

export function weakOf(value: Element): Weak {
  if (typeof value === 'object') return 'complex'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'bigint'
  return Number.isInteger(value) ? 'int' : 'float'
}

/** The dtype that a scalar has on its own. */
export const defaultDType = (weak: Weak): DType =>
  weak === 'bool' ? 'bool' : weak === 'bigint' ? 'int64' : weak === 'complex' ? 'complex64' : 'float32'

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
  if (weak === 'complex') return promote(dtype, 'complex64')!
  if (weak === 'float') return isFloat(dtype) || isComplex(dtype) ? dtype : 'float32'
  if (dtype === 'bool') return weak === 'bigint' ? 'int64' : 'int32'
  return dtype
}

/** The dtype of an array made of these scalars: bool, int64 of bigints, complex64 where a complex one is, else float32. */
export function commonWeak(values: readonly Element[]): DType {
  if (values.length === 0) return 'float32'
  if (values.some((value) => typeof value === 'object')) return 'complex64'
  if (values.every((value) => typeof value === 'boolean')) return 'bool'
  return values.every((value) => typeof value !== 'number') ? 'int64' : 'float32'
}
