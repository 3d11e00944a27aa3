import { allocate, type TypedArray } from '@tendril/core/adapter'
import { bytesPerElement, dtypeOf, type OnnxDType } from '../dtypes.ts'
import { TensorProto_DataType as DataType } from '../gen/onnx_pb.ts'

/** Integers of few bits, which wrap around. */
interface NarrowInteger {
  readonly kind: 'integer'
  readonly dtype: 'int8' | 'uint8'
  readonly bits: 2 | 4
  readonly least: number
  readonly most: number
}

/** Floats of few bits. */
export interface NarrowFloat {
  readonly kind: 'float'
  readonly dtype: 'float32'
  readonly bits: 4 | 6 | 8 | 16
  readonly fraction: number
  readonly bias: number
  readonly most: number
  /** What is there beside finite numbers: `nan` is what would be the largest one, or -0. */
  readonly special: 'infinities' | 'nan' | 'nan for -0' | 'none'
}

/** Powers of 2, without a sign and without 0. */
interface NarrowPower {
  readonly kind: 'power'
  readonly dtype: 'float32'
  readonly bits: 8
  readonly bias: number
}

/** A type of elements that no array has: they stand in arrays of a wider dtype, which holds all its values. */
export type Narrow = NarrowInteger | NarrowFloat | NarrowPower

/** A type of elements: the dtype of arrays that hold them, and the narrow type that they are of. */
export interface ElementType {
  readonly dtype: OnnxDType
  readonly narrow: Narrow | undefined
}

const signed = (bits: 2 | 4): Narrow => {
  const half = 2 ** (bits - 1)
  return { kind: 'integer', dtype: 'int8', bits, least: -half, most: half - 1 }
}
const unsigned = (bits: 2 | 4): Narrow => ({
  kind: 'integer',
  dtype: 'uint8',
  bits,
  least: 0,
  most: 2 ** bits - 1,
})
const float = (facts: Omit<NarrowFloat, 'kind' | 'dtype'>): Narrow => ({
  kind: 'float',
  dtype: 'float32',
  ...facts,
})

/** @source https://onnx.ai/onnx/technical/float8.html, float6.html, float4.html, int4.html, int2.html */
const narrowTypes: Readonly<Partial<Record<number, Narrow>>> = {
  [DataType.BFLOAT16]: float({
    bits: 16,
    fraction: 7,
    bias: 127,
    most: 255 * 2 ** 120,
    special: 'infinities',
  }),
  [DataType.FLOAT8E4M3FN]: float({ bits: 8, fraction: 3, bias: 7, most: 448, special: 'nan' }),
  [DataType.FLOAT8E4M3FNUZ]: float({ bits: 8, fraction: 3, bias: 8, most: 240, special: 'nan for -0' }),
  [DataType.FLOAT8E5M2]: float({ bits: 8, fraction: 2, bias: 15, most: 57344, special: 'infinities' }),
  [DataType.FLOAT8E5M2FNUZ]: float({ bits: 8, fraction: 2, bias: 16, most: 57344, special: 'nan for -0' }),
  [DataType.FLOAT6E2M3]: float({ bits: 6, fraction: 3, bias: 1, most: 7.5, special: 'none' }),
  [DataType.FLOAT6E3M2]: float({ bits: 6, fraction: 2, bias: 3, most: 28, special: 'none' }),
  [DataType.FLOAT4E2M1]: float({ bits: 4, fraction: 1, bias: 1, most: 6, special: 'none' }),
  [DataType.FLOAT8E8M0]: { kind: 'power', dtype: 'float32', bits: 8, bias: 127 },
  [DataType.INT4]: signed(4),
  [DataType.UINT4]: unsigned(4),
  [DataType.INT2]: signed(2),
  [DataType.UINT2]: unsigned(2),
}

/** The narrow type of a data type of ONNX, if it is one. */
export const narrowOf = (dataType: number): Narrow | undefined => narrowTypes[dataType]

/** The elements that a data type of ONNX stands for; undefined for strings and complex numbers. */
export function elementTypeOf(dataType: number): ElementType | undefined {
  const narrow = narrowOf(dataType)
  const dtype = narrow?.dtype ?? dtypeOf(dataType)
  return dtype && { dtype, narrow }
}

/** The dtype of arrays that hold elements of a data type of ONNX. */
export const carrierOf = (dataType: number): OnnxDType | undefined => elementTypeOf(dataType)?.dtype

export const bitsOf = ({ dtype, narrow }: ElementType): number => narrow?.bits ?? 8 * bytesPerElement(dtype)

/** How many bytes elements fill: narrow ones stand side by side in a byte. */
export const bytesOf = (type: ElementType, count: number): number => Math.ceil((count * bitsOf(type)) / 8)

/** The number that the bits of an element stand for. */
function valueOf(code: number, narrow: Narrow): number {
  const { bits } = narrow
  if (narrow.kind === 'integer') return code > narrow.most ? code - 2 ** bits : code
  if (narrow.kind === 'power') return code === 255 ? NaN : 2 ** (code - narrow.bias)
  const { fraction, bias, special } = narrow
  const half = 2 ** (bits - 1)
  const sign = code < half ? 1 : -1
  const size = code % half
  if (special === 'nan for -0' && code === half) return NaN
  if (special === 'nan' && size === half - 1) return NaN
  const exponent = Math.floor(size / 2 ** fraction)
  const rest = size % 2 ** fraction
  if (special === 'infinities' && exponent === half / 2 ** fraction - 1)
    return rest === 0 ? sign * Infinity : NaN
  const normal = exponent === 0 ? rest : rest + 2 ** fraction
  return sign * normal * 2 ** (Math.max(exponent, 1) - bias - fraction)
}

const tables = new Map<Narrow, readonly number[]>()

/** The numbers that all elements of a narrow type stand for, by their bits. */
export function valuesOf(narrow: Narrow): readonly number[] {
  let values = tables.get(narrow)
  if (values === undefined)
    tables.set(
      narrow,
      (values = Array.from({ length: 2 ** narrow.bits }, (_, code) => valueOf(code, narrow))),
    )
  return values
}

/** Elements by their bits. */
export function fromCodes(codes: (place: number) => number, count: number, narrow: Narrow): TypedArray {
  const values = valuesOf(narrow)
  const data = allocate(narrow.dtype, count) as { [place: number]: number } & TypedArray
  for (let i = 0; i < count; i++) data[i] = values[codes(i) & (values.length - 1)]!
  return data
}

/** Narrow elements that stand side by side, the first one in the lowest bits. */
export function unpacked(bytes: Uint8Array, count: number, narrow: Narrow): TypedArray {
  const { bits } = narrow
  if (bits === 16) return widened(bytes, count)
  const codeAt = (place: number): number => {
    const from = place * bits
    const first = Math.floor(from / 8)
    return (bytes[first]! + 256 * (bytes[first + 1] ?? 0)) >> (from % 8)
  }
  return fromCodes(codeAt, count, narrow)
}

/** Elements of bfloat16, which are the upper halves of float32: models have millions of them. */
function widened(bytes: Uint8Array, count: number): Float32Array {
  const halves = new Uint16Array(2 * count)
  for (let i = 0; i < count; i++) halves[2 * i + 1] = bytes[2 * i]! + 256 * bytes[2 * i + 1]!
  return new Float32Array(halves.buffer)
}
