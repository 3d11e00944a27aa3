import { type DType, dtypes, float16Array, isBigInt, type TypedArray } from '@tendril/core/adapter'

/** All dtypes; numjs' arrays hold fewer, see native.ts. */
export const held: ReadonlySet<DType> = new Set(dtypes)

/** A row-major array of this engine: float16 lies in a Float32Array, as reading the polyfilled one is a call each; complex numbers are pairs. */
export type Elements = TypedArray

const constructors: Readonly<Record<string, string>> = {
  bool: 'Uint8Array',
  int8: 'Int8Array',
  int16: 'Int16Array',
  int32: 'Int32Array',
  int64: 'BigInt64Array',
  uint8: 'Uint8Array',
  uint16: 'Uint16Array',
  uint32: 'Uint32Array',
  uint64: 'BigUint64Array',
  float16: 'Float32Array',
  float32: 'Float32Array',
  float64: 'Float64Array',
  complex64: 'Float32Array',
  complex128: 'Float64Array',
}

/** The name of the typed array that holds a dtype here. */
export const arrayName = (dtype: DType): string => constructors[dtype]!

/** The typed array that sums and the like are gathered in. */
export const accumulatorName = (dtype: DType): string =>
  isBigInt(dtype) ? constructors[dtype]! : 'Float64Array'

const wraps: Readonly<Record<string, (text: string) => string>> = {
  bool: (text) => text,
  int8: (text) => `((${text}) << 24) >> 24`,
  int16: (text) => `((${text}) << 16) >> 16`,
  int32: (text) => `(${text}) | 0`,
  int64: (text) => `BigInt.asIntN(64, ${text})`,
  uint8: (text) => `(${text}) & 255`,
  uint16: (text) => `(${text}) & 65535`,
  uint32: (text) => `(${text}) >>> 0`,
  uint64: (text) => `BigInt.asUintN(64, ${text})`,
  float16: (text) => `half(${text})`,
  float32: (text) => `fround(${text})`,
  float64: (text) => text,
}

/** An expression of doubles (or bigints) as an element of `dtype`: rounded, or wrapped. */
export const asElement = (dtype: DType, text: string): string => wraps[dtype]!(text)

/** What memory a kernel works on: kernels are made once for each, so that their type feedback stays exact. */
export const storageOf = (dtype: DType): string => arrayName(dtype)

/** Host data as this engine holds it. */
export function store(data: TypedArray, dtype: DType): Elements {
  if (dtype === 'float16')
    return data instanceof Float32Array
      ? data
      : Float32Array.from(data as ArrayLike<number | bigint> as ArrayLike<number>)
  if ((data as unknown) instanceof Uint8ClampedArray) return new Uint8Array(data as Uint8Array)
  return data
}

/** A copy of the elements as the host names them. */
export function restore(elements: Elements, dtype: DType): TypedArray {
  return dtype === 'float16' ? (float16Array(elements as Float32Array) as TypedArray) : elements.slice()
}
