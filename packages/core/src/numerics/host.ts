import { float16Array } from './float16.ts'
import type { HostArray } from '../op.ts'
import { type DType, isBigInt, isComplex, type TypedArray } from '../types/dtype.ts'
import type { Element } from '../types/promotion.ts'

const makers: Readonly<Record<DType, (n: number) => TypedArray>> = {
  bool: (n) => new Uint8Array(n),
  int8: (n) => new Int8Array(n),
  int16: (n) => new Int16Array(n),
  int32: (n) => new Int32Array(n),
  int64: (n) => new BigInt64Array(n),
  uint8: (n) => new Uint8Array(n),
  uint16: (n) => new Uint16Array(n),
  uint32: (n) => new Uint32Array(n),
  uint64: (n) => new BigUint64Array(n),
  float16: (n) => float16Array(n) as TypedArray,
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
  complex64: (n) => new Float32Array(n),
  complex128: (n) => new Float64Array(n),
}

/** Zeros for `count` elements; complex ones are interleaved pairs. */
export const allocate = (dtype: DType, count: number): TypedArray =>
  makers[dtype](isComplex(dtype) ? 2 * count : count)

export const countOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1)

export const hostArray = (
  dtype: DType,
  shape: readonly number[],
  data = allocate(dtype, countOf(shape)),
): HostArray => ({ dtype, shape, data })

/** One element, which the dtype holds. */
export function scalarData(element: Element, dtype: DType): TypedArray {
  const data = allocate(dtype, 1)
  if (typeof element === 'object') (data as Float64Array).set([element.re, element.im])
  else if (isBigInt(dtype)) (data as BigInt64Array)[0] = BigInt(element)
  else (data as Float64Array)[0] = Number(element)
  return data
}
