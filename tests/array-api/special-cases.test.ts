import { readFile } from 'node:fs/promises'
import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import { type CaseValue, readCases, type SpecialCase, type TypedValue } from './read-cases.ts'

const cases = readCases(await readFile(new URL('special-cases.txt', import.meta.url), 'utf8'))

afterEach(() => td.unsetBackend())

type Dict = Readonly<Record<string, unknown>>
type Callable = ((...args: unknown[]) => unknown) & { readonly def?: { readonly inputs: readonly string[] } }

const isTyped = (value: unknown): value is TypedValue =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value

const arrayOf = (value: CaseValue): td.NDArray =>
  isTyped(value)
    ? td.array(value.data as td.ArrayData, { dtype: value.dtype })
    : td.array(value as td.ArrayData, { dtype: 'float32' })

/** Arguments as the function takes them: arrays first, as many as it has. */
function argumentsOf(fn: Callable, args: readonly CaseValue[]): readonly unknown[] {
  const inputs = (fn.def?.inputs ?? []).filter((name) => !name.endsWith('?') || name === 'sorter?')
  return args.map((arg, i) => {
    const input = inputs[i]
    if (input?.endsWith('[]')) return (arg as readonly CaseValue[]).map(arrayOf)
    return input !== undefined || isTyped(arg) ? arrayOf(arg) : arg
  })
}

const plain = (result: unknown): unknown =>
  Array.isArray(result) ? result.map(plain) : result instanceof td.NDArray ? result.toArray() : result

/** What numbers within 4 steps of float32 are taken for, where they are no special ones. */
function rounded(got: unknown, want: unknown): unknown {
  if (Array.isArray(got) && Array.isArray(want)) return got.map((item, i) => rounded(item, want[i]))
  if (typeof got !== 'number' || typeof want !== 'number' || Number.isInteger(want)) return got
  return Math.abs(got - want) <= Math.abs(want) * 2 ** -21 ? want : got
}

/** What a call gives, as far as its case tells: elements, a shape, or a refusal. */
function answerOf({ fn, args, want, shape }: SpecialCase): unknown {
  const callable = (td as Dict)[fn] as Callable
  let result: unknown
  try {
    result = callable(...argumentsOf(callable, args))
  } catch (error) {
    if (error instanceof td.TendrilError) return 'refused'
    throw error
  }
  return shape === undefined ? rounded(plain(result), want) : (result as td.NDArray).shape
}

test('there are hundreds of cases of many functions', () => {
  expect(cases.length).toBeGreaterThan(400)
  expect(new Set(cases.map(({ fn }) => fn)).size).toBeGreaterThan(90)
})

const names = [...new Set(cases.map(({ fn }) => fn))]
const byFunction = names.map((name) => [name, cases.filter(({ fn }) => fn === name)] as const)

describe.each(engines)('special cases on %s', (engine) => {
  test.each(byFunction)('%s', async (_name, ofFunction) => {
    await td.setBackend(engine)
    const answers = ofFunction.map((one) => [one.text, answerOf(one)])
    expect(answers).toEqual(ofFunction.map(({ text, shape, want }) => [text, shape ?? want ?? 'refused']))
  })
})
