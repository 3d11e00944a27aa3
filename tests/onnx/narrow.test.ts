import { create } from '@bufbuild/protobuf'
import { attr, exportOnnx, importOnnx, type ModelBuilder } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { TensorProto_DataType as DataType, TensorProtoSchema } from '../../packages/onnx/src/gen/onnx_pb.ts'
import { type Case, type Given, judged, modelOf, ranByOrt } from './judged.ts'
import { differenceOf } from './node-tests.ts'

const some = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((i * step) % 7))
const f = (shape: readonly number[], data: readonly number[]): Given => ['float32', shape, data]

/** Stores elements of few bits, which stand side by side in bytes. */
function stored(
  model: ModelBuilder,
  dataType: DataType,
  shape: readonly number[],
  rawData: Uint8Array,
): string {
  const { initializer } = model.proto
  const name = `w${initializer.length}`
  initializer.push(create(TensorProtoSchema, { name, dataType, dims: shape.map(BigInt), rawData }))
  return name
}

const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i * 89 + 45)

const products = (name: string, dataType: DataType): Case => ({
  name: `products with blocks of ${name}`,
  inputs: [f([2, 8], some(16, -3, 3)), f([2, 5], some(10, 0.5, 3))],
  build: (model, [x, scale]) => {
    const w = stored(model, dataType, [8, 5], bytes(20))
    const zero = stored(model, dataType, [2, 5], bytes(5))
    const attributes = { axis: 0, block_size: 4 }
    const floats = model.node('DequantizeLinear', [w, scale!, zero], { attributes })
    return [[model.node('MatMul', [x!, floats]), 'float32']]
  },
})

const thereAndBack = (name: string, dataType: DataType, zeros: number): Case => ({
  name: `there and back through ${name}`,
  inputs: [f([2, 6], [-9, -4.5, -2.5, -0.5, 0, 0.25, 0.5, 1.5, 2.5, 3.75, 7, 600]), f([2], [1, 0.5])],
  build: (model, [x, scale]) => {
    const zero = stored(model, dataType, [2], new Uint8Array(zeros))
    const attributes = { axis: 0 }
    const y = model.node('QuantizeLinear', [x!, scale!, zero], { attributes })
    return [[model.node('DequantizeLinear', [y, scale!, zero], { attributes }), 'float32']]
  },
})

const cases: readonly Case[] = [
  products('int4', DataType.INT4),
  products('uint4', DataType.UINT4),
  thereAndBack('int4', DataType.INT4, 1),
  thereAndBack('uint4', DataType.UINT4, 1),
  thereAndBack('float8e4m3fn', DataType.FLOAT8E4M3FN, 2),
  thereAndBack('float8e4m3fnuz', DataType.FLOAT8E4M3FNUZ, 2),
  thereAndBack('float8e5m2', DataType.FLOAT8E5M2, 2),
  thereAndBack('float8e5m2fnuz', DataType.FLOAT8E5M2FNUZ, 2),
  {
    name: 'Cast to int4 and through a transposition back',
    inputs: [f([2, 3], [-8, 7, 3, -1, 0, 5])],
    build: (model, [x]) => {
      const y = model.node('Cast', [x!], { attributes: { to: DataType.INT4 } })
      const turned = model.node('Transpose', [y])
      return [[model.node('Cast', [turned], { attributes: { to: attr.dtype('int8') } }), 'int8']]
    },
  },
]

const named = cases.map((test) => [test.name, test] as const)

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('as onnxruntime computes, on %s', (engine) => {
  it.each(named)('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})

it.each(named)('round trip: %s', async (_, test) => {
  const model = modelOf(test)
  const [expected] = await ranByOrt(model, test.inputs)
  const [got] = await ranByOrt(exportOnnx(importOnnx(model)), test.inputs)
  expect(differenceOf(got!, expected!, { rtol: 1e-5, atol: 1e-6 })).toBeUndefined()
})
