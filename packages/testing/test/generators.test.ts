import { dtypes, isFloat, type Op, opTable } from '@tendril/core/testing'
import { sample } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptance, anyCall, inferCall, takes } from '../src/arbitraries.ts'
import { staleGenerators } from '../src/generators/index.ts'

const held = new Set(dtypes)

describe.each([...opTable.values()].map((op) => [op.def.name, op] as const))('calls of %s', (_, op) => {
  const taken = [...held].filter((dtype) => takes({ op, dtype, held }))

  test('are found for a dtype', () => {
    expect(taken).not.toEqual([])
  })

  test.each(taken)('are mostly accepted for %s', (dtype) => {
    expect(acceptance({ op, dtype, held })).toBeGreaterThanOrEqual(0.6)
  })
})

test('every generator belongs to an op', () => {
  expect(staleGenerators(new Set(opTable.keys()))).toEqual([])
})

test('every primitive that gives floats says what equal means for it', () => {
  const rows = [
    'elementwise',
    'creation',
    'random',
    'movement',
    'exact',
    'chooses',
    'reduction',
    'contraction',
    'solves',
  ] as const
  const givesFloats = (op: Op): boolean =>
    sample(anyCall({ op, dtype: 'float32', held }), { numRuns: 12, seed: 1 }).some((call) =>
      inferCall(call)?.some(({ dtype }) => isFloat(dtype)),
    )
  const primitives = [...opTable.values()].filter((op) => op.def.reference && givesFloats(op))
  expect(
    primitives.filter(({ def }) => !rows.some((row) => def.traits[row])).map(({ def }) => def.name),
  ).toEqual([])
})
