import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import * as td from '@tendril/core'
import * as nn from '@tendril/nn'
import { attr, exportOnnx, importOnnx, ModelBuilder } from '@tendril/onnx'
import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { type GraphProto, ModelProtoSchema } from '../../packages/onnx/src/gen/onnx_pb.ts'

const graphOf = (bytes: Uint8Array): GraphProto => fromBinary(ModelProtoSchema, bytes).graph!
const storedIn = (bytes: Uint8Array): readonly string[] => graphOf(bytes).initializer.map(({ name }) => name)

class Block extends nn.Module {
  mix = new nn.Linear(3, 3)
  readonly scale = new td.Variable(td.array([1, 1, 1]))

  forward(x: td.NDArray): td.NDArray {
    return td.multiply(td.relu(this.mix.call(x) as td.NDArray), this.scale.value)
  }
}

class Net extends nn.Module {
  blocks = [new Block(), new Block()]
  readonly outScale = [new td.Variable(td.array([2, 3]))]
  head = new nn.Linear(3, 2, { bias: false })

  forward(x: td.NDArray): td.NDArray {
    const y = this.blocks.reduce((z, block) => block.call(z), x)
    return td.multiply(this.head.call(y), this.outScale[0]!.value)
  }
}

const net = new Net()
const score = (x: td.NDArray): td.NDArray => net.call(x)
const weights = Object.keys(net.stateDict())

describe.each([false, true])('a module (frozen: %s)', (freeze) => {
  const graph = td.traceGraph(score, { args: [td.spec('float32', ['n', 3]) as never], freeze })

  test('has its weights in a file by the keys of its state', async () => {
    const bytes = exportOnnx(graph)
    expect(storedIn(bytes).toSorted()).toEqual(weights.toSorted())
    expect(graphOf(bytes).node.map(({ name, output }) => `${name} ${output.join()}`)).toEqual([
      'blocks.0.mix/gemm blocks.0.mix/gemm',
      'blocks.0/relu blocks.0/relu',
      'blocks.0/mul blocks.0/mul',
      'blocks.1.mix/gemm blocks.1.mix/gemm',
      'blocks.1/relu blocks.1/relu',
      'blocks.1/mul blocks.1/mul',
      'head/gemm head/gemm',
      'mul y',
    ])
    await (await InferenceSession.create(bytes)).release()
  })

  test('keeps them when the graph is saved and when the file is imported', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tendril-names-'))
    await graph.save(join(folder, 'graph'))
    const loaded = await td.loadGraph(join(folder, 'graph'))
    rmSync(folder, { recursive: true })
    const bytes = exportOnnx(graph)
    expect(storedIn(exportOnnx(loaded as never))).toEqual(storedIn(bytes))
    expect(storedIn(exportOnnx(importOnnx(bytes)))).toEqual(storedIn(bytes))
  })
})

test('places of one name are told apart, and no name is that of an input', () => {
  const [first, second] = [1, 2].map((value) => new td.Variable(td.array([value]), { name: 'x' }))
  const graph = td.traceGraph((x: td.NDArray) => td.add(td.add(x, first!.value), second!.value), {
    args: [td.ones([1])],
  })
  expect(storedIn(exportOnnx(graph))).toEqual(['x_1', 'x_2'])
})

/** `x` times and plus arrays that a file has names for, one of them made by a node. */
function modelOf(scale: string, shift: string, one: string): Uint8Array {
  const model = new ModelBuilder({ opsets: { '': 21 } })
  const x = model.input('float32', ['n', 2], 'x')
  const bytes = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
  model.initializer('float32', [2], bytes(2, 3), scale)
  model.initializer('float32', [2], bytes(0, 0), shift)
  model.nodeNamed('Constant', [], [one], { attributes: { value_float: attr.float(1) } })
  const moved = model.node('Add', [model.node('Mul', [x, scale]), shift])
  model.nodeNamed('Sub', [moved, one], ['y'])
  model.output('y', 'float32', ['n', 2])
  return model.build()
}

test.each([
  ['fc.weight', 'fc.bias', '/Constant_output_0'],
  ['c0', 'c2', 'v0'],
  ['add', 'mul', 'a b'],
])('weights of a model keep their names: %s, %s', (scale, shift, one) => {
  const bytes = exportOnnx(importOnnx(modelOf(scale, shift, one)))
  expect(storedIn(bytes)).toEqual(expect.arrayContaining([scale, shift]))
  expect(exportOnnx(importOnnx(bytes))).toEqual(bytes)
})

test('what is computed of a weight has no name, and equal weights are two', () => {
  const model = new ModelBuilder({ opsets: { '': 21 } })
  const x = model.input('float32', [2], 'x')
  const zeros = new Uint8Array(8)
  for (const name of ['a', 'b', 'unused']) model.initializer('float32', [2], zeros, name)
  const sum = model.node('Add', [model.node('Add', [x, 'a']), 'b'])
  model.nodeNamed('Add', [sum, model.node('Exp', ['a'])], ['y'])
  model.output('y', 'float32', [2])
  expect(storedIn(exportOnnx(importOnnx(model.build())))).toEqual(['a', 'b', 'c0'])
})
