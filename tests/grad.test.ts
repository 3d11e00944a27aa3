import * as td from '@tendril/core'
import { type HostArray, isFloat, loadedEngine } from '@tendril/core/testing'
import { randomGraph, truthOfFunction, upload, wrongResult } from '@tendril/testing'
import { asyncProperty, check as runChecks } from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { rightOn, withNode } from './engines.ts'

// Gradients are ops like others: traced on one engine, they run on every other, against the truth in float64.

type A = td.NDArray
const pairs = [
  ['numjs', 'ort'],
  ['ort', 'tfjs:cpu'],
  ['tfjs:cpu', 'numjs'],
  ...withNode.map((node) => ['numjs', node] as const),
] as const
const numRuns = Math.round(20 * Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

afterEach(() => td.unsetBackend())

type Arrays = (...arrays: A[]) => readonly A[]

/** The gradients by all float arrays of the sum of what a function gives. */
function gradientOf(fn: Arrays, inputs: readonly HostArray[]): Arrays | undefined {
  const argnums = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []))
  if (argnums.length === 0) return undefined
  const total = (...arrays: A[]): A => {
    const floats = fn(...arrays).filter(({ dtype }) => isFloat(dtype))
    return floats.reduce<A>(
      (sum, one) => td.add(sum, td.sum(one)),
      td.sum(td.zerosLike(arrays[argnums[0]!]!)),
    )
  }
  return td.grad(total, { argnums }) as unknown as Arrays
}

/** Whether an engine has all ops of a function. */
function runs(fn: Arrays, arrays: readonly A[]): boolean {
  try {
    fn(...arrays)
    return true
  } catch (error) {
    if (error instanceof td.UnsupportedOpError) return false
    throw error
  }
}

/** What is wrong with the gradients on two engines; null where there are none. */
async function wrongGradient(
  fn: Arrays,
  inputs: readonly HostArray[],
  from: string,
  to: string,
): Promise<string | null | undefined> {
  const gradient = gradientOf(fn, inputs)
  if (gradient === undefined) return null
  const [here, there] = [from, to].map((engine) => inputs.map((host) => upload(loadedEngine(engine)!, host)))
  if (![here, there].every((arrays) => runs(fn, arrays!))) return null
  try {
    const [rightHere, rightThere] = [from, to].map((engine) =>
      rightOn(engine, () => truthOfFunction(gradient, inputs)),
    )
    const graph = td.traceGraph(gradient, { args: here! })
    const moved = await graph.to(to)
    return (
      (await wrongResult(`called on ${from}`, gradient(...here!), rightHere!)) ??
      (await wrongResult(`traced on ${from}`, graph(...here!), rightHere!)) ??
      (await wrongResult(`moved to ${to}`, moved(...there!), rightThere!))
    )
  } catch (error) {
    if (error instanceof td.GradientError) return null
    throw error
  }
}

const passes = 'nothing is wrong'

describe.each(pairs)('gradients traced on %s, moved to %s', (from, to) => {
  test('of random compositions of ops are right', { timeout: 120_000 }, async () => {
    await td.loadBackend(to)
    await td.setBackend(from)
    let counted = 0
    const result = await runChecks(
      asyncProperty(randomGraph({ dtypes: ['float32', 'int32', 'bool'] }), async ({ fn, inputs }) => {
        const wrong = await wrongGradient(fn, inputs, from, to)
        if (typeof wrong === 'string') throw new Error(wrong)
        if (wrong !== undefined) return
        counted++
      }),
      { numRuns, seed },
    )
    const [smallest] = result.counterexample ?? []
    expect(smallest === undefined ? passes : `${String(smallest)}\n${String(result.errorInstance)}`).toBe(
      passes,
    )
    expect(counted).toBeGreaterThanOrEqual(numRuns / 4)
  })
})
