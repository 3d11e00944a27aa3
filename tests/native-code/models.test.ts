import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import { sharedFolder } from '@tendril/testing'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pythonWithOnnxruntime } from '../numpy/python.ts'
import { withNode } from '../engines.ts'
import { modelFiles, readNpy } from './files.ts'
import { runInPython } from './run-in-python.ts'
import { deviceOf, sources, useSource } from './sources.ts'

// Models of tfjs are traced as they are, run on every engine, and exported.

const folder = sharedFolder('models', new URL('../..', import.meta.url))
const engines = ['tfjs:cpu', 'tfjs:wasm', ...withNode, 'ort', 'numjs'] as const

const found = folder === undefined ? { absent: 'there are no models' } : pythonWithOnnxruntime()
const python = 'python' in found ? found.python : undefined

/** The models of the tests above as ONNX, with the files of their results in order. */
const exported: { readonly name: string; readonly model: Uint8Array; readonly outputs: readonly string[] }[] =
  []

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
  describe.each(sources)('loaded and traced on %s', (source) => {
    beforeAll(async () => {
      for (const engine of engines) await td.loadBackend(engine)
      await useSource(source)
    })
    afterEach(() => tf.disposeVariables())

    /** The results of a traced model on every engine are those of the files, in tensors of tfjs: of the engine's device, or of the source's. */
    async function expectEqual(
      graph: td.Graph<(x: tf.Tensor) => unknown>,
      name: string,
      files: readonly string[],
    ): Promise<void> {
      const input = inputOf(name)
      for (const engine of engines) {
        const got = [(await graph.to(engine))(input) as tf.Tensor | tf.Tensor[]].flat()
        expect(got.length).toBe(files.length)
        got.forEach((one, i) => {
          expect(deviceOf(one)).toBe(engine.startsWith('tfjs') ? engine : source)
          expectNear(one, new URL(`${name}/${files[i]!}`, folder), expectedOf(name).tolerance)
        })
      }
      if (source === 'tfjs:cpu') exported.push({ name, model: exportOnnx(graph), outputs: files })
    }

    test('a LayersModel', async () => {
      const name = 'resnet8-cifar10-layers'
      const model = await loadLayersModel(modelFiles(new URL(`${name}/`, folder)))
      const graph = td.traceGraph(model, { args: [inputOf(name)] })
      await expectEqual(graph as unknown as td.Graph<(x: tf.Tensor) => unknown>, name, ['expected.npy'])
    })

    test.each(['blazeface-graph', 'liveness-graph'])('a GraphModel: %s', async (name) => {
      const model = await loadGraphModel(modelFiles(new URL(`${name}/`, folder)))
      const { outputs } = expectedOf(name)
      const files = model.outputs.map(
        (one) => outputs!.find(({ name: out }) => one.name === out || one.name.startsWith(`${out}:`))!.file,
      )
      const graph = td.traceGraph(model, { args: [inputOf(name)] })
      await expectEqual(graph as unknown as td.Graph<(x: tf.Tensor) => unknown>, name, files)
    })
  })

  test.skipIf(python === undefined)(
    `as ONNX files${'absent' in found ? ` (skipped: ${found.absent})` : ''} give the same in Python's onnxruntime`,
    () => {
      expect(exported.map(({ name }) => name)).toEqual([
        'resnet8-cifar10-layers',
        'blazeface-graph',
        'liveness-graph',
      ])
      for (const { name, model, outputs } of exported) {
        const input = new URL(`${name}/input.npy`, folder)
        const want = outputs.map((file) => new URL(`${name}/${file}`, folder))
        expect(runInPython(python!, model, input, want, expectedOf(name).tolerance)).toBe('right')
      }
    },
    60_000,
  )
})
