import * as td from '@tendril/core'
import { loadedEngine } from '@tendril/core/testing'
import { randomGraph, type RandomGraph, upload, whileFlushing, wrongResult } from '@tendril/testing'
import { asyncProperty, check as runChecks } from 'fast-check'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'
import { wasmPaths } from './wasm-paths.ts'

// As tests/random-graphs, on GPUs: random compositions of ops, which shaders fuse.

const pairs = [
  ['tfjs:webgpu', 'tfjs:wasm'],
  ['tfjs:webgl', 'tfjs:webgpu'],
  ['tfjs:wasm', 'tfjs:webgl'],
] as const
const numRuns = 15 * Number(import.meta.env['TENDRIL_RUNS'])

beforeAll(() => td.registerBackend(tfjs({ wasmPaths })))
afterEach(() => td.unsetBackend())

/** What is right on an engine: GPUs may take numbers below the smallest normal one for zero. */
const rightOn = (engine: string, { truth }: RandomGraph): ReturnType<RandomGraph['truth']> =>
  whileFlushing(engine !== 'tfjs:wasm', truth)

/** What is wrong with a graph that is traced on one engine and moved to another. */
async function wrongMoving(graph: RandomGraph, from: string, to: string): Promise<string | undefined> {
  const [here, there] = [from, to].map((engine) =>
    graph.inputs.map((host) => upload(loadedEngine(engine)!, host)),
  )
  const traced = td.traceGraph(graph.fn, { args: here! })
  const moved = await traced.to(to)
  return (
    (await wrongResult(`called on ${from}`, graph.fn(...here!), rightOn(from, graph))) ??
    (await wrongResult(`traced on ${from}`, traced(...here!), rightOn(from, graph))) ??
    (await wrongResult(`moved to ${to}`, moved(...there!), rightOn(to, graph)))
  )
}

const passes = 'nothing is wrong'

describe.each(pairs)('traced on %s, moved to %s', (from, to) => {
  test('random compositions of ops give what is right', async () => {
    await td.loadBackend(to)
    await td.setBackend(from)
    const result = await runChecks(
      asyncProperty(randomGraph({ dtypes: ['float32', 'int32', 'bool'] }), async (graph) => {
        const wrong = await wrongMoving(graph, from, to)
        if (wrong !== undefined) throw new Error(wrong)
      }),
      { numRuns, seed: 1 },
    )
    const [smallest] = result.counterexample ?? []
    const found = smallest === undefined ? passes : `${String(smallest)}\n${String(result.errorInstance)}`
    expect(found).toBe(passes)
  })
})
