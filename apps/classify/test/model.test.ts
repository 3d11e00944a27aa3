import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { openReaders, type Readers } from '../src/engines.ts'
import { digitModel } from '../src/model.ts'
import { batchOf, largestDifference, likeliest, probabilities } from '../src/reading.ts'
import { readHeldOut, readSamples, type Sample } from '../src/samples.ts'
import { readWeights } from '../src/weights.ts'

const engines = ['numjs', 'tfjs:cpu', 'tfjs:wasm', 'ort:cpu']
const drawings = fileURLToPath(new URL('images/', import.meta.url))

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let examples: Sample[]
let opened: Readers

beforeAll(async () => {
  examples = await readSamples()
  opened = await openReaders(undefined, examples, { progress() {} })
})

function reader(name: string): Readers['readers'][0] {
  const found = opened.readers.find((one) => one.name === name)
  if (found === undefined) throw new Error(`${name} is absent: ${JSON.stringify(opened.absent)}`)
  return found
}

const wrong = (samples: readonly Sample[], ofImages: readonly Float32Array[]): string[] =>
  samples.flatMap(({ name, label }, at) => {
    const read = likeliest(ofImages[at] ?? new Float32Array())
    return read === label ? [] : [`${name} as ${read}`]
  })

describe('the model', () => {
  test('is traced once, for images of any number, and moved without running again', async () => {
    for (const name of engines) {
      const { graph } = reader(name)
      for (const count of [1, 3, 10]) {
        expect(graph(batchOf(examples.slice(0, count))).shape).toEqual([count, 10])
      }
      expect(graph.explain().runs).toBe(1)
    }
  })

  test('reads at least 97 % of the held-out images', async () => {
    const samples = await readHeldOut()
    const mistakes = wrong(samples, await probabilities(reader('tfjs:wasm'), batchOf(samples)))
    expect(samples).toHaveLength(360)
    expect(mistakes.length).toBeLessThanOrEqual(0.03 * samples.length)
  })

  test.each(engines)('reads the ten examples and the 24 drawings on %s', async (name) => {
    const drawn = await readSamples(drawings)
    expect(drawn).toHaveLength(24)
    const samples = [...examples, ...drawn]
    expect(wrong(samples, await probabilities(reader(name), batchOf(samples)))).toEqual([])
  })

  test('gives the same probabilities on every engine as eagerly on the reference', async () => {
    const truth = await td.withBackend('reference', async () => {
      const images = batchOf(examples)
      return probabilities({ graph: digitModel(await readWeights()) }, images)
    })
    for (const ofDigits of truth) expect(ofDigits.reduce((sum, one) => sum + one)).toBeCloseTo(1, 5)
    const far: string[] = []
    for (const name of engines) {
      const ofEngine = await probabilities(reader(name), batchOf(examples))
      if (!(largestDifference(truth, ofEngine) < 1e-5)) far.push(name)
    }
    expect(far).toEqual([])
  })
})

describe('the largest difference', () => {
  test('is over all images and digits, and NaN where one is NaN', () => {
    const a = [Float32Array.of(0.5, 0.25), Float32Array.of(0, 1)]
    expect(largestDifference(a, a)).toBe(0)
    expect(largestDifference(a, [Float32Array.of(0.5, 0.25), Float32Array.of(0.75, 1)])).toBe(0.75)
    expect(largestDifference(a, [Float32Array.of(NaN, 0.25), Float32Array.of(0.75, 1)])).toBeNaN()
  })
})
