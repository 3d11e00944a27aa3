import { sample } from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type AnyBackend,
  type DType,
  type Engine,
  loadBackend,
  loadedEngine,
  opTable,
  referenceBackend,
  registerBackend,
  stepped,
  type TypedArray,
} from '@tendril/core/testing'
import { anyCall } from '../src/arbitraries.ts'
import { problemOf } from '../src/conformance.ts'
import type { Values } from '../src/values.ts'

// An engine that is wrong in one way at a time: the suite has to see it.

type Tamper = (result: TypedArray, args: readonly TypedArray[]) => void
type Numbers = { [i: number]: number; readonly length: number }

let tamper: Tamper = () => {}

const faulty: AnyBackend = {
  ...referenceBackend,
  name: 'faulty',
  load(artifact, device) {
    const program = referenceBackend.load(artifact, device)
    return {
      bind: (...given) => {
        const run = program.bind(...given)
        return (inputs) => {
          const outs = run(inputs)
          for (const out of outs) tamper(out as TypedArray, inputs as readonly TypedArray[])
          return outs
        }
      },
    }
  },
}

let engine: Engine

beforeAll(async () => {
  registerBackend(faulty as never)
  await loadBackend('faulty')
  engine = loadedEngine('faulty')!
})

async function problems(op: string, dtype: DType, values: Values, fault: Tamper): Promise<readonly string[]> {
  const calls = sample(anyCall({ op: opTable.get(op)!, dtype, values, held: new Set([dtype]) }), {
    numRuns: 60,
    seed: 1,
  })
  tamper = fault
  const found = await Promise.all(calls.map((call) => problemOf(call, engine, false)))
  return found.filter((problem) => problem !== undefined)
}

const replaced =
  (wrong: (x: number) => number): Tamper =>
  (result) => {
    // A parameter may ask for another dtype.
    if (result instanceof BigInt64Array || result instanceof BigUint64Array) return
    const numbers = result as unknown as Numbers
    for (let i = 0; i < numbers.length; i++) numbers[i] = wrong(numbers[i]!)
  }
const inFirst =
  (fault: Tamper): Tamper =>
  (_, args) =>
    fault(args[0]!, [])
const times = (factor: number): Tamper => replaced((x) => x * factor)

describe('a right engine', () => {
  test.each(['exp', 'sum', 'softmax', 'concat', 'convolution'])('passes in %s', async (op) => {
    expect(await problems(op, 'float32', 'special', () => {})).toEqual([])
  })

  test('may take either of two zeros where it chooses', async () => {
    expect(
      await problems(
        'maximum',
        'float32',
        'special',
        replaced((x) => x + 0),
      ),
    ).toEqual([])
  })
})

describe('the suite sees', () => {
  test.each([
    [
      'five steps in an elementwise op',
      'exp',
      'float32',
      'ordinary',
      replaced((x) => stepped(x, 5, 'float32')),
    ],
    ['nine steps in a steep one', 'pow', 'float32', 'ordinary', replaced((x) => stepped(x, 9, 'float32'))],
    ['five steps of float16', 'tanh', 'float16', 'ordinary', replaced((x) => stepped(x, 5, 'float16'))],
    ['one step in an exact op', 'maximum', 'float32', 'ordinary', replaced((x) => stepped(x, 1, 'float32'))],
    ['one step in a selection', 'sort', 'float32', 'ordinary', replaced((x) => stepped(x, 1, 'float32'))],
    ['a sum that is off by 1e-5', 'sum', 'float32', 'ordinary', times(1 + 1e-5)],
    ['a product of matrices that is off by 1e-5', 'matmul', 'float32', 'ordinary', times(1 + 1e-5)],
    ['a convolution that is off by 1e-5', 'convolution', 'float32', 'ordinary', times(1 + 1e-5)],
    ['a composite that is off by 1e-5', 'softmax', 'float32', 'ordinary', times(1 + 1e-5)],
    ['a norm that is off by 1e-4', 'layerNorm', 'float32', 'ordinary', times(1 + 1e-4)],
    ['a lost sign of zero in a movement', 'reshape', 'float32', 'special', replaced((x) => x + 0)],
    ['a lost sign of zero in an elementwise op', 'sin', 'float32', 'special', replaced((x) => x + 0)],
    ['NaN that became 0', 'max', 'float32', 'special', replaced((x) => (Number.isNaN(x) ? 0 : x))],
    [
      'NaN that became 0 in a composite',
      'softmax',
      'float32',
      'special',
      replaced((x) => (Number.isNaN(x) ? 0 : x)),
    ],
    [
      'an infinity that became the largest number',
      'sum',
      'float32',
      'special',
      replaced((x) => Math.max(-3.4e38, Math.min(3.4e38, x))),
    ],
    [
      'subnormals flushed to 0',
      'multiply',
      'float32',
      'extreme',
      replaced((x) => (Math.abs(x) < 2 ** -126 ? 0 : x)),
    ],
    ['a wrong integer', 'add', 'int32', 'extreme', replaced((x) => x + 1)],
    ['a wrong bool', 'isnan', 'float32', 'special', replaced((x) => 1 - x)],
    ['an argument that was changed', 'negative', 'float32', 'ordinary', inFirst(replaced((x) => x + 1))],
  ] as const)('%s', async (_, op, dtype, values, fault) => {
    expect((await problems(op, dtype, values, fault)).length).toBeGreaterThan(0)
  })

  test('the op, the place, both values and their distance', async () => {
    const [problem] = await problems(
      'exp',
      'float32',
      'ordinary',
      replaced((x) => stepped(x, 5, 'float32')),
    )
    expect(problem).toMatch(
      /^exp: at \[[\d, ]*\] got [\d.e-]+ where [\d.e-]+ is right, 5 ulp away; allowed: 4 ulp, \[[\d.e-]+, [\d.e-]+\]$/,
    )
  })
})
