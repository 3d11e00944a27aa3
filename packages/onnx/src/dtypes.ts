import { setFloat16 } from '@petamoriken/float16'
import { TensorProto_DataType as DataType } from './gen/onnx_pb.ts'

/** The dtypes of Tendril that ONNX tensors hold here. Complex tensors exist in ONNX, but no operator takes them. */
export const onnxDTypes = [
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
] as const

export type OnnxDType = (typeof onnxDTypes)[number]

interface Facts {
  readonly dataType: DataType
  readonly bytes: number
  /** The spelling of ONNX' text syntax. */
  readonly text: string
  readonly write: (view: DataView, at: number, value: number | bigint) => void
  /** A float16 comes back as its bits, the way ONNX' text syntax writes it. */
  readonly read: (view: DataView, at: number) => number | bigint
}

const facts: Readonly<Record<OnnxDType, Facts>> = {
  bool: {
    dataType: DataType.BOOL,
    bytes: 1,
    text: 'bool',
    write: (view, at, value) => view.setUint8(at, Number(value) === 0 ? 0 : 1),
    read: (view, at) => view.getUint8(at),
  },
  int8: {
    dataType: DataType.INT8,
    bytes: 1,
    text: 'int8',
    write: (view, at, value) => view.setInt8(at, Number(value)),
    read: (view, at) => view.getInt8(at),
  },
  int16: {
    dataType: DataType.INT16,
    bytes: 2,
    text: 'int16',
    write: (view, at, value) => view.setInt16(at, Number(value), true),
    read: (view, at) => view.getInt16(at, true),
  },
  int32: {
    dataType: DataType.INT32,
    bytes: 4,
    text: 'int32',
    write: (view, at, value) => view.setInt32(at, Number(value), true),
    read: (view, at) => view.getInt32(at, true),
  },
  int64: {
    dataType: DataType.INT64,
    bytes: 8,
    text: 'int64',
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
    read: (view, at) => view.getBigInt64(at, true),
  },
  uint8: {
    dataType: DataType.UINT8,
    bytes: 1,
    text: 'uint8',
    write: (view, at, value) => view.setUint8(at, Number(value)),
    read: (view, at) => view.getUint8(at),
  },
  uint16: {
    dataType: DataType.UINT16,
    bytes: 2,
    text: 'uint16',
    write: (view, at, value) => view.setUint16(at, Number(value), true),
    read: (view, at) => view.getUint16(at, true),
  },
  uint32: {
    dataType: DataType.UINT32,
    bytes: 4,
    text: 'uint32',
    write: (view, at, value) => view.setUint32(at, Number(value), true),
    read: (view, at) => view.getUint32(at, true),
  },
  uint64: {
    dataType: DataType.UINT64,
    bytes: 8,
    text: 'uint64',
    write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
    read: (view, at) => view.getBigUint64(at, true),
  },
  float16: {
    dataType: DataType.FLOAT16,
    bytes: 2,
    text: 'float16',
    write: (view, at, value) => setFloat16(view, at, Number(value), true),
    read: (view, at) => view.getUint16(at, true),
  },
  float32: {
    dataType: DataType.FLOAT,
    bytes: 4,
    text: 'float',
    write: (view, at, value) => view.setFloat32(at, Number(value), true),
    read: (view, at) => view.getFloat32(at, true),
  },
  float64: {
    dataType: DataType.DOUBLE,
    bytes: 8,
    text: 'double',
    write: (view, at, value) => view.setFloat64(at, Number(value), true),
    read: (view, at) => view.getFloat64(at, true),
  },
}

const byDataType = new Map<number, OnnxDType>(onnxDTypes.map((dtype) => [facts[dtype].dataType, dtype]))

export const isOnnxDType = (dtype: string): dtype is OnnxDType => Object.hasOwn(facts, dtype)
export const dataTypeOf = (dtype: OnnxDType): DataType => facts[dtype].dataType
/** The dtype of an ONNX data type; undefined for strings, complex, bfloat16, float8 and the types of 2 to 6 bits. */
export const dtypeOf = (dataType: number): OnnxDType | undefined => byDataType.get(dataType)
export const bytesPerElement = (dtype: OnnxDType): number => facts[dtype].bytes
export const textOf = (dtype: OnnxDType): string => facts[dtype].text

/** The little-endian bytes of these values. */
export function encodeValues(dtype: OnnxDType, values: readonly (number | bigint)[]): Uint8Array {
  const { bytes, write } = facts[dtype]
  const encoded = new Uint8Array(values.length * bytes)
  const view = new DataView(encoded.buffer)
  values.forEach((value, index) => write(view, index * bytes, value))
  return encoded
}

/** The values in little-endian bytes; float16 as bits. */
export function decodeValues(dtype: OnnxDType, encoded: Uint8Array): (number | bigint)[] {
  const { bytes, read } = facts[dtype]
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  return Array.from({ length: Math.floor(encoded.byteLength / bytes) }, (_, index) =>
    read(view, index * bytes),
  )
}
