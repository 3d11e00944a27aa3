import * as td from '@tendril/core'
import { type DType, type HostArray, loadedEngine, TendrilError } from '@tendril/core/testing'
import {
  anyHostArray,
  printArray,
  randomFunction,
  type RandomFunction,
  truthOfFunction,
  upload,
  wrongResult,
} from '@tendril/testing'
import {
  type Arbitrary,
  asyncProperty,
  check as runChecks,
  constantFrom,
  integer,
  record,
  tuple,
} from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { rightOn, withNode } from './engines.ts'

// Random functions, traced with arrays of some sizes and called with others, of other dtypes, on two engines.

const engines = ['numjs', 'tfjs:cpu', ...withNode, 'ort'] as const
const pairs = engines.map((from, i) => [from, engines[(i + 1) % engines.length]!] as const)
const numRuns = Math.round(20 * Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

afterEach(() => td.unsetBackend())

type Arguments = readonly [HostArray, HostArray]

/** Two arrays that broadcast, of sizes that include 0 and 1. */
const anyArguments: Arbitrary<Arguments> = record({
  rows: constantFrom(2, 0, 1, 5),
  columns: constantFrom(3, 0, 1, 8),
  dtype: constantFrom<DType>('float32', 'int32'),
  rank: integer({ min: 1, max: 2 }),
}).chain(({ rows, columns, dtype, rank }) =>
  tuple(
    anyHostArray({ dtype, shape: [rows, columns] }),
    anyHostArray({ dtype, shape: rank === 1 ? [columns] : [rows, 1] }),
  ),
)

interface Case {
  readonly made: RandomFunction
  readonly calls: readonly Arguments[]
}
const cases: Arbitrary<Case> = record({
  made: randomFunction(),
  calls: tuple(anyArguments, anyArguments, anyArguments),
})

/** What is wrong with a graph that is traced by its first call, here and on another engine. */
async function wrongCalls(
  { made: { fn }, calls }: Case,
  from: string,
  to: string,
): Promise<string | undefined> {
  const graph = td.traceGraph(fn)
  let moved: typeof graph | undefined
  for (const [i, call] of calls.entries()) {
    const [here, there] = [from, to].map((engine) => call.map((host) => upload(loadedEngine(engine)!, host)))
    const [right, rightThere] = [from, to].map((engine) =>
      unlessRefused(() => rightOn(engine, () => truthOfFunction(fn, call))),
    )
    const got = unlessRefused(() => graph(...here!))
    if (right === undefined || got === undefined) {
      if (right !== got)
        return `call ${i} on ${from}: ${right === undefined ? 'it is right to refuse it' : 'it was refused'}`
      continue
    }
    const wrong = await wrongResult(`call ${i} on ${from}`, got, right)
    if (wrong !== undefined) return wrong
    moved ??= await graph.to(to)
    const wrongThere = await wrongResult(`call ${i} on ${to}`, moved(...there!), rightThere!)
    if (wrongThere !== undefined) return wrongThere
  }
  return undefined
}

/** The answer of a function, or undefined where the sizes or dtypes do not fit it. */
function unlessRefused<T>(fn: () => T): T | undefined {
  try {
    return fn()
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

const printCase = ({ made, calls }: Case): string =>
  [String(made), ...calls.map((call) => call.map(printArray).join(', '))].join('\n')

const passes = 'nothing is wrong'

describe.each(pairs)('traced on %s, moved to %s', (from, to) => {
  test('a graph serves other sizes and dtypes', { timeout: 120_000 }, async () => {
    await td.loadBackend(to)
    await td.setBackend(from)
    const result = await runChecks(
      asyncProperty(cases, async (one) => {
        const wrong = await wrongCalls(one, from, to)
        if (wrong !== undefined) throw new Error(wrong)
      }),
      { numRuns, seed },
    )
    const [smallest] = result.counterexample ?? []
    const found = smallest === undefined ? passes : `${printCase(smallest)}\n${String(result.errorInstance)}`
    expect(found).toBe(passes)
  })
})
