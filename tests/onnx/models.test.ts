import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx, type OnnxFunction } from '@tendril/onnx'
import { sharedFolder } from '@tendril/testing'
import * as ort from 'onnxruntime-node'
import { describe, expect, test, vi } from 'vitest'
import { engines } from '../engines.ts'
import { seededModel } from '../resnet50/seeded-weights.ts'

// Billions of products on every engine, also on those in plain JavaScript.
vi.setConfig({ testTimeout: 600_000 })

const root = new URL('../..', import.meta.url)
const conformance = sharedFolder('conformance', root)
const models = sharedFolder('models', root)

interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** A model and what it gives. */
interface Example {
  readonly model: () => Uint8Array | string
  readonly tolerance: Tolerance
  readonly cases: () => readonly (readonly [readonly td.NDArray[], readonly td.NDArray[]])[]
}

const json = <T>(file: URL): T => JSON.parse(readFileSync(file, 'utf8')) as T

interface Seeded {
  readonly name: string
  readonly shape: readonly number[]
  readonly output: readonly number[]
  readonly tolerance: Tolerance
}

/** A network of ONNX' own tests with weights by a rule. */
function seeded(name: string): Example {
  const { shape, output, tolerance } = json<Seeded[]>(new URL('seeded-graphs.json', conformance)).find(
    (one) => one.name === name,
  )!
  const count = shape.reduce((n, size) => n * size, 1)
  const file = new URL(`onnx-node/light/${name}/model.onnx`, conformance)
  return {
    model: () => seededModel(file),
    tolerance,
    cases: () => {
      const input = td.reshape(td.array(Float32Array.from({ length: count }, (_, i) => i / count)), shape)
      return [[[input], [td.array(output)]]]
    },
  }
}

interface Published {
  readonly tolerance: Tolerance
  readonly cases: readonly {
    readonly inputs: Readonly<Record<string, string>>
    readonly outputs: Readonly<Record<string, string>>
  }[]
}

/** A published model with arrays beside it. */
function published(name: string): Example {
  const folder = new URL(`${name}/`, models)
  const { tolerance, cases } = json<Published>(new URL('expected.json', folder))
  const arrays = (files: Readonly<Record<string, string>>): readonly td.NDArray[] =>
    Object.values(files).map((file) => td.loadNpy(readFileSync(new URL(file, folder))))
  return {
    model: () => fileURLToPath(new URL('model.onnx', folder)),
    tolerance,
    cases: () => cases.map(({ inputs, outputs }) => [arrays(inputs), arrays(outputs)] as const),
  }
}

interface Photos {
  readonly tolerance: Tolerance
  readonly classes: readonly string[]
  readonly preprocess: { readonly mean: readonly number[]; readonly std: readonly number[] }
  readonly cases: readonly {
    readonly pixels_uint8_hwc: readonly number[]
    readonly logits: readonly number[]
    readonly top1: string
  }[]
}

const photoFolder = new URL('resnet20-cifar10/', models)
const photos = models && json<Photos>(new URL('expected.json', photoFolder))

/** Pixels of 32 x 32 as the network takes them. */
function prepared(pixels: readonly number[]): td.NDArray {
  const { mean, std } = photos!.preprocess
  const scaled = td.divide(td.reshape(td.array(pixels), [1, 32, 32, 3]), 255)
  return td.permuteDims(td.divide(td.subtract(scaled, td.array(mean)), td.array(std)), [0, 3, 1, 2])
}

const resnet20 = (): Example => ({
  model: () => fileURLToPath(new URL('model.onnx', photoFolder)),
  tolerance: photos!.tolerance,
  cases: () =>
    photos!.cases.map(
      ({ pixels_uint8_hwc: pixels, logits }) => [[prepared(pixels)], [td.array(logits)]] as const,
    ),
})

const examples: readonly (readonly [string, URL | undefined, () => Example])[] = [
  ['ResNet-50', conformance, () => seeded('light_resnet50')],
  ['SqueezeNet', conformance, () => seeded('light_squeezenet')],
  ['mnist', models, () => published('mnist')],
  ['resnet20-cifar10', models, resnet20],
  ['ultraface', models, () => published('ultraface-rfb-320')],
]

describe.each(examples)('%s', (_, folder, make) => {
  describe.skipIf(folder === undefined)('as an imported graph (skipped where ../shared is absent)', () => {
    test.each(engines)('gives the stored outputs on %s', async (engine) => {
      await td.loadBackend(engine)
      const { model, tolerance, cases } = make()
      const graph = await importOnnx(model()).to(engine)
      for (const [inputs, outputs] of cases()) expectClose(await resultsOf(graph, inputs), outputs, tolerance)
    })

    test('is the same after an export, in onnxruntime by itself', async () => {
      const { model, tolerance, cases } = make()
      const session = await ort.InferenceSession.create(exportOnnx(importOnnx(model())))
      for (const [inputs, outputs] of cases()) {
        const feeds = inputs.map((x) => new ort.Tensor('float32', x.dataSync() as Float32Array, [...x.shape]))
        const found = await session.run(
          Object.fromEntries(session.inputNames.map((name, i) => [name, feeds[i]!])),
        )
        const results = session.outputNames.map((name) => td.array(found[name]!.data as Float32Array))
        expectClose(results, outputs, tolerance)
      }
      await session.release()
    })
  })
})

test.skipIf(models === undefined)('the cat is a cat (skipped where ../shared/models is absent)', () => {
  const graph = importOnnx(resnet20().model())
  const found = photos!.cases.map(({ pixels_uint8_hwc: pixels }) => {
    const logits = graph(prepared(pixels)) as td.NDArray
    return photos!.classes[td.argmax(logits).item() as number]
  })
  expect(found).toEqual(photos!.cases.map(({ top1 }) => top1))
  expect(found.slice(0, 2)).toEqual(['cat', 'cat'])
})

async function resultsOf(
  graph: td.Graph<OnnxFunction>,
  inputs: readonly td.NDArray[],
): Promise<readonly td.NDArray[]> {
  const given = graph(...inputs)
  const results = (Array.isArray(given) ? given : [given]) as td.NDArray[]
  await Promise.all(results.map((array) => array.data()))
  return results
}

function expectClose(
  got: readonly td.NDArray[],
  want: readonly td.NDArray[],
  { rtol, atol }: Tolerance,
): void {
  expect(got.length).toBe(want.length)
  got.forEach((array, output) => {
    const wanted = want[output]!.dataSync() as Float32Array
    const found = array.dataSync() as Float32Array
    expect(found.length).toBe(wanted.length)
    const isWrong = (value: number, i: number): boolean =>
      !(Math.abs(value - wanted[i]!) <= atol + rtol * Math.abs(wanted[i]!))
    expect([...found].findIndex(isWrong), `output ${output}`).toBe(-1)
  })
}
