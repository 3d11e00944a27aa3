import { create } from '@bufbuild/protobuf'
import type { TypedArray } from '@tendril/core/adapter'
import * as td from '@tendril/core'
import type { Attributes } from '../../src/attributes.ts'
import type { OnnxDType } from '../../src/dtypes.ts'
import {
  type TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/gen/onnx_pb.ts'
import { importOnnx } from '../../src/import/import-onnx.ts'
import { ModelBuilder } from '../../src/model-builder.ts'

/** An input of a model: its dtype and its elements. */
export type Given = readonly [dtype: OnnxDType, values: readonly number[]]
/** An operand: an input of a model, or a stored tensor of a narrow type by its bytes. */
export type Operand =
  | Given
  | { readonly type: DataType; readonly dims: readonly number[]; readonly bytes: readonly number[] }

const isGiven = (operand: Operand): operand is Given => Array.isArray(operand)
export const narrow = (type: DataType, dims: readonly number[], ...bytes: readonly number[]): Operand => ({
  type,
  dims,
  bytes,
})

/** What a graph says of a value. */
export const typed = (name: string, elemType: DataType) =>
  create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } })

/** Runs nodes on operands, by names that they are given as x0, x1, …; the result of the last one. */
export function ran(
  operands: readonly Operand[],
  build: (model: ModelBuilder, names: readonly string[]) => string,
) {
  const model = new ModelBuilder({ opsets: { '': 25 }, irVersion: 11 })
  const names = operands.map((operand, i) => {
    if (isGiven(operand)) return model.input(operand[0], [operand[1].length])
    const dims = operand.dims.map(BigInt)
    const proto = { name: `w${i}`, dataType: operand.type, dims, rawData: Uint8Array.from(operand.bytes) }
    model.proto.initializer.push(create(TensorProtoSchema, proto))
    return proto.name
  })
  model.output(build(model, names), 'float32', null)
  const result = importOnnx(model.build())(
    ...operands.filter(isGiven).map(([dtype, values]) => td.array([...values], { dtype })),
  ) as td.NDArray
  return [
    result.dtype,
    [...(result.dataSync() as Exclude<TypedArray, BigInt64Array | BigUint64Array>)],
  ] as const
}

/** One node on all operands. */
export const node =
  (op: string, attributes: Attributes = {}) =>
  (model: ModelBuilder, names: readonly string[]): string =>
    model.node(op, names, { attributes })
