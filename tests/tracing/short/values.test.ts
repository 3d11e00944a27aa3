import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { eachWay, expectSameCalls } from './ways.ts'

const of =
  (...elements: number[]) =>
  (): readonly unknown[] => [td.array(elements)]
const whole =
  (...elements: number[]) =>
  (): readonly unknown[] => [td.array(new Int32Array(elements))]

type Fn = (x: td.NDArray) => unknown
interface Row {
  readonly fn: Fn
  readonly calls: readonly (() => readonly unknown[])[]
  readonly short: number
}

const floats = [of(1, 2), of(-1, -2), of(0, 0), of(-0, -0), of(NaN, 1)]

const rows: Readonly<Record<string, Row>> = {
  'a bool': {
    fn: (x) => (td.greater(td.sum(x), 0).item() ? td.add(x, 1) : td.subtract(x, 1)),
    calls: floats,
    short: 14,
  },
  'an int': {
    fn: (x) => {
      const n = td.sum(x, { dtype: 'int32' }).item() as number
      return n > 2 ? td.multiply(x, n) : { few: td.add(x, n) }
    },
    calls: [whole(1, 0), whole(-1, 0), whole(3, 4), whole(0, 0)],
    short: 11,
  },
  'floats by their bits': {
    fn: (x) => {
      const first = td.max(x).item() as number
      return [1 / first, Number.isNaN(first), td.negative(x)]
    },
    calls: [of(0, -0), of(-0, -0), of(NaN, 1), of(-1, -0.5)],
    short: 8,
  },
  'an array': {
    fn: (x) => ((td.sign(x).toArray() as number[]).includes(-1) ? td.abs(x) : x),
    calls: [of(1, 2), of(-1, 2), of(3, 0.5)],
    short: 6,
  },
  'reads on different ways, and values that both use': {
    fn: (x) => {
      const [y, z] = [td.exp(x), td.multiply(x, 2)]
      if (td.all(td.greater(x, 0)).item()) return td.any(td.greater(y, 3)).item() ? td.add(y, z) : z
      return td.any(td.less(z, -3)).item() ? [y, z] : td.subtract(y, z)
    },
    calls: [of(1, 2), of(-1, -2), of(0.1, 0.2), of(-0.1, 0.2)],
    short: 8,
  },
  'loops, longer than one text': {
    fn: (x) => {
      let y = x
      while (td.less(td.sum(y), 60).item()) y = td.add(y, 1)
      return y
    },
    calls: [of(0, 0), of(25, 20), of(-10, 0)],
    short: 6,
  },
  'a throw on a way': {
    fn: (x) => {
      if (td.less(td.sum(x), 0).item()) throw new RangeError('negative')
      return td.sqrt(x)
    },
    calls: [of(1, 2), of(-1, -2), of(4, 9)],
    short: 5,
  },
  'an op that throws on a way': {
    fn: (x) => (td.less(td.sum(x), 0).item() ? td.reshape(x, [7]) : td.sqrt(x)),
    calls: [of(1, 2), of(-1, -2), of(4, 9)],
    short: 5,
  },
  'draws before and after a read': {
    fn: (x) => {
      const a = td.random.uniform({ shape: [2] })
      if (td.greater(td.sum(x), 0).item()) return td.add(a, x)
      return [a, td.random.normal({ shape: [2] }), td.add(x, td.random.uniform({ shape: [2] }))]
    },
    calls: [of(1, 2), of(-1, -2)],
    short: 3,
  },
  'a draw that decides': {
    fn: (x) => {
      const a = td.random.uniform({ shape: [] })
      return td.greater(a, 0.5).item() ? td.add(x, a) : td.subtract(x, td.random.uniform({ shape: [2] }))
    },
    calls: [of(1, 2), of(3, 4), of(5, 6)],
    short: 4,
  },
  'values that seldom repeat': {
    fn: (x) => td.multiply(x, td.sum(x).item() as number),
    calls: Array.from({ length: 12 }, (_, i) => of(i, i / 2)),
    short: 0,
  },
}

eachWay((engine) => {
  test.each(Object.entries(rows))('%s', async (_name, { fn, calls, short }) => {
    expect(await expectSameCalls(fn, calls)).toBeGreaterThanOrEqual(short)
  })

  test.skipIf(engine.startsWith('tfjs'))('a bigint (tfjs holds no int64)', async () => {
    const fn: Fn = (x) => td.add(x, td.sum(x, { dtype: 'int64' }).item() as bigint)
    const calls = [
      [1n, 2n],
      [-5n, 2n],
    ].map((list) => () => [td.array(new BigInt64Array(list))])
    expect(await expectSameCalls(fn, calls)).toBeGreaterThanOrEqual(3)
  })

  test('reads of an async function, several at once', async () => {
    const fn = async (x: td.NDArray): Promise<unknown> => {
      const [a, b] = await Promise.all([td.sum(x).data(), td.max(x).data()])
      return a[0]! > b[0]! ? td.add(x, 1) : td.negative(x)
    }
    const graph = td.traceGraph(fn)
    expect(graph(td.array([1, 2]))).toBeInstanceOf(Promise)
    await graph(td.array([1, 2]))
    expect(graph(td.array([1, 2]))).toBeInstanceOf(Promise)
    expect(await expectSameCalls(fn, [of(1, 2), of(-1, 2)], { turns: 5 })).toBeGreaterThanOrEqual(5)
  })

  test('a way that is met when others are known', async () => {
    const fn: Fn = (x) => (td.greater(td.sum(x), 0).item() ? td.add(x, 1) : td.negative(x))
    const graph = td.traceGraph(fn)
    for (let i = 0; i < 6; i++) expect((graph(td.array([i + 1])) as td.NDArray).toArray()).toEqual([i + 2])
    for (let i = 0; i < 6; i++) expect((graph(td.array([-i])) as td.NDArray).toArray()).toEqual([i])
    expect(graph.explain().runs).toBe(2)
    expect(graph.explain().hits).toBe(10)
  })
})
