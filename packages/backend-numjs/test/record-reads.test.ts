import numjs from 'numjs'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import * as td from '@tendril/core'
import { type Array as Nd, type Nj } from './support/nj.ts'

// Functions of numjs that go on by the elements that they read: each call is compared with the function itself.

/** What the tests read beside what gives arrays. */
interface Readable {
  sum(): number
  mean(): number
  std(options?: { readonly ddof: number }): number
  min(): number
  max(): number
  get(...indices: readonly number[]): number
  set(...indices: readonly number[]): void
  tolist(): number[]
  equal(other: unknown): boolean
}
type X = Nd & Readable
type Fn = (x: X) => unknown

const nj = numjs as unknown as Nj
const own = nj as unknown as {
  sum(x: Nd): number
  equal(x: unknown, y: unknown): boolean
}

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:cpu')
})
beforeEach(() => td.setBackend('numjs'))
afterEach(() => vi.restoreAllMocks())

const weights = nj.array([2, 5])
const X = (x: Nd): X => x as X

const functions: Readonly<Record<string, Fn>> = {
  'a branch on a sum': (x) => (x.sum() > 0 ? x.multiply(2) : x.subtract(100)),
  'a branch on nj.sum': (x) => (own.sum(x.add(1)) > 2 ? nj.exp(x) : x),
  'the sign of zero': (x) => x.multiply(1 / x.max() > 0 ? 1 : -1),
  'the smallest': (x) => x.add(1 / x.min() > 0 ? 1 : -1),
  NaN: (x) => (Number.isNaN(x.mean()) ? nj.zeros([2]) : x),
  'a mean and a deviation': (x) => {
    const spread = x.std()
    return spread > 1 ? x.subtract(x.mean()).divide(spread) : x
  },
  'a deviation of samples': (x) => (x.std({ ddof: 1 }) > 1 ? x.add(1) : x.add(2)),
  'a loop until a value': (x) => {
    let y = nj.clip(nj.abs(x), 0, 1000) as X
    while (y.max() < 50 && y.max() > 0) y = y.multiply(2) as X
    return y
  },
  'an early return': (x) => {
    for (let i = 0; i < x.shape[0]!; i++) if (x.get(i) < 0) return x.multiply(i)
    return x.add(1)
  },
  'the last element': (x) => (x.get(-1) === 2 ? x.multiply(3) : x),
  'elements of views': (x) => (X(x.slice([null, null, -1] as never)).get(0) > 1 ? x.add(10) : x),
  'no element': (x) => (x.get(99) === undefined ? x : x.add(1)),
  'all elements': (x) => nj.array((x.tolist() as number[]).map((v) => v * 3)),
  'as text': (x) => ({ json: JSON.stringify(x), y: x.add(1) }),
  'as a number': (x) => (Number(x) > 0 ? x : x.multiply(-1)),
  'equal arrays': (x) => (x.equal(nj.array([1, 2])) ? x.add(5) : x),
  'equal lists': (x) => (own.equal(x, [1, 2]) ? x.add(5) : x),
  memory: (x) => (x.selection.data[0]! > 0 ? x.add(x.selection.data[0]) : x),
  'memory of a view': (x) => {
    const y = X(x.add(1)).slice(-1 as never)
    const { data, offset } = y.selection as unknown as {
      readonly data: readonly number[]
      readonly offset: number
    }
    return data[offset]! > 2 ? y.add(1) : x
  },
  'what is written before and after': (x) => {
    const y = X(x.clone())
    y.add(1, false as never)
    if (y.sum() > 3) y.multiply(2, false as never)
    y.set(0, 7)
    return y.get(0) === 7 ? y : x
  },
  'constants on both sides of a read': (x) => {
    const make = (): Nd => nj.array(Array.from({ length: x.shape[0]! }, (_, i) => i + 1))
    const [k, l, w] = [make(), make(), x.shape[0] === 2 ? weights : make()]
    const y = X(x.multiply(w).add(k).add(l))
    return y.sum() > 0 ? y.add(l).add(k) : y.subtract(w).subtract(k).add(make())
  },
  'a caught error': (x) => {
    try {
      if (x.sum() > 0) throw new RangeError('positive')
      return x
    } catch {
      return x.multiply(7)
    }
  },
}

const lists = [
  [1, 2],
  [-1, -2],
  [1, 2],
  [0, 0],
  [-0, -0],
  [NaN, 1],
  [NaN, NaN],
  [3, -7],
  [-0, 0],
  [0.5, 0.25],
  [1, 2, 3],
  [5],
  [40, 0, -3, 9],
]

const plain = (value: unknown): unknown => {
  if (value instanceof nj.NdArray) {
    const array = value as unknown as X
    return { shape: [...array.shape], data: array.tolist() }
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

/** The same up to the last bits of float32. */
const near = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(plain(value)), (_, item: unknown) =>
    typeof item === 'number' ? Number(item.toPrecision(5)) : item,
  )

describe('reads on numjs', () => {
  test.each(Object.keys(functions))('%s', (name) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fn = functions[name]!
    const graph = td.traceGraph(fn, { args: [X(nj.array([1, 2]))] }) as Fn
    for (const list of lists) expect(plain(graph(X(nj.array(list))))).toEqual(plain(fn(X(nj.array(list)))))
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1)
    expect(warn.mock.calls.join()).not.toMatch('did something else')
  })

  test.each(['float32', 'int32', 'uint8', 'int8'] as const)('of numbers of %s', (dtype) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fn: Fn = (x) => ({ sum: x.sum(), mean: x.mean(), std: x.std(), min: x.min(), max: x.max(), x })
    const graph = td.traceGraph(fn) as Fn
    for (const list of [
      [1, 2],
      [100, 100],
      [0, 0],
      [5, 120, 7],
    ])
      expect(plain(graph(X(nj.array(list, dtype as never))))).toEqual(
        plain(fn(X(nj.array(list, dtype as never)))),
      )
  })
})

describe.each(['ort', 'reference', 'tfjs:cpu'])('reads on %s', (engine) => {
  test.each(Object.keys(functions))('%s', async (name) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fn = functions[name]!
    const options = engine === 'tfjs:cpu' ? { dtypePolicy: 'nearest' as const } : {}
    const graph = await td.traceGraph(fn, { args: [X(nj.array([1, 2]))] }).to(engine, options)
    for (const list of lists)
      expect(near((graph as Fn)(X(nj.array(list))))).toEqual(near(fn(X(nj.array(list)))))
    expect(warn.mock.calls.join()).not.toMatch('did something else')
  })
})

test('a branch on the largest value keeps its graph', () => {
  const graph = td.traceGraph((x: X) => (x.max() > 1 ? x.divide(255) : x)) as Fn
  for (let i = 0; i < 20; i++) graph(X(nj.array([i, 255])))
  expect((graph as unknown as td.Graph<Fn>).explain()).toMatchObject({ runs: 1, hits: 19 })
})

test('state outside is read as each call finds it, also where the function has written to it', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const make = (): { fn: Fn; state: X } => {
    const state = X(nj.array([0]))
    const fn: Fn = (x) => {
      state.add(x, false as never)
      if (state.get(0) > 3) state.multiply(0, false as never)
      return state.add(state.sum())
    }
    return { fn, state }
  }
  const [one, other] = [make(), make()]
  const graph = td.traceGraph(one.fn, { args: [X(nj.array([1]))] }) as Fn
  expect(one.state.tolist()).toEqual([0])
  for (const v of [1, 1, 1, 1, 3, -1, 4, 1, 1, 1]) {
    expect(plain(graph(X(nj.array([v]))))).toEqual(plain(other.fn(X(nj.array([v])))))
    expect(one.state.tolist()).toEqual(other.state.tolist())
  }
})

test('arrays that a function makes of memory itself are no state', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const fn: Fn = (x) => {
    const k = new nj.NdArray([1, 2], [2])
    const y = X(x.multiply(k))
    return y.equal(x) ? y.add(k) : y.subtract(k)
  }
  const graph = td.traceGraph(fn) as Fn
  for (const list of [
    [0, 0],
    [1, 2],
    [2, 0],
    [3, 3],
  ])
    expect(plain(graph(X(nj.array(list))))).toEqual(plain(fn(X(nj.array(list)))))
  expect(warn).not.toHaveBeenCalled()
})

test('where reads do not repeat the function runs at each call, also where it mixes arrays of td', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const mixed = (x: X): unknown => {
    const y = X(nj.add(td.multiply(x as never, 3) as never, 0 as never))
    return y.max() > 4 ? y.multiply(y.max()) : y.subtract(y.max())
  }
  const graph = td.traceGraph(mixed) as Fn
  for (let i = -5; i < 7; i++)
    expect(plain(graph(X(nj.array([i]))))).toEqual({ shape: [1], data: [3 * i > 4 ? 9 * i * i : 0] })
  expect(warn).toHaveBeenCalledTimes(1)
})
