import type { DType, Graph, NDArray, TypedArray } from '@tendril/core'
import { float16Array } from '@tendril/core/adapter'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx, type OnnxFunction } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { differenceOf, type NodeTest, nodeTestFolder, nodeTests, type TestTensor } from './node-tests.ts'

const {
  ONNX_ENGINES: engines = 'reference,numjs,tfjs:cpu,ort',
  ONNX_ONLY: only = '.',
  ONNX_TRIP: trip = '1',
} = process.env

const isAbsent = nodeTestFolder === undefined
const tests = isAbsent ? [] : nodeTests().filter(({ name }) => new RegExp(only).test(name))

const hostOf = (array: NDArray): TestTensor => ({
  dtype: array.dtype,
  shape: [...array.shape],
  data: array.dataSync(),
})

/** onnxruntime takes and gives float16 as bits where JavaScript has no such arrays. */
const tensorOf = ({ dtype, shape, data }: TestTensor): ort.Tensor =>
  new ort.Tensor(
    dtype as 'float32',
    (dtype === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data) as Float32Array,
    shape,
  )

function hostOfTensor({ type, dims, data }: ort.Tensor): TestTensor {
  const halves = data as unknown as Uint16Array
  const elements = type === 'float16' ? float16Array(halves.buffer, halves.byteOffset, halves.length) : data
  return { dtype: type as DType, shape: dims, data: elements as TypedArray }
}

const given = ({ dtype, shape, data }: TestTensor): NDArray => td.reshape(td.array(data, { dtype }), shape)

async function expectOutputs(graph: Graph<OnnxFunction>, test: NodeTest): Promise<void> {
  for (const { inputs, outputs } of test.sets()) {
    const result = graph(...inputs.map(given))
    const results = (Array.isArray(result) ? result : [result]) as NDArray[]
    await Promise.all(results.map((array) => array.ready()))
    outputs.forEach((expected, i) => {
      expect(differenceOf(hostOf(results[i]!), expected, test), `output ${i}`).toBeUndefined()
    })
  }
}

describe.skipIf(isAbsent)('skipped where ../shared/conformance/onnx-node is absent', () => {
  for (const engine of engines.split(',')) {
    describe(`on ${engine}`, () => {
      it.each(tests.map((test) => [test.name, test] as const))('%s', async (_, test) => {
        const { dtypes } = await td.loadBackend(engine)
        const lacks = test.dtypes.find((dtype) => !dtypes.includes(dtype))
        if (lacks !== undefined) return
        await td.withBackend('reference', async () => {
          const graph = importOnnx(test.model())
          await expectOutputs(await graph.to(engine, { dtypePolicy: 'nearest' }), test)
        })
      })
    })
  }
  describe.skipIf(trip === '')('round trip', () => {
    it.each(tests.map((test) => [test.name, test] as const))('%s', async (_, test) => {
      const graph = importOnnx(test.model())
      if (process.env.COUNT) console.log(graph.initialized ? 'TRACED' : 'LAZY', test.name)
      const session = await ort.InferenceSession.create(exportOnnx(graph))
      for (const { inputs, outputs } of test.sets()) {
        const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, tensorOf(inputs[i]!)]))
        const results = await session.run(feeds)
        session.outputNames.forEach((name, i) => {
          expect(differenceOf(hostOfTensor(results[name]!), outputs[i]!, test), `output ${i}`).toBeUndefined()
        })
      }
      await session.release()
    })
  })
})
