import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import {
  type AnyBackend,
  type ConcreteType,
  type DType,
  type Engine,
  type HostArray,
  isComplex,
  loadBackend,
  loadedEngine,
  previousBackend,
  registerBackend,
  setBackend,
  NDArray,
  type Op,
  referenceBackend,
  TendrilError,
  tensorType,
  type TypedArray,
} from '@tendril/core/testing'
import { anyCall, takes } from './arbitraries.ts'
import { type Bounded, check } from './bounded.ts'
import { argumentsOf, type Call, printCall } from './call.ts'
import { differentBits, printMismatch } from './equal.ts'
import { opTable } from './ops.ts'
import { truthOfCall } from './truth.ts'
import { classesOf, type Values } from './values.ts'

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
  /** Calls of one op with one dtype and class of values; `TENDRIL_RUNS` multiplies it. */
  readonly runs?: number
}

/** Any adapter, whatever its artifacts and buffers are. */
export type TestedBackend = Pick<AnyBackend, 'name' | 'dtypes' | 'devices'>

const env = (name: string): string | undefined =>
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env[name]

const share: Readonly<Record<Values, number>> = { ordinary: 1, special: 1, extreme: 0.6, empty: 0.3 }

/**
 * Registers the tests that an adapter has to pass: every op with every dtype that the backend holds, on ordinary,
 * special and extreme values and empty arrays, against the truth in float64.
 *
 * @example conformance(ort(), { skip: [{ op: 'sort', dtype: 'bool', values: 'any', reason: 'TopK takes no bool', since: '2026-12-01' }] })
 */
export function conformance(
  backend: TestedBackend,
  { device, skip = [], runs = 8 }: ConformanceOptions = {},
): void {
  const spec = device === undefined ? backend.name : `${backend.name}:${device}`
  const factor = Number(env('TENDRIL_RUNS') ?? 1)
  const seed = Number(env('TENDRIL_SEED') ?? 1)
  const held = new Set([...backend.dtypes].filter((dtype) => !isComplex(dtype)))

  describe(`conformance of ${spec}`, () => {
    let engine: Engine
    beforeAll(async () => {
      if (backend !== (referenceBackend as TestedBackend)) registerBackend(backend as AnyBackend as never)
      await loadBackend(spec)
      engine = loadedEngine(spec)!
      await setBackend(spec)
    })
    afterAll(() => void previousBackend())

    for (const [name, op] of opTable) {
      describe(name, () => {
        for (const dtype of held) {
          for (const values of classesOf(dtype)) {
            const options = { op, dtype, values, held }
            if (!takes(options)) continue
            const rows = skip.filter(
              (row) =>
                row.op === name &&
                (row.dtype === 'any' || row.dtype === dtype) &&
                (row.values === 'any' || row.values === values),
            )
            const numRuns = Math.max(1, Math.round(runs * share[values] * factor))
            test(`${name} ${dtype} ${values}`, async () => {
              const failure = await firstFailure(options, () => engine, { numRuns, seed })
              judge(failure, rows)
            })
          }
        }
      })
    }

    test('every skip names an op and a class that are tested', () => {
      const stale = skip.filter(({ op }) => !opTable.has(op))
      if (stale.length > 0) throw new Error(`no such op: ${stale.map(({ op }) => op).join(', ')}`)
    })
  })
}

function judge(failure: string | undefined, rows: readonly Skip[]): void {
  if (rows.length === 0 && failure !== undefined) throw new Error(failure)
  if (rows.length > 0 && failure === undefined)
    throw new Error(
      `this passes: delete its row from the skips (${rows.map(({ reason }) => reason).join('; ')})`,
    )
}

interface Runs {
  readonly numRuns: number
  readonly seed: number
}

/** The smallest failing call that was found, as text. */
async function firstFailure(
  options: Parameters<typeof anyCall>[0],
  engine: () => Engine,
  runs: Runs,
): Promise<string | undefined> {
  const result = await fc.check(
    fc.asyncProperty(anyCall(options), async (call) => {
      const problem = await problemOf(call, engine())
      if (problem !== undefined) throw new Error(problem)
    }),
    { ...runs, endOnFailure: false },
  )
  if (!result.failed) return undefined
  const [call] = result.counterexample!
  const why =
    result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  return `${printCall(call)}\n  ${why}\n  (seed ${result.seed}, after ${result.numRuns} calls)`
}

/** What is wrong with an engine's answer to a call, if anything. */
export async function problemOf(call: Call, engine: Engine): Promise<string | undefined> {
  const truth = answerOf(() => truthOfCall(call))
  if (truth instanceof TendrilError) return undefined
  if (truth.some(({ dtype }) => !engine.backend.dtypes.has(dtype))) return undefined
  const arrays: [NDArray, HostArray][] = []
  const args = argumentsOf(call, (host) => {
    const array = upload(engine, host)
    arrays.push([array, host])
    return array
  })
  const results = flatResults(call.op, callOp(call.op, args))
  for (const [i, result] of results.entries()) {
    const problem = compare(call.op, await hostOf(result), truth[i]!)
    if (problem !== undefined) return results.length === 1 ? problem : `result ${i}: ${problem}`
  }
  for (const [array, host] of arrays) {
    const changed = differentBits(await hostOf(array), host)
    if (changed !== undefined)
      return `the call changed its argument: ${printMismatch(call.op.def.name, changed)}`
  }
  for (const array of [...results, ...arrays.map(([array]) => array)]) array.dispose()
  return undefined
}

const callOp = (op: Op, args: readonly unknown[]): unknown => op(...(args as never))

function compare(op: Op, got: HostArray, want: Bounded): string | undefined {
  const mismatch = check(got, want)
  return typeof mismatch === 'object' ? printMismatch(op.def.name, mismatch) : mismatch
}

function answerOf<T>(fn: () => T): T | TendrilError {
  try {
    return fn()
  } catch (error) {
    if (error instanceof TendrilError) return error
    throw error
  }
}

/** A copy of a host array on an engine. */
export const upload = (engine: Engine, { data, dtype, shape }: HostArray): NDArray =>
  engine.upload(data.slice() as TypedArray, tensorType(dtype, shape) as ConcreteType)

export async function hostOf(array: NDArray): Promise<HostArray> {
  return { dtype: array.dtype, shape: array.shape, data: await array.data() }
}

/** The results of an op's function in the order of its definition. */
export function flatResults({ def }: Op, result: unknown): readonly NDArray[] {
  if (result instanceof NDArray) return [result]
  if (Array.isArray(result)) return result as NDArray[]
  return (def.outputs as readonly string[]).map((name) => (result as Record<string, NDArray>)[name]!)
}
