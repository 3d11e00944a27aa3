import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { activate, activationOf, isActivation } from '../src/resnet/activation.ts'
import { engines } from './support/engines.ts'

/** An array as `fixtures/torch/make.py` writes it. */
interface Described {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly data: readonly number[]
}

type State = Readonly<Record<string, Described>>

interface LayerCase {
  readonly layer: string
  readonly args: readonly unknown[]
  readonly training: boolean
  readonly state: State
  readonly inputs: readonly Described[]
  readonly attention?: { readonly mask?: Described; readonly isCausal?: boolean }
  readonly output: Described
  readonly after?: State
}

interface ActivationCase {
  readonly name: string
  readonly state: State
  readonly input: Described
  readonly output: Described
}

const read = <T>(name: string): readonly T[] =>
  readFileSync(new URL(`fixtures/torch/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)

function arrayOf({ shape, dtype, data }: Described): td.NDArray {
  const flat = dtype === 'bool' ? td.array(data.map(Boolean)) : td.array([...data], { dtype })
  return td.reshape(flat, [...shape])
}

const arraysOf = (state: State): Record<string, td.NDArray> =>
  Object.fromEntries(Object.entries(state).map(([name, array]) => [name, arrayOf(array)]))

function expectArray(got: td.NDArray, want: Described): void {
  expect(got.shape).toEqual(want.shape)
  const values = Array.from(got.dataSync(), Number)
  const apart = values.map(
    (value, i) => Math.abs(value - want.data[i]!) / Math.max(1, Math.abs(want.data[i]!)),
  )
  expect(Math.max(0, ...apart)).toBeLessThan(1e-5)
}

type Made = nn.Module & { forward(...args: readonly unknown[]): td.NDArray }
type Maker = new (...args: readonly unknown[]) => Made

const made: Readonly<Record<string, unknown>> = { ...nn }
const layers = read<LayerCase>('layers.jsonl')
const kinds = [...new Set(layers.map(({ layer }) => layer))]

describe.each(engines)('on %s, as in PyTorch:', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  test.each(kinds)('%s', (layer) => {
    const ofLayer = layers.filter((one) => one.layer === layer)
    for (const { args, training, state, inputs, attention, output, after } of ofLayer) {
      const mask = attention?.mask && arrayOf(attention.mask)
      const given: unknown[] = inputs.map(arrayOf)
      if (attention !== undefined) given.push({ ...attention, ...(mask && { mask }) })
      for (const isTraced of [false, true]) {
        const module = new (made[layer] as Maker)(...args).train(training)
        module.loadStateDict(arraysOf(state))
        if (isTraced) td.traceGraph(module, { args: given })
        expectArray(module.forward(...given), output)
        for (const [name, array] of Object.entries(after ?? {})) expectArray(module.stateDict()[name]!, array)
      }
    }
  })

  test.each(read<ActivationCase>('activations.jsonl'))('$name', ({ name, state, input, output }) => {
    if (!isActivation(name)) throw new Error(`no activation is called ${name}`)
    const active = activationOf(name, {})
    const learned = typeof active === 'string' ? new nn.Identity() : active
    learned.loadStateDict(arraysOf(state))
    expectArray(activate(active, arrayOf(input)), output)
  })
})
