import { Container } from '@tendril/core'
import {
  dtypes,
  type HostArray,
  isMany,
  NDArray,
  type Op,
  opTable,
  referenceEngine,
  tensorType,
  type ConcreteType,
  TendrilError,
} from '@tendril/core/testing'
import { sample } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCall, inferCall, takes } from '../src/arbitraries.ts'
import { argumentsOf, type Call } from '../src/call.ts'

// Every function takes a Container in place of each of its arrays, as its definition lists them.

const held = new Set(dtypes)

const lift = ({ dtype, shape, data }: HostArray): NDArray =>
  referenceEngine.upload(data, tensorType(dtype, shape) as ConcreteType)

/** A call that is accepted, with arrays among its inputs. */
function callOf(op: Op): Call | undefined {
  for (const dtype of ['float32', 'int32', 'bool', 'complex64'] as const) {
    if (!takes({ op, dtype, held })) continue
    for (const call of sample(anyCall({ op, dtype, held }), { numRuns: 40, seed: 5 }))
      if (inferCall(call) !== undefined && hostsOf(call).length > 0) return call
  }
  return undefined
}

const isHost = (value: unknown): value is HostArray =>
  typeof value === 'object' && value !== null && 'data' in value

const hostsOf = ({ inputs }: Call): readonly HostArray[] => inputs.flat().filter(isHost)

const invoked = (call: Call, make: (host: HostArray) => unknown): unknown =>
  (call.op as unknown as (...args: unknown[]) => unknown)(...argumentsOf(call, make))

/** What a result holds, in text: arrays by dtype, shape and elements. */
const textOf = (value: unknown): unknown => {
  if (value instanceof NDArray) return [value.dtype, ...value.shape, String([...value.dataSync()])].join()
  if (Array.isArray(value)) return value.map(textOf)
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, textOf(item)]))
}

/** The results at one place of Containers. */
const partAt = (value: unknown, keys: readonly string[]): unknown => {
  if (value instanceof Container) return keys.reduce<unknown>((node, key) => (node as Container)[key], value)
  if (Array.isArray(value)) return value.map((item) => partAt(item, keys))
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, partAt(item, keys)]))
}

const withArrays = [...opTable.values()].filter(({ def }) => def.inputs.length > 0)

describe.each(withArrays.map((op) => [op.def.name, op] as const))('%s', (_, op) => {
  const call = callOf(op)

  test('has a call to try', () => {
    expect(call).toBeDefined()
  })

  test('takes a Container in place of each of its arrays', () => {
    const hosts = hostsOf(call!)
    const plain = new Map(hosts.map((host) => [host, lift(host)]))
    const truth = textOf(invoked(call!, (host) => plain.get(host)))
    for (const place of hosts) {
      const own = plain.get(place)!
      const contained = invoked(call!, (host) =>
        host === place ? new Container({ a: own, b: { c: own } }) : plain.get(host),
      )
      expect(textOf(partAt(contained, ['a']))).toEqual(truth)
      expect(textOf(partAt(contained, ['b', 'c']))).toEqual(truth)
    }
  })

  test('takes Containers in place of all of its arrays, whose keys have to agree', () => {
    const truth = textOf(invoked(call!, lift))
    const all = invoked(call!, (host) => new Container({ a: { b: lift(host) } }))
    expect(textOf(partAt(all, ['a', 'b']))).toEqual(truth)
    let at = 0
    let refused: unknown
    try {
      invoked(call!, (host) => new Container({ [`key${at++}`]: lift(host) }))
    } catch (error) {
      refused = error
    }
    expect(refused instanceof TendrilError).toBe(hostsOf(call!).length > 1)
    expect(refused === undefined).toBe(hostsOf(call!).length <= 1)
  })
})

test('lists of arrays are among what was tried', () => {
  expect(withArrays.filter(({ def }) => def.inputs.some(isMany)).length).toBeGreaterThan(3)
})
