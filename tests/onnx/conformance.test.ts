import type { DType, Graph, NDArray } from '@tendril/core'
import { float16Array, type TypedArray } from '@tendril/core/adapter'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx, type OnnxFunction } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { engines as allEngines, withNode } from '../engines.ts'
import { known } from './known.ts'
import { onnxPage, type Outcome } from './report.ts'
import { differenceOf, type NodeTest, nodeTestFolder, nodeTests, type TestTensor } from './node-tests.ts'

const {
  ONNX_ENGINES: engines = allEngines.join(),
  ONNX_ONLY: only = '.',
  ONNX_TRIP: trip = '1',
} = process.env

/** Whether only some tests are asked for, or an engine is not there. */
const isPartial =
  withNode.length === 0 ||
  ['ONNX_ENGINES', 'ONNX_ONLY', 'ONNX_TRIP'].some((name) => process.env[name] !== undefined)
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

async function expectTrip(test: NodeTest): Promise<void> {
  const session = await ort.InferenceSession.create(exportOnnx(importOnnx(test.model())))
  for (const { inputs, outputs } of test.sets()) {
    const feeds = session.inputNames.map((name, i) => [name, tensorOf(inputs[i]!)] as const)
    const results = await session.run(Object.fromEntries(feeds))
    session.outputNames.forEach((name, i) => {
      expect(differenceOf(hostOfTensor(results[name]!), outputs[i]!, test), `output ${i}`).toBeUndefined()
    })
  }
  await session.release()
}

const outcomes = new Map<string, Map<string, Outcome>>()

/** Runs a test where the engine holds its dtypes, and notes what came of it. */
async function judged(
  place: string,
  test: NodeTest,
  held: readonly string[],
  run: () => Promise<void>,
): Promise<void> {
  const noted = outcomes.get(place) ?? new Map<string, Outcome>()
  outcomes.set(place, noted)
  if (test.dtypes.some((dtype) => !held.includes(dtype))) {
    noted.set(test.name, 'lacks a dtype')
    return
  }
  const failure = await run().then(
    () => undefined,
    (error: unknown) => error,
  )
  const isKnown = known[place]?.[test.name] !== undefined
  if (failure !== undefined && !isKnown) throw failure
  noted.set(test.name, isKnown ? 'known' : 'passed')
  expect(failure === undefined, 'a test that is known to fail does').toBe(!isKnown)
}

describe.skipIf(isAbsent)('skipped where ../shared/conformance/onnx-node is absent', () => {
  describe.each(engines.split(','))('on %s', (engine) => {
    it.each(tests.map((test) => [test.name, test] as const))('%s', async (_, test) => {
      const { dtypes } = await td.loadBackend(engine)
      await judged(engine, test, dtypes, () =>
        td.withBackend('reference', async () => {
          const graph = importOnnx(test.model())
          await expectOutputs(await graph.to(engine, { dtypePolicy: 'nearest' }), test)
        }),
      )
      expect(outcomes.get(engine)!.has(test.name)).toBe(true)
    })
  })

  describe.skipIf(trip === '')('round trip', () => {
    it.each(tests.map((test) => [test.name, test] as const))('%s', async (_, test) => {
      await judged('round trip', test, test.dtypes, () => expectTrip(test))
      expect(outcomes.get('round trip')!.has(test.name)).toBe(true)
    })
  })

  it.skipIf(isPartial)(
    'docs/onnx.md tells what passed (skipped in a run of some tests, or without tfjs:node)',
    async () => {
      await expect(onnxPage(tests, outcomes)).toMatchFileSnapshot('../../docs/onnx.md')
    },
  )
})
