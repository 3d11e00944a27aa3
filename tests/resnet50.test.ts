import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { ResNetForImageClassification } from '@tendril/nn'
import { sharedFolder } from '@tendril/testing'
import { describe, expect, test, vi } from 'vitest'
import { engines } from './engines.ts'
import { seededSafetensors } from './resnet50/seeded-weights.ts'

// Billions of products on every engine, also on those in plain JavaScript.
vi.setConfig({ testTimeout: 600_000 })

const conformance = sharedFolder('conformance', new URL('..', import.meta.url))

interface Expected {
  readonly name: string
  readonly output: readonly number[]
  readonly tolerance: { readonly rtol: number; readonly atol: number }
}

/** Of microsoft/resnet-50. */
interface Layout {
  readonly config: Readonly<Record<string, unknown>>
}

const side = 224

describe.skipIf(conformance === undefined)(
  'the seeded ResNet-50 as a Module (skipped where ../shared/conformance is absent)',
  () => {
    const shared = conformance ?? new URL('.', import.meta.url)
    const file = new URL('onnx-node/light/light_resnet50/model.onnx', shared)
    let weights: Uint8Array | undefined
    const found = new Map<string, Float32Array>()

    test.each(engines)('gives the stored outputs on %s', async (engine) => {
      const { config } = JSON.parse(readFileSync(new URL('hf-resnet50.json', shared), 'utf8')) as Layout
      const stored = JSON.parse(readFileSync(new URL('seeded-graphs.json', shared), 'utf8')) as Expected[]
      const { output, tolerance } = stored.find(({ name }) => name === 'light_resnet50')!
      await td.withBackend(engine, async () => {
        const model = ResNetForImageClassification.fromParts(config, (weights ??= seededSafetensors(file)))
        const count = 3 * side * side
        const pixels = Float32Array.from({ length: count }, (_, i) => i / count)
        const pixelValues = td.reshape(td.array(pixels), [1, 3, side, side])
        const traced = td.traceGraph(model, { args: [{ pixelValues }] })
        const { logits } = traced({ pixelValues })
        found.set(engine, (await td.softmax(logits, { axis: -1 }).data()) as Float32Array)
      })
      expectClose(found.get(engine)!, output, tolerance)
    })

    test('is equal across engines', () => {
      expect([...found.keys()]).toEqual(engines)
      const [first, ...others] = found.values()
      for (const other of others) expectClose(other, first!, { rtol: 1e-3, atol: 1e-6 })
    })
  },
)

function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { rtol, atol }: Expected['tolerance'],
): void {
  expect(got.length).toBe(want.length)
  const wrong = Array.from(want, (value, i) => [i, got[i]!, value] as const).filter(
    ([, value, wanted]) => !(Math.abs(value - wanted) <= atol + rtol * Math.abs(wanted)),
  )
  expect(wrong).toEqual([])
}
