import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { loadedEngine } from '@tendril/core/testing'
import { numjs } from '../src/index.ts'
import { asFunction, inputsOf, type Plan, plans } from './support/plans.ts'

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.loadBackend('numjs')
})

const shown = (array: td.NDArray): unknown => [
  array.dtype,
  array.shape,
  Array.from(array.dataSync() as ArrayLike<number | bigint>, (x) => (x === 0 ? 0 : x)),
]

async function check(plan: Plan): Promise<void> {
  const run = asFunction(plan)
  const inputs = inputsOf(plan)
  const truth = run(...inputs).map(shown)
  const graph = td.traceGraph(run, { args: inputs, to: 'numjs' })
  expect(graph(...inputs).map(shown)).toEqual(truth)
  // A second call finds its memory used.
  expect(graph(...inputs).map(shown)).toEqual(truth)
}

test('graphs of integers give what the reference gives', async () => {
  await fc.assert(fc.asyncProperty(plans(['int32', 'int8', 'uint16', 'uint32', 'int64', 'uint64']), check), {
    numRuns: 400,
    seed: 1,
  })
}, 60_000)

test('graphs of small integers as floats give what the reference gives', async () => {
  await fc.assert(fc.asyncProperty(plans(['float64', 'float32', 'float16']), check), {
    numRuns: 200,
    seed: 2,
  })
}, 60_000)

test('no graph was computed by the reference', () => {
  expect(loadedEngine('numjs')!.built).toBeGreaterThan(300)
})
