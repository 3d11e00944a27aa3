import * as td from '@tendril/core'
import { loadedEngine, type NDArray } from '@tendril/core/testing'
import { type Bounded, check, printMismatch, randomGraph, type RandomGraph, upload } from '@tendril/testing'
import { asyncProperty, check as runChecks } from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'

// Random compositions of ops, traced on one engine and moved to another, against the truth in float64.

const engines = ['numjs', 'tfjs:cpu', 'ort'] as const
const pairs = engines.flatMap((from) => engines.filter((to) => to !== from).map((to) => [from, to] as const))
const numRuns = Math.round(20 * Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

afterEach(() => td.unsetBackend())

/** How the results of an engine differ from what is right, if they do. */
function wrongIn(engine: string, results: readonly NDArray[], truth: readonly Bounded[]): string | undefined {
  if (results.length !== truth.length) return `${engine}: ${results.length} results, not ${truth.length}`
  for (const [i, result] of results.entries()) {
    const { dtype, shape } = result
    const mismatch = check({ dtype, shape, data: result.dataSync() }, truth[i]!)
    if (mismatch === undefined) continue
    return `${engine}, ${typeof mismatch === 'string' ? mismatch : printMismatch(`result ${i}`, mismatch)}`
  }
  return undefined
}

/** What is wrong with a graph that is traced on one engine and moved to another. */
async function wrongMoving(
  { fn, inputs, truth }: RandomGraph,
  from: string,
  to: string,
): Promise<string | undefined> {
  const right = truth()
  const [here, there] = [from, to].map((engine) => inputs.map((host) => upload(loadedEngine(engine)!, host)))
  const graph = td.traceGraph(fn, { args: here! })
  const moved = await graph.to(to)
  return (
    wrongIn(`called on ${from}`, fn(...here!), right) ??
    wrongIn(`traced on ${from}`, graph(...here!), right) ??
    wrongIn(`moved to ${to}`, moved(...there!), right)
  )
}

const passes = 'nothing is wrong'

describe.each(pairs)('traced on %s, moved to %s', (from, to) => {
  test('random compositions of ops give what is right', { timeout: 120_000 }, async () => {
    await td.loadBackend(to)
    await td.setBackend(from)
    let found = passes
    await runChecks(
      asyncProperty(randomGraph({ dtypes: ['float32', 'int32', 'bool'] }), async (graph) => {
        const wrong = await wrongMoving(graph, from, to)
        // The last one that fails is the smallest.
        if (wrong !== undefined) found = `${String(graph)}\n${wrong}`
        return wrong === undefined
      }),
      { numRuns, seed },
    )
    expect(found).toBe(passes)
  })
})
