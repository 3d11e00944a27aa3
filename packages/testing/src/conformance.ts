import { asyncProperty, check as runChecks, sample } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AnyBackend,
  differentBits,
  type DType,
  type Engine,
  heldWithPairs,
  isComplex,
  loadBackend,
  loadedEngine,
  type Op,
  opTable,
  previousBackend,
  printMismatch,
  referenceBackend,
  registerBackend,
  setBackend,
  TendrilError,
  UnsupportedOpError,
  whileFlushing,
} from '@tendril/core/testing'
import { anyCall, type CallOptions, inferCall, takes } from './arbitraries.ts'
import { type Call, printCall } from './call.ts'
import { type Answer, callEagerly, callInGraph, hostOf } from './engine-call.ts'
import { truthOfCall } from './truth-of-call.ts'
import { classesOf, type Values } from './values.ts'
import { wrongResult } from './verdict.ts'

/** A case that an engine gets wrong. It is tested all the same: when it passes, the row has to go. */
export interface Skip {
  readonly op: string
  readonly dtype: DType | 'any'
  readonly values: Values | 'any'
  readonly reason: string
  /** The day it was noticed: `2026-12-01`. */
  readonly since: string
}

export interface ConformanceOptions {
  /** Default: the backend's first. */
  readonly device?: string
  readonly skip?: readonly Skip[]
  /** Ops that it refuses for complex arrays, where it holds none and they are carried as pairs of real ones. */
  readonly lacksComplex?: readonly string[]
  /** Whether the engine takes numbers below the smallest normal one for zero, before and after each op. */
  readonly flushes?: boolean
  /** Calls of one op with ordinary float32 values, fewer with others; `TENDRIL_RUNS` multiplies it. */
  readonly runs?: number
}

/** Any adapter, whatever its artifacts and buffers are. */
export type TestedBackend = Pick<AnyBackend, 'name' | 'dtypes' | 'devices'>

interface Case {
  readonly op: Op
  readonly dtype: DType
  readonly values: Values
  readonly held: ReadonlySet<DType>
}

const env = (name: string): string | undefined =>
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env[name]

const share: Readonly<Record<Values, number>> = { ordinary: 1, special: 1, extreme: 0.7, empty: 0.4 }

/** Engines build a program for almost every call, so the dtypes that are used most are called most. */
const shareOfDType = (dtype: DType): number =>
  dtype === 'float32' ? 1 : dtype === 'int32' || dtype === 'bool' ? 0.7 : 0.4

/**
 * Registers the tests that an adapter has to pass: every op with every dtype that the backend holds, on ordinary,
 * special and extreme values and empty arrays, called by itself and inside a graph, against the truth in float64.
 *
 * `TENDRIL_RUNS` multiplies the calls, `TENDRIL_SEED` makes others.
 *
 * @example conformance(ort(), { skip: [{ op: 'sort', dtype: 'bool', values: 'any', reason: 'TopK takes no bool', since: '2026-12-01' }] })
 */
export function conformance(
  backend: TestedBackend,
  { device, skip = [], lacksComplex = [], flushes = false, runs = 6 }: ConformanceOptions = {},
): void {
  const spec = device === undefined ? backend.name : `${backend.name}:${device}`
  const held = heldWithPairs(backend.dtypes)
  const cases = [...opTable.values()].flatMap((op) => casesOf(op, held))

  const trials: Trials = { runs, flushes, lacksComplex }

  describe(`conformance of ${spec}`, () => {
    let engine: Engine
    beforeAll(async () => {
      if (backend !== (referenceBackend as TestedBackend)) registerBackend(backend as AnyBackend as never)
      await loadBackend(spec)
      engine = loadedEngine(spec)!
      await setBackend(spec)
    })
    afterAll(() => void previousBackend())

    test.each(
      cases.filter((one) => !skip.some((row) => covers(row, one))).map((one) => [nameOf(one), one] as const),
    )('%s', async (_, one) => {
      expect(orThrow(await firstFailure(one, engine, trials))).toBe(passes)
    })

    test('refuses complex arrays in the ops that it says, before running', () => {
      const ofComplex = cases.filter(({ dtype }) => isComplex(dtype))
      const refusing = ofComplex.filter(({ op }) => lacksComplex.includes(op.def.name))
      const refused = refusing.filter((one) => refusesSome(one, engine)).map(({ op }) => op.def.name)
      expect([...new Set(refused)].sort()).toEqual([...lacksComplex].sort())
    })

    describe.runIf(skip.length > 0).each(skip)(
      'skipped: $op $dtype $values, as $reason (since $since)',
      (row) => {
        const covered = cases.filter((one) => covers(row, one))

        test('names some of the cases of an op, not all', () => {
          expect(covered.length).toBeGreaterThan(0)
          expect(covered.length).toBeLessThan(cases.filter(({ op }) => op.def.name === row.op).length)
        })
        test('still fails (else: delete the row)', async () => {
          const runsOf = (one: Case): Trials => ({ ...trials, runs: runsFor(one, trials), asFound: true })
          const failures = await Promise.all(covered.map((one) => failureIn(one, engine, runsOf(one))))
          expect(failures.some((failure) => failure !== undefined)).toBe(true)
        })
      },
    )
  })
}

const passes = 'no wrong answer'

/** An error shows the whole call, which a comparison would cut. */
function orThrow(failure: string | undefined): string {
  if (failure !== undefined) throw new Error(failure)
  return passes
}

const nameOf = ({ op, dtype, values }: Case): string => `${op.def.name} ${dtype} ${values}`

const covers = (row: Skip, { op, dtype, values }: Case): boolean =>
  row.op === op.def.name &&
  (row.dtype === 'any' || row.dtype === dtype) &&
  (row.values === 'any' || row.values === values)

/** The dtypes that an op takes, each with its classes of values; some ops refuse empty arrays. */
const casesOf = (op: Op, held: ReadonlySet<DType>): readonly Case[] =>
  [...held]
    .filter((dtype) => takes({ op, dtype, held }))
    .flatMap((dtype) => classesOf(dtype).map((values) => ({ op, dtype, values, held })))
    .filter((one) => one.values !== 'empty' || takes(one))

interface Trials {
  readonly runs: number
  readonly flushes: boolean
  readonly lacksComplex: readonly string[]
  /** Whether a failure is enough as it is found, and no simpler one is looked for. */
  readonly asFound?: boolean
}

/** How many calls of a case are tried. */
const runsFor = ({ dtype, values }: Case, { runs }: Trials): number =>
  Math.max(1, Math.round(runs * share[values] * shareOfDType(dtype) * Number(env('TENDRIL_RUNS') ?? 1)))

/** The first call that an engine gets wrong, as text that can be pasted into a test. */
async function firstFailure(one: Case, engine: Engine, trials: Trials): Promise<string | undefined> {
  const runs = runsFor(one, trials)
  const found = await failureIn(one, engine, { ...trials, runs })
  // A call with fewer elements is easier to read, where one fails too.
  return (
    found && ((await failureIn({ ...one, small: true }, engine, { ...trials, runs: 20 * runs })) ?? found)
  )
}

async function failureIn(
  options: CallOptions,
  engine: Engine,
  { runs, flushes, lacksComplex, asFound = false }: Trials,
): Promise<string | undefined> {
  let count = 0
  const result = await runChecks(
    asyncProperty(anyCall(options), async (call) => {
      // Graphs cost engines more to build than single ops do.
      const { name } = call.op.def
      if (lacksComplex.includes(name) && isOfComplex(call, options.dtype) && isRefused(call, engine)) return
      const problem = await problemOf(call, engine, count++ % 3 === 0, flushes)
      if (problem !== undefined) throw new Error(problem)
    }),
    { numRuns: runs, seed: Number(env('TENDRIL_SEED') ?? 1), endOnFailure: asFound },
  )
  if (!result.failed) return undefined
  const { counterexample, errorInstance, seed, numRuns: after } = result
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return `${printCall(counterexample![0])}\n  ${why}\n  (seed ${seed}, call ${after})`
}

/** Whether a call takes or gives complex numbers. */
const isOfComplex = (call: Call, dtype: DType): boolean =>
  isComplex(dtype) || inferCall(call)?.some((type) => isComplex(type.dtype)) === true

/** Whether an engine says before running that it lacks what a call needs. */
const isRefused = (call: Call, engine: Engine): boolean =>
  answerOf(() => callEagerly(call, engine, [])) instanceof UnsupportedOpError

/** Whether it is so for a call among many: of some ops a few parameters alone need what is lacking. */
const refusesSome = (one: Case, engine: Engine): boolean =>
  sample(anyCall(one), { numRuns: 40, seed: 1 }).some((call) => isRefused(call, engine))

/** What is wrong with an engine's answers to a call, if anything. */
export async function problemOf(
  call: Call,
  engine: Engine,
  inGraph: boolean,
  flushes = false,
): Promise<string | undefined> {
  const truth = answerOf(() => whileFlushing(flushes, () => truthOfCall(call)))
  const refused = truth instanceof TendrilError
  if (!refused && truth.some(({ dtype }) => !engine.holds(dtype))) return undefined
  const eager = answerOf(() => callEagerly(call, engine, refused ? [] : truth))
  if (refused)
    return eager instanceof TendrilError ? undefined : `it is right to refuse this: ${truth.message}`
  if (eager instanceof TendrilError) return eager.message
  const problem = await wrongIn(call, eager)
  if (problem !== undefined || !inGraph) return problem
  const inside = await wrongIn(
    call,
    whileFlushing(flushes, () => callInGraph(call, engine)),
  )
  return inside && `in a graph, between other ops: ${inside}`
}

async function wrongIn({ op: { def } }: Call, { got, truth, given }: Answer): Promise<string | undefined> {
  const wrong = await wrongResult(def.name, got, truth)
  if (wrong !== undefined) return wrong
  for (const [array, host] of given) {
    const changed = differentBits(await hostOf(array), host)
    if (changed !== undefined) return `the call changed its argument: ${printMismatch(def.name, changed)}`
  }
  for (const array of new Set([...got, ...given.map(([one]) => one)])) array.dispose()
  return undefined
}

function answerOf<T>(fn: () => T): T | TendrilError {
  try {
    return fn()
  } catch (error) {
    if (error instanceof TendrilError) return error
    throw error
  }
}
