import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { eachWay, expectSameCalls } from './ways.ts'

const one = (): td.NDArray => td.array([1, 2])
const two = (): td.NDArray => td.array([-3, 0.5])

type Call = () => readonly unknown[]
interface Row {
  readonly fn: (...args: never[]) => unknown
  readonly calls: readonly Call[]
  /** How many of four times as many calls take the short way at least. */
  readonly short: number
}

const holes = (): unknown[] => {
  const list: unknown[] = [one(), undefined]
  delete list[1]
  return list
}

const rows: Readonly<Record<string, Row>> = {
  'nested lists, records and a number': {
    fn: ({ x, y }: { x: td.NDArray; y: td.NDArray }, [z]: td.NDArray[], k: number) => ({
      out: td.multiply(td.add(x, td.add(y, z!)), k),
      all: [z, [k, 'text', null, undefined, true]],
    }),
    calls: [
      () => [{ x: one(), y: two() }, [one()], 3],
      () => [{ x: one(), y: two() }, [one()], -3],
      () => [{ y: two(), x: one() }, [one()], 3],
    ],
    short: 6,
  },
  'numbers by their bits': {
    fn: (x: td.NDArray, k: number) => [td.multiply(x, k), Object.is(k, -0), 1 / k],
    calls: [
      () => [one(), 0],
      () => [one(), -0],
      () => [one(), NaN],
      () => [one(), 1],
      () => [one(), Infinity],
    ],
    short: 10,
  },
  'values that look alike': {
    fn: (x: td.NDArray, k: unknown) => [td.negative(x), typeof k, String(k)],
    calls: [1, '1', 1n, true, 'true', null, undefined, 'null'].map((k) => () => [one(), k]),
    short: 16,
  },
  'records with other keys': {
    fn: (a: Record<string, td.NDArray>) => [Object.keys(a).join(), ...Object.values(a)],
    calls: [
      () => [{ a: one(), b: two() }],
      () => [{ b: one(), a: two() }],
      () => [{ a: one(), b: two(), c: one() }],
      () => [{ a: one() }],
      () => [Object.assign(Object.create(null), { a: one(), b: two() })],
      () => [{}],
    ],
    short: 10,
  },
  'an own __proto__ in a record and in the result': {
    fn: (a: object) =>
      Object.fromEntries(Object.entries(a).map(([key, v]) => [key, td.negative(v as td.NDArray)])),
    calls: [() => [JSON.parse('{"__proto__":1}', (key, v) => (key === '' ? v : one()))]],
    short: 2,
  },
  'lists of other lengths, and with holes': {
    fn: (list: unknown[]) => [list.length, 1 in list, td.add(list[0] as td.NDArray, 1)],
    calls: [
      () => [[one()]],
      () => [[one(), undefined]],
      () => [holes()],
      () => [[one(), two()]],
      () => [[one(), 2]],
    ],
    short: 6,
  },
  'more arguments, and fewer': {
    fn: (...all: td.NDArray[]) => [all.length, td.stack(all)],
    calls: [() => [one()], () => [one(), two()], () => [one(), two(), one()]],
    short: 6,
  },
  'other dtypes and sizes': {
    fn: (x: td.NDArray) => td.add(x, 1),
    calls: [
      () => [one()],
      () => [td.array([1, 2, 3])],
      () => [td.array([])],
      () => [td.array(5)],
      () => [td.array(new Int32Array([1, 2]))],
      () => [td.array([true, false])],
      () => [td.array([-0, NaN])],
    ],
    short: 14,
  },
  Containers: {
    fn: (c: td.Container, k: number) =>
      new td.Container({ out: td.multiply((c['w'] as td.Container)['a'] as td.NDArray, k) }),
    calls: [
      () => [new td.Container({ w: { a: one() } }), 2],
      () => [new td.Container({ w: { a: two() } }), 2],
    ],
    short: 3,
  },
  'a record where a Container was': {
    fn: (c: object) => [c instanceof td.Container, ...(Object.values(c) as td.NDArray[])],
    calls: [() => [new td.Container({ a: one() })], () => [{ a: one() }]],
    short: 4,
  },
  'functions by which they are': {
    fn: (x: td.NDArray, f: (x: td.NDArray) => td.NDArray) => f(x),
    calls: [() => [one(), td.abs], () => [one(), td.negative], () => [one(), td.abs]],
    short: 6,
  },
  'typed arrays': {
    fn: (x: td.NDArray, y: td.NDArray) => td.add(td.asarray(x), td.asarray(y)),
    calls: [
      () => [new Float32Array([1, 2]), one()],
      () => [one(), one()],
      () => [one(), new Float32Array([1, 2])],
    ],
    short: 2,
  },
  'a number where an array was': {
    fn: (x: td.NDArray | number) => td.add(td.array([1]), x),
    calls: [() => [one()], () => [3], () => [two()]],
    short: 5,
  },
  'the same array twice': {
    fn: (x: td.NDArray, y: td.NDArray) => [td.subtract(x, y), td.add(x, 1)],
    calls: [() => Array.from({ length: 2 }).fill(one()), () => [one(), two()]],
    short: 5,
  },
  'results that are arguments, constants, numbers and one array twice': {
    fn: (x: td.NDArray) => {
      const z = td.add(x, 1)
      return [x, z, z, td.ones([2]), 5]
    },
    calls: [() => [one()], () => [two()]],
    short: 5,
  },
  'many values': {
    fn: (x: td.NDArray, ...lists: number[][]) => [td.add(x, lists.flat().length), ...lists],
    calls: [600, 30_000].map((n) => () => [one(), Array.from({ length: n }, (_, i) => i)]),
    short: 4,
  },
  'many values in the result': {
    fn: (x: td.NDArray, n: number) => [td.add(x, n), ...Array.from({ length: n }, (_, i) => i)],
    calls: [() => [one(), 70_000]],
    short: 2,
  },
  'no arrays at all': {
    fn: (k: number) => td.multiply(td.ones([2]), k),
    calls: [() => [2], () => [-2]],
    short: 4,
  },
}

eachWay((_engine, way) => {
  test.each(Object.entries(rows))('%s', async (_name, { fn, calls, short }) => {
    expect(await expectSameCalls(fn, calls)).toBeGreaterThanOrEqual(way === 'general' ? 0 : short)
  })

  test('results are handles of their own', () => {
    const graph = td.traceGraph((a: td.NDArray) => [a, a])
    const a = one()
    for (let i = 0; i < 5; i++) {
      const [first, second] = graph(a) as [td.NDArray, td.NDArray]
      first.dispose()
      expect(second.toArray()).toEqual([1, 2])
      second.dispose()
    }
    expect(a.toArray()).toEqual([1, 2])
  })

  test('static arguments', async () => {
    const fn = (a: td.NDArray, k: unknown): unknown => [td.negative(a), JSON.stringify(k)]
    const shared = { n: 1 }
    const calls: Call[] = [
      () => [one(), 1],
      () => [one(), { n: 1 }],
      () => [one(), { n: ++shared.n % 3 }],
      () => [one(), 'a'],
    ]
    const twin = { n: 1 }
    const twins: Call[] = [() => [one(), twin]]
    expect(
      await expectSameCalls(fn, calls.slice(0, 2).concat(calls[3]!), { options: { staticArgnums: 1 } }),
    ).toBeGreaterThan(2)
    expect(await expectSameCalls(fn, twins, { options: { staticArgnums: 1 } })).toBe(0)
    const graph = td.traceGraph(fn, { staticArgnums: 1 })
    for (let i = 0; i < 4; i++) {
      twin.n = i
      expect((graph(one(), twin) as unknown[])[1]).toBe(`{"n":${i}}`)
    }
  })
})
