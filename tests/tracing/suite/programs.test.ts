import * as td from '@tendril/core'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { withNode } from '../../engines.ts'
import { expectSame } from './judge.ts'
import { Machine, program } from './programs.ts'

// Random programs, traced, against themselves: `TENDRIL_RUNS=10 TENDRIL_SEED=7` asks for more of them, and others.

const runs = Number(process.env['TENDRIL_RUNS'] ?? 1)
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

/** How many programs an engine is asked for, by what one costs there. */
const counts = { numjs: 5000, reference: 300, 'tfjs:cpu': 300, 'tfjs:wasm': 100, 'tfjs:node': 100, ort: 100 }
const engines = ['numjs', 'reference', 'tfjs:cpu', 'tfjs:wasm', 'ort', ...withNode] as const

const element = fc.constantFrom(1, 2, -1, 0, -0, 3, -2, 0.5, NaN)
const vector = fc.array(element, { maxLength: 4 })
const vectors = fc.array(fc.tuple(vector, vector), { minLength: 3, maxLength: 5 })

afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

describe('random programs', { timeout: 300_000 }, () => {
  test.each(engines)(`on %s (seed ${seed})`, async (engine) => {
    await td.setBackend(engine)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const numRuns = Math.round(counts[engine] * runs)
    let count = 0
    await fc.assert(
      fc.asyncProperty(program, vectors, async (block, calls) => {
        count++
        const make = () => {
          const machine = new Machine()
          return {
            fn: (x: td.NDArray, y: td.NDArray) => machine.run(block, x, y),
            state: () => machine.variables,
          }
        }
        await expectSame(
          make,
          calls.map((pair) => () => pair.map((data) => td.array(data))),
        )
      }),
      { numRuns, seed },
    )
    expect(count).toBe(numRuns)
  })
})
