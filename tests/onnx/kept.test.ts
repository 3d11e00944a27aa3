import * as td from '@tendril/core'
import { attr, type Attributes, exportOnnx, importOnnx, ModelBuilder, type Operators } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type NodeProto } from '../../packages/onnx/src/gen/onnx_pb.ts'

const nodesOf = (bytes: Uint8Array): readonly NodeProto[] => fromBinary(ModelProtoSchema, bytes).graph!.node

interface Case {
  readonly operator: string
  readonly opset: number
  readonly shape: readonly number[]
  readonly attributes?: Attributes
  /** Operands that the model stores. */
  readonly stored?: readonly (readonly [
    dtype: 'float32' | 'int64',
    shape: readonly number[],
    values: readonly number[],
  ])[]
  readonly outputs?: number
  /** What it is called now. */
  readonly now?: string
}

const bytesOf = (dtype: 'float32' | 'int64', values: readonly number[]): Uint8Array =>
  new Uint8Array((dtype === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values)).buffer)

/** The node on `x`, with a sum of its results behind it. */
function modelOf({ operator, opset, shape, attributes = {}, stored = [], outputs = 1 }: Case): Uint8Array {
  const model = new ModelBuilder({ opsets: { '': opset }, irVersion: 8 })
  model.input('float32', [...shape], 'x')
  const names = stored.map(([dtype, sizes, values], i) =>
    model.initializer(dtype, sizes, bytesOf(dtype, values), `operand.${i}`),
  )
  const made = Array.from({ length: outputs }, (_, i) => `made.${i}`)
  model.nodeNamed(operator, ['x', ...names], made, { attributes, name: 'the node' })
  made.forEach((name, i) => {
    model.nodeNamed('Abs', [name], [`y${i}`])
    model.output(`y${i}`, 'float32', null)
  })
  return model.build()
}

async function run(bytes: Uint8Array, shape: readonly number[]): Promise<readonly (readonly number[])[]> {
  const session = await ort.InferenceSession.create(bytes)
  const count = shape.reduce((n, size) => n * size, 1)
  const x = new ort.Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 2),
    shape,
  )
  const results = await session.run({ x })
  await session.release()
  return session.outputNames.map((name) => Array.from(results[name]!.data as Float32Array))
}

const cases: readonly Case[] = [
  { operator: 'LRN', opset: 8, shape: [1, 4, 3, 3], attributes: { size: 3 } },
  { operator: 'Hardmax', opset: 13, shape: [3, 4], attributes: { axis: 0 } },
  { operator: 'ThresholdedRelu', opset: 10, shape: [3, 4], attributes: { alpha: attr.float(0.5) } },
  {
    operator: 'Resize',
    opset: 11,
    shape: [1, 1, 3, 4],
    attributes: { mode: 'linear' },
    stored: [
      ['float32', [0], []],
      ['float32', [4], [1, 1, 2, 1.5]],
    ],
  },
  {
    operator: 'Upsample',
    opset: 9,
    shape: [1, 1, 3, 4],
    attributes: { mode: 'linear' },
    stored: [['float32', [4], [1, 1, 2, 3]]],
    now: 'Resize',
  },
  {
    operator: 'GridSample',
    opset: 16,
    shape: [1, 2, 3, 4],
    attributes: { mode: 'bicubic' },
    stored: [['float32', [1, 2, 2, 2], [0, 0.5, -0.5, 1, 0.1, -1, 0.3, 0.9]]],
  },
  { operator: 'ReduceL2', opset: 11, shape: [3, 4, 2], attributes: { axes: [1, 2], keepdims: 0 } },
  { operator: 'Split', opset: 11, shape: [4, 3], attributes: { axis: 0, split: [1, 3] }, outputs: 2 },
  { operator: 'Split', opset: 13, shape: [4, 3], attributes: { axis: 0 }, outputs: 2 },
  {
    operator: 'Scatter',
    opset: 10,
    shape: [3, 3],
    stored: [
      ['int64', [1, 3], [2, 0, 1]],
      ['float32', [1, 3], [7, 8, 9]],
    ],
    now: 'ScatterElements',
  },
  {
    operator: 'LSTM',
    opset: 11,
    shape: [3, 2, 2],
    attributes: { hidden_size: 2, direction: 'reverse' },
    stored: [
      ['float32', [1, 8, 2], Array.from({ length: 16 }, (_, i) => Math.cos(i))],
      ['float32', [1, 8, 2], Array.from({ length: 16 }, (_, i) => Math.sin(i * 3))],
    ],
  },
]

describe.each(cases)('$operator of operator set $opset', (one) => {
  test('is the same node in a file of the newest', async () => {
    const model = modelOf(one)
    const file = exportOnnx(importOnnx(model))
    const [node, ...others] = nodesOf(file)
    expect([node!.opType, node!.name]).toEqual([one.now ?? one.operator, 'the node'])
    expect(others.map(({ opType }) => opType)).toEqual(Array.from({ length: one.outputs ?? 1 }, () => 'Abs'))
    const [got, want] = [await run(file, one.shape), await run(model, one.shape)]
    expect(got.map((values) => values.length)).toEqual(want.map((values) => values.length))
    got.flat().forEach((value, i) => expect(value).toBeCloseTo(want.flat()[i]!, 5))
    expect(exportOnnx(importOnnx(file))).toEqual(file)
  })
})

test('an operator that the user gives in the place of one is what it was imported as', () => {
  const operators: Record<string, Operators> = { '': { Hardmax: (call) => td.sin(call.array(0)) } }
  const model = modelOf({ operator: 'Hardmax', opset: 13, shape: [2, 2] })
  expect(nodesOf(exportOnnx(importOnnx(model, { operators }))).map(({ opType }) => opType)).toEqual([
    'Sin',
    'Abs',
  ])
})

test('a model inside of a function is kept in its file, and a node that gradients change is not', () => {
  const model = importOnnx(
    modelOf({ operator: 'LRN', opset: 13, shape: [1, 2, 2, 2], attributes: { size: 1 } }),
  )
  const apply = (x: td.NDArray): td.NDArray => td.exp(model(x) as td.NDArray)
  const args = [td.ones([1, 2, 2, 2])]
  const file = exportOnnx(td.traceGraph(apply, { args }))
  expect(nodesOf(file).map(({ opType }) => opType)).toEqual(['LRN', 'Abs', 'Exp'])
  const slope = td.traceGraph(
    td.grad((x: td.NDArray) => td.sum(apply(x))),
    { args },
  )
  expect(() => exportOnnx(slope as never)).not.toThrow()
})
