import * as td from '@tendril/core'
import { loadedEngine, type Op, opTable, TendrilError } from '@tendril/core/testing'
import {
  anyCall,
  argumentsOf,
  type Call,
  printCall,
  takes,
  truthOfCall,
  upload,
  type Values,
  wrongResult,
} from '@tendril/testing'
import { asyncProperty, check as runChecks } from 'fast-check'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'

// Every op as a GraphModel, which any program of tfjs runs by tfjs' own kernels, against the truth in float64.

const dtypes = ['float32', 'int32', 'bool'] as const
const held: ReadonlySet<td.DType> = new Set(dtypes)
const numRuns = Math.round(Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

/** Ops that tfjs' converter has no operators for, and why. */
const refused: ReadonlyMap<string, string> = new Map([
  ...['bitwiseAnd', 'bitwiseOr', 'bitwiseXor'].map((op) => [op, 'it has no operator for the bits'] as const),
  ...['scatterMax', 'scatterMin', 'unsortedSegmentMax', 'unsortedSegmentMin'].map(
    (op) => [op, 'it has no operator for the largest or smallest'] as const,
  ),
  ['scatterProd', 'scatterProd: no lowering'],
  ...['gcd', 'lcm', 'rnn', 'gru', 'lstm'].map(
    (op) => [op, 'branches and loops have no spelling there'] as const,
  ),
  // Loops and series in float64, for engines that run kernels of core nowhere.
  ...[
    'cholesky',
    'digamma',
    'erfc',
    'erfinv',
    'i0',
    'lgamma',
    'conditionNumber',
    'det',
    'eigh',
    'eighTridiagonal',
    'eigvalsh',
    'inv',
    'matrixRank',
    'pinv',
    'qr',
    'slogdet',
    'solve',
    'solveTriangular',
    'svd',
    'svdvals',
    'tensorsolve',
  ].map((op) => [op, 'a tfjs GraphModel holds no float64'] as const),
])
/** Ops that are made of those for some of their parameters. */
const partly: ReadonlySet<string> = new Set([
  'matrixNorm',
  'matrixPower',
  'putAlongAxis',
  'putFlat',
  'scatterFlat',
  'scatterInto',
  'scatterNd',
])
/** Functions of tfjs are some units off in the last place of numbers around 1, which is for it to mend. */
function isRough(problem: string): boolean {
  const [, got, right] = /got (\S+) where (\S+) is right, .* ulp away/.exec(problem) ?? []
  return Math.abs(Number(got) - Number(right)) <= 1e-6 * Math.max(1, Math.abs(Number(right)))
}

interface Compiled {
  backendFn(): Promise<{ run(...tensors: unknown[]): unknown }>
}

async function wrongIn(call: Call, device: string): Promise<string | undefined> {
  const engine = loadedEngine(`tfjs:${device}`)!
  const truth = rightFor(call)
  if (truth === undefined || truth.some(({ dtype }) => !held.has(dtype))) return undefined
  const arrays: td.NDArray[] = []
  argumentsOf(call, (host) => arrays.push(upload(engine, host)))
  const fn = (...given: td.NDArray[]): unknown => {
    let at = 0
    return call.op(...(argumentsOf(call, () => given[at++]!) as never))
  }
  const graph = td.traceGraph(fn as () => never, { args: arrays as never }) as unknown as Compiled
  const { run } = await graph.backendFn()
  const result = run(...arrays.map((array) => array.native()))
  const tensors = [result ?? []].flat() as tf.Tensor[]
  const got = tensors.map(({ dtype, shape, dataSync }, i) => ({
    dtype,
    shape,
    data: () => Promise.resolve(dataSync.call(tensors[i]!)),
  }))
  return wrongResult(call.op.def.name, got as unknown as td.NDArray[], truth)
}

/** Undefined where the op refuses the call. */
function rightFor(call: Call): ReturnType<typeof truthOfCall> | undefined {
  try {
    return truthOfCall(call)
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

async function firstWrong(op: Op, device: string): Promise<string | undefined> {
  for (const dtype of dtypes)
    for (const values of ['ordinary', 'empty'] satisfies Values[]) {
      const options = { op, dtype, values, held }
      if (!takes(options)) continue
      const result = await runChecks(
        asyncProperty(anyCall(options), async (call) => {
          const wrong = await wrongIn(call, device).catch((error: unknown) => {
            if (error instanceof td.UnsupportedOpError && partly.has(op.def.name)) return undefined
            throw error
          })
          if (wrong !== undefined && !isRough(wrong)) throw new Error(wrong)
        }),
        { numRuns, seed },
      )
      if (result.failed) return `${printCall(result.counterexample![0])}: ${String(result.errorInstance)}`
    }
  return undefined
}

describe.each(['cpu', 'wasm'])('as a GraphModel on tfjs:%s', (device) => {
  const ops = [...opTable.values()].filter(({ def }) => !def.traits.random && !('key' in def.params))
  test.each(ops.map((op) => [op.def.name, op] as const))('%s', async (name, op) => {
    await td.setBackend(`tfjs:${device}`)
    const found = (await firstWrong(op, device)) ?? 'nothing is wrong'
    const because = refused.get(name)
    expect(found).toMatch(
      because === undefined
        ? /^nothing is wrong$/
        : new RegExp(`UnsupportedOpError: a tfjs GraphModel cannot run[^]*${because}`),
    )
  })
})
