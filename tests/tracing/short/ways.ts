import * as td from '@tendril/core'
import { CallStub, stubRules } from '@tendril/core/testing'
import { afterEach, beforeEach, describe, expect, vi } from 'vitest'
import { engines } from '../../engines.ts'
import { plain } from '../suite/compare.ts'

// Known calls take a short way: one function made from text, or closures. Both are held against the general way.

export type Way = 'text' | 'closures' | 'general'
export const shortWays = ['text', 'closures'] as const

/** Sets how graphs that are made from here on answer calls. */
export function use(way: Way): void {
  stubRules.plans = way !== 'general'
  stubRules.text = way === 'text'
  stubRules.after = 1
}

/** How many calls took the short way since a test began. */
export const shortCalls = (): number =>
  vi
    .mocked(CallStub.prototype.run)
    .mock.results.filter(({ type, value }) => type === 'return' && typeof value !== 'symbol').length

/** Each engine by each way. */
export function eachWay(tests: (engine: string, way: Way) => void, on: readonly string[] = engines): void {
  const { ...rules } = stubRules
  describe.each(on.flatMap((engine) => shortWays.map((way) => [engine, way] as const)))(
    '%s by %s',
    (engine, way) => {
      beforeEach(async () => {
        await td.setBackend(engine)
        use(way)
        vi.spyOn(CallStub.prototype, 'run')
        vi.spyOn(console, 'warn').mockImplementation(() => {})
      })
      afterEach(() => {
        Object.assign(stubRules, rules)
        td.unsetBackend()
        vi.restoreAllMocks()
      })
      tests(engine, way)
    },
  )
}

const outcomeOf = async (fn: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown> => {
  try {
    return { gives: plain(await fn(...(args as never[]))) }
  } catch (error) {
    return { threw: (error as Error).constructor.name, message: (error as Error).message }
  }
}

/** Calls a function and its graph in the same order, several times over; gives how many calls were short. */
export async function expectSameCalls(
  fn: (...args: never[]) => unknown,
  calls: readonly (() => readonly unknown[])[],
  { turns = 4, options = {}, twin = fn }: { turns?: number; options?: object; twin?: typeof fn } = {},
): Promise<number> {
  const graph = td.traceGraph(fn, options) as (...args: never[]) => unknown
  const before = shortCalls()
  for (let turn = 0; turn < turns; turn++) {
    for (const [i, call] of calls.entries()) {
      td.random.seed(turn * calls.length + i)
      const right = await outcomeOf(twin, call())
      const drawn = plain(td.random.uniform({ shape: [] }))
      td.random.seed(turn * calls.length + i)
      expect(await outcomeOf(graph, call()), `turn ${turn}, call ${i}`).toEqual(right)
      expect(plain(td.random.uniform({ shape: [] })), `draws of turn ${turn}, call ${i}`).toEqual(drawn)
    }
  }
  return shortCalls() - before
}
