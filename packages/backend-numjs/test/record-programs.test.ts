import * as fc from 'fast-check'
import numjs from 'numjs'
import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { type Array, differences, type Nj, random, values } from './support/nj.ts'

const nj = numjs as unknown as Nj

beforeAll(() => td.setBackend('numjs'))

/** One step: what it does with the arrays at hand, and numbers that say where. */
type Step = readonly [name: string, on: number, a: number, b: number]

const bounded = (x: Array, axis: number, at: number): number => at % Math.max(1, x.shape[axis] ?? 1)

/** Views of arrays, and writes to them, by name; those that write give nothing new. */
const steps: Readonly<Record<string, (x: Array, a: number, b: number, y: Array) => Array | void>> = {
  transpose: (x) => x.T,
  rows: (x, a, b) => x.lo(bounded(x, 0, a)).hi(1 + (b % (x.shape[0]! - bounded(x, 0, a)))),
  columns: (x, a, b) => x.slice(null, [bounded(x, 1, a), undefined, 1 + (b % 2)]),
  pick: (x, a) => x.pick(bounded(x, 0, a)),
  backwards: (x) => x.step(-1, -2),
  flip: (x, a) => nj.flip(x, a % x.ndim),
  rotate: (x, a) => nj.rot90(x, a),
  flatten: (x) => x.flatten(),
  reshape: (x, a) => x.reshape(a % 2 === 0 ? [2, -1] : [-1, 3]),
  diagonal: (x) => nj.diag(x),
  clone: (x) => x.clone(),
  double: (x) => x.multiply(2),
  zeros: (x) => nj.zeros([...x.shape]),
  join: (x, _a, _b, y) => nj.concatenate(x, y),
  dot: (x, _a, _b, y) => x.dot(y),
  'add in place': (x, a) => void x.add(a, false),
  'negate in place': (x) => void x.multiply(-1, false),
  'round in place': (x) => void (x as Array & { round(copy: boolean): void }).round(false),
  'assign in place': (x, a) => void x.assign(a, false),
  'copy in place': (x, _a, _b, y) => void x.assign(y.clone(), false),
  'set an element': (x, a, b) => void x.set(...x.shape.map((size, axis) => (axis === 0 ? a : b) % size), 99),
}

/** Runs the steps that numjs can do, and gives all arrays that there are in the end. */
function run(x: Array, program: readonly Step[]): Array[] {
  const arrays = [x]
  for (const [name, on, a, b] of program) {
    const [array, other] = [arrays[on % arrays.length]!, arrays[(on + a) % arrays.length]!]
    const isEmpty = array.shape.some((size) => size === 0) || array.ndim === 0
    if (isEmpty || !isPossible(name, array, other)) continue
    const made = steps[name]!(array, a, b, other)
    if (made !== undefined && made.shape.every(Number.isInteger)) arrays.push(made)
  }
  return arrays
}

const isPossible = (name: string, x: Array, y: Array): boolean => {
  const size = x.shape.reduce((n, one) => n * one, 1)
  if (name === 'rotate') return x.ndim === 2
  if (name === 'reshape') return size % 6 === 0
  if (name === 'join') return x.ndim === y.ndim && x.ndim <= 2 && (x.ndim === 1 || x.shape[0] === y.shape[0])
  if (name === 'dot') return x.ndim === 2 && y.ndim === 2 && x.shape[1] === y.shape[0]
  if (name === 'copy in place') return String(x.shape) === String(y.shape)
  return true
}

/** numjs reshapes what has strides as if it had none, and then may show more than there is. */
const staysInside = (arrays: readonly Array[]): boolean =>
  arrays.every((array) => !values(array).includes(undefined as never) && !values(array).some(Number.isNaN))

const program = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(9), fc.nat(5), fc.nat(5)), {
  minLength: 1,
  maxLength: 14,
})

test('programs of views and writes give what numjs gives', () => {
  // Integers, so that sums are the same in any order.
  const make = (): Array => nj.round(random([3, 4], 'array'))
  fc.assert(
    fc.property(program, (one) => {
      fc.pre(staysInside(run(make(), one)))
      const graph = td.traceGraph((x: Array) => run(x, one), { args: [make()] })
      const x = make()
      const results = graph(x.clone())
      const expected = run(x, one)
      expect(results.length).toBe(expected.length)
      expect(results.map((result, i) => differences(result, expected[i]!))).toEqual(expected.map(() => []))
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('small integers stay exact where an engine takes float32 for float64', async () => {
  await td.loadBackend('tfjs:wasm')
  const x = nj.array([-4, -1, 7, 300], 'int32')
  const fn = (a: Array): Array => a.multiply(3).divide(2).mod(100)
  const graph = td.traceGraph(fn as (...args: never[]) => Array, { args: [x] as never })
  const there = await graph.to('tfjs:wasm', { dtypePolicy: 'nearest' })
  expect(values((there as unknown as (a: Array) => Array)(x))).toEqual(values(fn(x)))
})
