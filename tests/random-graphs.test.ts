import * as td from '@tendril/core'
import { loadedEngine } from '@tendril/core/testing'
import { randomGraph, type RandomGraph, upload, wrongResult } from '@tendril/testing'
import { asyncProperty, check as runChecks } from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { rightOn, withNode } from './engines.ts'

// Random compositions of ops, traced on one engine and moved to another, against the truth in float64.

const engines = ['numjs', 'tfjs:cpu', ...withNode, 'ort'] as const
const pairs = engines.flatMap((from) => engines.filter((to) => to !== from).map((to) => [from, to] as const))
const numRuns = Math.round(20 * Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

afterEach(() => td.unsetBackend())

/** What is wrong with a graph that is traced on one engine and moved to another. */
async function wrongMoving(
  { fn, inputs, truth }: RandomGraph,
  from: string,
  to: string,
): Promise<string | undefined> {
  const [rightHere, rightThere] = [from, to].map((engine) => rightOn(engine, truth))
  const [here, there] = [from, to].map((engine) => inputs.map((host) => upload(loadedEngine(engine)!, host)))
  const graph = td.traceGraph(fn, { args: here! })
  const moved = await graph.to(to)
  return (
    (await wrongResult(`called on ${from}`, fn(...here!), rightHere!)) ??
    (await wrongResult(`traced on ${from}`, graph(...here!), rightHere!)) ??
    (await wrongResult(`moved to ${to}`, moved(...there!), rightThere!))
  )
}

const passes = 'nothing is wrong'

describe.each(pairs)('traced on %s, moved to %s', (from, to) => {
  test('random compositions of ops give what is right', { timeout: 120_000 }, async () => {
    await td.loadBackend(to)
    await td.setBackend(from)
    const result = await runChecks(
      asyncProperty(randomGraph({ dtypes: ['float32', 'int32', 'bool'] }), async (graph) => {
        const wrong = await wrongMoving(graph, from, to)
        if (wrong !== undefined) throw new Error(wrong)
      }),
      { numRuns, seed },
    )
    const [smallest] = result.counterexample ?? []
    const found = smallest === undefined ? passes : `${String(smallest)}\n${String(result.errorInstance)}`
    expect(found).toBe(passes)
  })
})
