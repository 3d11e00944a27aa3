import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  convert,
  type DType,
  hostArray,
  type HostArray,
  isComplex,
  isFloat,
  loadedEngine,
  loadBackend,
  NDArray,
  opTable,
  referenceEngine,
} from '@tendril/core/testing'
import { argumentsOf, type Call, printCall, truthOfCall, upload, wrongResult } from '@tendril/testing'
import { engines, rightOn } from './engines.ts'
import { firstDifference, read } from './numpy/ask.ts'

// Values that numpy made (golden/make.py), so that somebody outside has judged these functions where there is no Python.

type Stored = readonly [dtype: string, shape: readonly number[], data: string]
type Case = readonly [
  op: string,
  inputs: readonly (number | readonly number[])[],
  params: Call['params'],
  results: readonly number[],
]
const stored = JSON.parse(readFileSync(new URL('golden/values.json', import.meta.url), 'utf8')) as {
  readonly numpy: string
  readonly arrays: readonly Stored[]
  readonly cases: readonly Case[]
}

const arrays: readonly HostArray[] = stored.arrays.map(([dtype, shape, data]) => read({ dtype, shape, data }))
const callOf = ([op, inputs, params]: Case): Call => ({
  op: opTable.get(op)!,
  inputs: inputs.map((one) =>
    typeof one === 'number' ? arrays[one]! : one.map((i) => arrays[i]!),
  ) as Call['inputs'],
  params,
})
const names = [...new Set(stored.cases.map(([op]) => op))]
const casesOf = (name: string): readonly Case[] => stored.cases.filter(([op]) => op === name)

test('there are golden values of more than 60 functions', () => expect(names.length).toBeGreaterThan(60))

const kindOf = (dtype: DType): string => (isFloat(dtype) ? 'float' : isComplex(dtype) ? 'complex' : dtype)

/** Indices are int32 here and int64 there. */
const gives32 = (name: string): boolean => name.startsWith('arg')

describe('what is right is what numpy gives', () => {
  test.each(names)('%s', (name) => {
    const wrong = casesOf(name).flatMap((one) => {
      const call = callOf(one)
      return truthOfCall(call).flatMap(({ dtype, value }, i) => {
        const theirs = arrays[one[3][i]!]!
        const isSame =
          String(value.shape) === String(theirs.shape) &&
          (gives32(name) || kindOf(dtype) === kindOf(theirs.dtype)) &&
          firstDifference(value, gives32(name) ? convert(theirs, 'int32') : theirs, call.op) < 0
        return isSame ? [] : [`${printCall(call)}: numpy has ${String(theirs.data)}`]
      })
    })
    expect(wrong).toEqual([])
  })
})

describe.each(engines)('%s gives what is right', (name) => {
  test.each(names)('%s', async (op) => {
    if (name !== 'reference') await loadBackend(name)
    const engine = name === 'reference' ? referenceEngine : loadedEngine(name)!
    let done = 0
    for (const one of casesOf(op)) {
      const call = callOf(one)
      const given = call.inputs.flat() as readonly HostArray[]
      // An engine that lacks a dtype has no such arrays.
      if (given.some(({ dtype }) => !engine.holds(dtype))) continue
      const truth = rightOn(name, () => truthOfCall(call))
      const made = (call.op as unknown as (...args: unknown[]) => NDArray | readonly NDArray[])(
        ...argumentsOf(call, (host) => upload(engine, hostArray(host.dtype, host.shape, host.data))),
      )
      const results = made instanceof NDArray ? [made] : made
      expect(await wrongResult(printCall(call), results, truth)).toBeUndefined()
      done++
    }
    expect(done).toBeGreaterThan(0)
  })
})
