import { create } from '@bufbuild/protobuf'
import { dataTypeOf, encodeValues, type OnnxDType } from './dtypes.ts'
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  TensorProtoSchema,
  type AttributeProto,
  type GraphProto,
  type TensorProto,
} from './gen/onnx_pb.ts'

/** The value of a node's attribute, made by `attr`. */
export type AttributeValue = Partial<
  Pick<AttributeProto, 'f' | 'i' | 's' | 't' | 'g' | 'floats' | 'ints' | 'strings'>
> & { readonly type: Type }

/**
 * The attributes of a node. Plain integers, booleans, integer lists and strings stand for themselves.
 * A float is always written `attr.float(x)`: 1 alone is an int, and ONNX tells them apart.
 */
export type Attributes = Readonly<
  Record<string, number | bigint | boolean | string | readonly (number | bigint)[] | AttributeValue>
>

const utf8 = new TextEncoder()

export const attr = {
  int: (value: number | bigint | boolean): AttributeValue => ({ type: Type.INT, i: BigInt(value) }),
  ints: (values: readonly (number | bigint)[]): AttributeValue => ({
    type: Type.INTS,
    ints: values.map((value) => BigInt(value)),
  }),
  float: (value: number): AttributeValue => ({ type: Type.FLOAT, f: value }),
  floats: (values: readonly number[]): AttributeValue => ({ type: Type.FLOATS, floats: [...values] }),
  string: (value: string): AttributeValue => ({ type: Type.STRING, s: utf8.encode(value) }),
  strings: (values: readonly string[]): AttributeValue => ({
    type: Type.STRINGS,
    strings: values.map((value) => utf8.encode(value)),
  }),
  /** A data type, as `Cast` takes it. */
  dtype: (dtype: OnnxDType): AttributeValue => ({ type: Type.INT, i: BigInt(dataTypeOf(dtype)) }),
  tensor: (
    dtype: OnnxDType,
    shape: readonly number[],
    values: readonly (number | bigint)[],
  ): AttributeValue => ({ type: Type.TENSOR, t: tensorProto('', dtype, shape, encodeValues(dtype, values)) }),
  graph: (graph: GraphProto): AttributeValue => ({ type: Type.GRAPH, g: graph }),
} as const

export function attributeProto(name: string, value: Attributes[string]): AttributeProto {
  return create(AttributeProtoSchema, { name, ...typed(value) })
}

/** A tensor over little-endian bytes, which are not copied. */
export function tensorProto(
  name: string,
  dtype: OnnxDType,
  shape: readonly number[],
  rawData: Uint8Array,
): TensorProto {
  const dims = shape.map((size) => BigInt(size))
  return create(TensorProtoSchema, { name, dims, dataType: dataTypeOf(dtype), rawData })
}

function typed(value: Attributes[string]): AttributeValue {
  if (typeof value === 'string') return attr.string(value)
  if (typeof value !== 'object') return attr.int(value)
  return isList(value) ? attr.ints(value) : value
}

const isList = (value: object): value is readonly (number | bigint)[] => Array.isArray(value)
