import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { caughtWarnings, told, withoutLine } from './audit-warnings.ts'

// What an audit takes for a difference: ops, numbers, arrays, results and errors.

const warnings = caughtWarnings()

test('a field of a plain object outside', () => {
  const config = { scale: 2 }
  const graph = td.traceGraph((x: td.NDArray) => td.multiply(x, config.scale), { audit: true })
  graph(td.array([1]))
  config.scale = 4
  expect(graph(td.array([1])).toArray()).toEqual([4])
  expect(warnings).toHaveLength(1)
})

test('a counter is found at the second call', () => {
  let calls = 0
  const count = (x: td.NDArray): td.NDArray => td.add(x, ++calls)
  const graph = td.traceGraph(count, { audit: true })
  for (let call = 1; call <= 6; call++) expect(graph(td.array([0])).toArray()).toEqual([call])
  expect(calls).toBe(6)
  expect(warnings).toHaveLength(1)
})

test("Math.random with impure: 'allow'", () => {
  let last = 0
  const fn = (x: td.NDArray): td.NDArray => td.multiply(x, (last = Math.fround(Math.random())))
  const graph = td.traceGraph(fn, { audit: true, impure: 'allow' })
  for (let call = 1; call <= 4; call++) expect(graph(td.array([1])).toArray()).toEqual([last])
  expect(warnings).toHaveLength(1)
})

test('another captured array, also where it is the result itself', () => {
  let held = td.array([1, 2])
  const add = td.traceGraph((x: td.NDArray) => td.add(x, held), { audit: true })
  const give = td.traceGraph((): td.NDArray => held, { audit: true })
  const x = td.array([0, 0])
  for (const graph of [() => add(x), give]) expect(graph().toArray()).toEqual([1, 2])
  held = td.array([3, 4])
  for (const graph of [() => add(x), give]) expect(graph().toArray()).toEqual([3, 4])
  expect(warnings[1]).toBe(told('the function gave something else'))
})

test('arrays that are made anew at each run are no difference', () => {
  const fn = (x: td.NDArray): readonly td.NDArray[] => [td.add(x, td.array([1, 2])), td.array([5])]
  const graph = td.traceGraph(fn, { audit: true })
  for (let i = 0; i < 8; i++) expect(graph(td.array([1, 1]))[0]!.toArray()).toEqual([2, 3])
  expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
  expect(warnings).toEqual([])
})

test.each([
  [
    'another number beside the arrays',
    (on: boolean) => (x: td.NDArray) => ({ x: td.add(x, 1), mode: on ? 1 : 2 }),
  ],
  ['0 and -0', (on: boolean) => (x: td.NDArray) => ({ x: td.add(x, 1), zero: on ? 0 : -0 })],
  ['another key', (on: boolean) => (x: td.NDArray) => (on ? { a: td.add(x, 1) } : { b: td.add(x, 1) })],
  ['another order', (on: boolean) => (x: td.NDArray) => (on ? [x, td.add(x, 1)] : [td.add(x, 1), x])],
])('results that differ: %s', (_, make) => {
  let on = true
  const graph = td.traceGraph((x: td.NDArray): object => make(on)(x), { audit: true })
  const x = td.array([1])
  expect(JSON.stringify(graph(x))).toBe(JSON.stringify(make(true)(x)))
  on = false
  const given = graph(x)
  expect(given).toEqual(make(false)(x))
  expect(warnings.map(withoutLine)).toEqual([told('the function gave something else')])
})

test('fewer ops, more ops, another axis', () => {
  let mode = 0
  const fn = (x: td.NDArray): td.NDArray =>
    mode === 0
      ? td.sum(x, { axis: 0 })
      : mode === 1
        ? x
        : mode === 2
          ? td.sum(x, { axis: 1 })
          : td.exp(td.sum(x, { axis: 0 }))
  const x = td.array([
    [1, 2],
    [3, 4],
  ])
  for (const other of [1, 2, 3]) {
    mode = 0
    const graph = td.traceGraph(fn, { args: [x], audit: true })
    expect(graph(x).toArray()).toEqual([4, 6])
    mode = other
    expect(graph(x).toArray()).toEqual(fn(x).toArray())
  }
  expect(warnings.map(withoutLine)).toEqual(
    Array.from({ length: 3 }, () => told("'fn' did something else at here")),
  )
})

test('an error that only the audit meets is thrown, as the function would', () => {
  let broken = false
  const fn = (x: td.NDArray): td.NDArray => {
    if (broken) throw new RangeError('not today')
    return td.add(x, 1)
  }
  const graph = td.traceGraph(fn, { audit: true })
  const x = td.array([1])
  graph(x)
  broken = true
  expect(() => graph(x)).toThrow(new RangeError('not today'))
  broken = false
  expect(graph(x).toArray()).toEqual([2])
  expect(warnings).toEqual([told("'fn' ended otherwise")])
  expect(graph.explain()).toMatchObject({ audits: 1, differences: 1 })
})

test("rerun: 'never' makes a difference a GuardError, and state stays as it was", async () => {
  let factor = 2
  const total = new td.Variable(td.array([0]))
  const fn = (x: td.NDArray): td.NDArray => {
    const scaled = td.multiply(x, factor)
    total.assign(td.add(total.value, scaled))
    return scaled
  }
  const graph = td.traceGraph(fn, { audit: true, rerun: 'never' })
  graph(td.array([1]))
  factor = 3
  for (let i = 0; i < 2; i++)
    expect(() => graph(td.array([1]))).toThrow(
      /^graph: 'fn' did something else at audit-differences.test.ts:\d+ than in an earlier call with the same arguments, so it has to run again at each call, which rerun: 'never' rules out/,
    )
  expect(total.value.toArray()).toEqual([2])
  expect(warnings).toEqual([])
  let other = 1
  const later = td.traceGraph(async (x: td.NDArray) => td.multiply(x, other), { audit: true, rerun: 'never' })
  await later(td.array([1]))
  other = 2
  await expect(later(td.array([1]))).rejects.toThrow(td.GuardError)
})
