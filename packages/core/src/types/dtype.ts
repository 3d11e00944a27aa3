import type { Float16Array } from '@petamoriken/float16'

/** Every dtype of the array API standard, plus float16. */
export const dtypes = [
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
  'complex64',
  'complex128',
] as const

export type DType = (typeof dtypes)[number]
export type Kind = 'bool' | 'int' | 'uint' | 'float' | 'complex'

export type BigIntArray = BigInt64Array | BigUint64Array
export type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float16Array
  | Float32Array
  | Float64Array
export type TypedArray = NumberArray | BigIntArray

/** The typed array that holds elements of a dtype; complex ones are pairs. */
export interface DataOf {
  readonly bool: Uint8Array
  readonly int8: Int8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
  readonly uint8: Uint8Array
  readonly uint16: Uint16Array
  readonly uint32: Uint32Array
  readonly uint64: BigUint64Array
  readonly float16: Float16Array
  readonly float32: Float32Array
  readonly float64: Float64Array
  readonly complex64: Float32Array
  readonly complex128: Float64Array
}

interface Facts {
  readonly kind: Kind
  /** Bits of one element. */
  readonly bits: number
}

const facts: Readonly<Record<DType, Facts>> = {
  bool: { kind: 'bool', bits: 8 },
  int8: { kind: 'int', bits: 8 },
  int16: { kind: 'int', bits: 16 },
  int32: { kind: 'int', bits: 32 },
  int64: { kind: 'int', bits: 64 },
  uint8: { kind: 'uint', bits: 8 },
  uint16: { kind: 'uint', bits: 16 },
  uint32: { kind: 'uint', bits: 32 },
  uint64: { kind: 'uint', bits: 64 },
  float16: { kind: 'float', bits: 16 },
  float32: { kind: 'float', bits: 32 },
  float64: { kind: 'float', bits: 64 },
  complex64: { kind: 'complex', bits: 64 },
  complex128: { kind: 'complex', bits: 128 },
}

export const isDType = (name: unknown): name is DType =>
  typeof name === 'string' && Object.hasOwn(facts, name)
export const kindOf = (dtype: DType): Kind => facts[dtype].kind
export const bitsOf = (dtype: DType): number => facts[dtype].bits
export const isFloat = (dtype: DType): boolean => facts[dtype].kind === 'float'
export const isInteger = (dtype: DType): boolean =>
  facts[dtype].kind === 'int' || facts[dtype].kind === 'uint'
export const isComplex = (dtype: DType): boolean => facts[dtype].kind === 'complex'
/** The dtype of the parts of complex numbers; another dtype itself. */
export const partDType = (dtype: DType): DType =>
  dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype
/** The complex dtype whose parts a float dtype holds; the narrower one for smaller floats. */
export const complexDType = (dtype: DType): DType =>
  dtype === 'float64' || dtype === 'complex128' ? 'complex128' : 'complex64'
/** What engines hold that have these dtypes: complex arrays may be pairs of real numbers. */
export const heldWithPairs = (held: ReadonlySet<DType>): ReadonlySet<DType> =>
  new Set(dtypes.filter((dtype) => held.has(dtype) || (isComplex(dtype) && held.has(partDType(dtype)))))
/** 64-bit integers, which JavaScript holds as bigint. */
export const isBigInt = (dtype: DType): boolean => dtype === 'int64' || dtype === 'uint64'

/** Smallest and largest value of an integer dtype. */
export function integerRange(dtype: DType): readonly [min: bigint, max: bigint] {
  const bits = BigInt(bitsOf(dtype))
  return kindOf(dtype) === 'int' ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
}
