import { closest } from '../bind.ts'
import { GraphError, ParamError } from '../errors.ts'
import type { Engine } from '../runtime/engine.ts'
import { withHostCopies } from '../runtime/host-copies.ts'
import { engineFor } from '../runtime/set-backend.ts'
import { copiedStore } from '../trace/copied-store.ts'
import { GraphCall } from '../trace/graph-call.ts'
import type { Trace } from '../trace/trace.ts'
import { printShape } from '../types/tensor-type.ts'
import { firstTrace } from './first.ts'
import { compileAll, heldArrays } from './graph.ts'
import type { Template } from './verify/arguments.ts'
import { Chance, drawArray, drawSizes, freeSizes, planOf, shapeAt, type Values } from './verify/draw.ts'
import { EndlessCall } from '../runtime/turn-limit.ts'
import { type Found, judgeFunction, judgeGraph, showFunction } from './verify/judge.ts'
import { type Difference, type Verification, verification } from './verify/report.ts'
import { Trial } from './verify/trial.ts'

export interface VerifyOptions {
  /** How many calls are compared for each signature. Default: 20. */
  readonly trials?: number
  /** Engines to run the graph on, by the names that `to` takes. Default: the graph's own. */
  readonly backends?: readonly string[]
}

const takes: Readonly<
  Record<keyof VerifyOptions, readonly [check: (value: unknown) => boolean, takes: string]>
> = {
  trials: [
    (v) => Number.isInteger(v) && (v as number) > 0 && (v as number) <= 10_000,
    'a whole number from 1 to 10000',
  ],
  backends: [
    (v) => Array.isArray(v) && v.length > 0 && v.every((name) => typeof name === 'string'),
    "an array of backends' names, such as ['ort', 'tfjs:wasm']",
  ],
}

/** An engine is left alone once it has been found wrong so often. */
const mostDifferences = 3

/** Compares a graph with its function; see `Graph.verify`. */
export async function verifyGraphCall(call: GraphCall, options: VerifyOptions): Promise<Verification> {
  checkOptions(options)
  const { store, engine: own, policy } = call
  if (store.fn === undefined)
    throw new GraphError({
      because:
        'there is no function to verify it with: it was loaded or parsed, which brings the graph alone',
      instead: 'Verify the graph that was traced, before it is saved; or trace the function again',
    })
  firstTrace(store)
  const { trials = 20, backends } = options
  const engines: Engine[] = []
  for (const name of backends ?? []) engines.push(await engineFor(name, 'verify'))
  const wanted = [...new Set(backends === undefined ? [own] : engines)]
  for (const engine of wanted) await checkRuns(call, engine)
  const differences: Difference[] = []
  let [compared, skipped] = [0, 0]
  const signatures = store.traces.toReversed()
  for (const [at, trace] of signatures.entries()) {
    for (let i = 0; i < trials; i++) {
      const left = wanted.filter((engine) => countOf(differences, engine.key) < mostDifferences)
      if (left.length === 0) break
      const found = await compare(call, trace, left, policy, { trial: i, seed: at * trials + i })
      if (found === undefined) skipped++
      else {
        const name = at * trials + i
        differences.push(...found.list.map((one) => ({ trial: name, arguments: found.given, ...one })))
        compared++
      }
      // The same change of the function shows in each call.
      if (countOf(differences, 'every engine') > 0) break
    }
  }
  return verification({ trials: compared, skipped, backends: wanted.map(({ key }) => key), differences })
}

const countOf = (differences: readonly Difference[], engine: string): number =>
  differences.filter((one) => one.engine === engine).length

interface Compared {
  readonly given: string
  readonly list: readonly Found[]
}

/** One trial; undefined where the function went on without end, with calmer values too. */
async function compare(
  call: GraphCall,
  trace: Trace,
  engines: readonly Engine[],
  policy: GraphCall['policy'],
  { trial, seed }: { readonly trial: number; readonly seed: number },
): Promise<Compared | undefined> {
  const [planned, sizes] = planOf(trial)
  const tries: readonly Values[] = planned === 'ordinary' ? ['ordinary', 'ordinary'] : [planned, 'ordinary']
  for (const [again, values] of tries.entries()) {
    const chance = new Chance(seed * tries.length + again)
    const { store } = call
    const shapes = trace.raw.inputs.map(({ type }) => type.shape)
    const drawn = drawSizes(freeSizes(trace, store.specializations(trace)), sizes, shapes, chance)
    const arrays = trace.raw.inputs.map(({ type }) =>
      drawArray(type.dtype, shapeAt(type.shape, drawn), values, chance),
    )
    const template: Template = {
      spec: trace.raw.args,
      sample: store.samples.get(trace) ?? { natives: [], states: [] },
      extra: store.options.stateful?.length ?? 0,
    }
    const copy = copiedStore(store)
    const reruns = store.reruns.reason(trace.key) !== undefined
    const one = new Trial(copy, template, arrays, { seed: seed + 1, reruns })
    const types = arrays.map(({ dtype, shape }) => `${dtype}${printShape(shape)}`).join(', ') || 'no arrays'
    const list: Found[] = []
    try {
      const seen = await showFunction(one)
      const turned = await judgeFunction(one, seen)
      if (turned !== undefined) return { given: `${types}; ${values} values`, list: [turned] }
      for (const engine of engines) {
        const there = new GraphCall(copy, engine, policy)
        try {
          const found = await judgeGraph(one, there, seen)
          if (found !== undefined) list.push(found)
        } finally {
          there.dispose()
        }
      }
      return { given: `${types}; ${values} values`, list }
    } catch (error) {
      if (!(error instanceof EndlessCall)) throw error
    }
  }
  return undefined
}

/** Compiles all that is known, so that what an engine cannot run shows as it does in `to`. */
async function checkRuns({ store, engine: own, policy }: GraphCall, engine: Engine): Promise<void> {
  if (engine === own) return
  const there = new GraphCall(copiedStore(store), engine, policy)
  try {
    await withHostCopies(heldArrays(store, engine), () => compileAll(there))
  } finally {
    there.dispose()
  }
}

function checkOptions(options: VerifyOptions): void {
  for (const [param, value] of Object.entries(options)) {
    const known = Object.keys(takes)
    if (!Object.hasOwn(takes, param)) {
      const close = closest(param, known)
      const instead = close === undefined ? `Options are ${known.join(', ')}` : `Did you mean '${close}'?`
      throw new ParamError({ op: 'verify', param, value, because: 'there is no such option', instead })
    }
    const [check, what] = takes[param as keyof VerifyOptions]
    if (value !== undefined && !check(value))
      throw new ParamError({ op: 'verify', param, value, because: `it takes ${what}` })
  }
}
