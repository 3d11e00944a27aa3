import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import { sharedFolder } from '@tendril/testing'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { modelFiles, readNpy } from './files.ts'

// Models of tfjs are traced as they are, run on every engine, and exported.

const folder = sharedFolder('models', new URL('../..', import.meta.url))
const engines = ['tfjs:cpu', 'tfjs:wasm', 'ort', 'numjs', 'reference'] as const

interface Expected {
  readonly outputs?: readonly { readonly name: string; readonly file: string }[]
  readonly tolerance: { readonly rtol: number; readonly atol: number }
}
const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(new URL(`${name}/expected.json`, folder), 'utf8')) as Expected

const inputOf = (name: string): tf.Tensor => {
  const { data, shape } = readNpy(new URL(`${name}/input.npy`, folder))
  return tf.tensor(data, [...shape])
}

function expectNear(got: tf.Tensor, file: URL, { rtol, atol }: Expected['tolerance']): void {
  const { data, shape } = readNpy(file)
  expect(got.shape).toEqual(shape)
  const numbers = got.dataSync()
  const place = data.findIndex((want, i) => !(Math.abs(numbers[i]! - want) <= atol + rtol * Math.abs(want)))
  expect(place, `element ${place}: ${numbers[place]} instead of ${data[place]}`).toBe(-1)
}

describe.skipIf(folder === undefined)('models of tfjs (skipped: ../shared/models is absent)', () => {
  beforeAll(async () => {
    for (const engine of engines) await td.loadBackend(engine)
    await td.setBackend('tfjs:cpu')
    await tf.setBackend('cpu')
  })
  afterEach(() => tf.disposeVariables())

  test('a LayersModel', async () => {
    const name = 'resnet8-cifar10-layers'
    const model = await loadLayersModel(modelFiles(new URL(`${name}/`, folder)))
    const input = inputOf(name)
    const graph = td.traceGraph(model, { args: [input] })
    const { tolerance } = expectedOf(name)
    for (const engine of engines) {
      const there = await graph.to(engine)
      expectNear(there(input) as tf.Tensor, new URL(`${name}/expected.npy`, folder), tolerance)
    }
  })

  test.each(['blazeface-graph', 'liveness-graph'])('a GraphModel: %s', async (name) => {
    const model = await loadGraphModel(modelFiles(new URL(`${name}/`, folder)))
    const input = inputOf(name)
    const graph = td.traceGraph(model, { args: [input] })
    const { tolerance, outputs } = expectedOf(name)
    for (const engine of engines) {
      const there = await graph.to(engine)
      const got = there(input)
      const list = (Array.isArray(got) ? got : [got]) as tf.Tensor[]
      console.log(
        name,
        engine,
        list.map(({ shape }) => shape),
        outputs!.length,
      )
      for (const { name: out, file } of outputs!) {
        const at = model.outputs.findIndex((one) => one.name.startsWith(`${out}:`) || one.name === out)
        expectNear(list[at]!, new URL(`${name}/${file}`, folder), tolerance)
      }
    }
  })
})
void exportOnnx
