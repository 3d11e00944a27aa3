import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../engines.ts'

// A traced function goes on by the values that it reads: each call is compared with the function itself.

type Fn = (x: td.NDArray) => unknown

const scale = new td.Variable(td.array([2]))

/** What the reference system bakes: a branch, a loop count, a length. */
const sharpBits: Readonly<Record<string, Fn>> = {
  'a branch on a value': (x) => (Number(td.sum(x)) > 0 ? td.multiply(x, 2) : td.subtract(x, 100)),
  'a loop until a value': (x) => {
    let y = x
    while (Number(td.max(td.abs(y))) < 50 && Number(td.max(td.abs(y))) > 0) y = td.multiply(y, 2)
    return y
  },
  'a length': (x) => {
    let total = td.zeros([])
    for (const row of x) total = td.add(total, td.multiply(row, x.shape[0]!))
    return total
  },
}

const functions: Readonly<Record<string, Fn>> = {
  ...sharpBits,
  'a bool': (x) => (td.greater(td.sum(x), 0).item() ? td.exp(x) : td.negative(x)),
  'an int': (x) => td.multiply(x, Number(td.argmax(x)) + 1),
  'the sign of zero': (x) => td.multiply(x, 1 / (td.sum(x).item() as number) > 0 ? 1 : -1),
  NaN: (x) => (Number.isNaN(td.sum(x).item()) ? td.zeros([2]) : x),
  'reads inside reads': (x) => {
    const doubled = td.multiply(x, 2)
    const total = td.sum(doubled)
    if (!td.greater(total, 0).item()) return td.subtract(doubled, total)
    const top = td.max(doubled)
    return td.greater(top, 5).item() ? td.divide(doubled, top) : td.add(doubled, total)
  },
  'the same value read twice': (x) => {
    const s = td.sum(x)
    return td.add(x, (s.item() as number) > 0 && (s.item() as number) < 10 ? 1 : 2)
  },
  'an early return': (x) => {
    for (let i = 0; i < x.shape[0]!; i++) if (td.less(x.at(i), 0).item()) return td.multiply(x.at(i), i)
    return td.sum(x)
  },
  'all elements': (x) => td.array((x.toArray() as number[]).map((v) => v * 3)),
  'spread and destructuring': (x) => {
    const [first, ...rest] = x
    return rest.reduce((sum, row) => td.add(sum, row), first!)
  },
  'what is computed before and used after': (x) => {
    const a = td.exp(x)
    const b = td.sin(a)
    return td.greater(td.sum(x), 0).item() ? a : td.add(a, b)
  },
  'a Variable': (x) => (td.greater(td.sum(td.multiply(x, scale.value)), 4).item() ? scale.value : x),
  'numbers in the result': (x) => ({ big: td.greater(td.max(x), 2).item(), n: x.shape[0], x }),
  'the argument itself': (x) => (td.greater(x.at(0), 0).item() ? x : [x, x]),
  recursion: (x) => {
    const halve = (y: td.NDArray): td.NDArray => (td.less(td.sum(y), 1).item() ? y : halve(td.divide(y, 2)))
    return halve(td.where(td.isnan(x), 0, td.minimum(td.abs(x), 1000)))
  },
  'a caught error': (x) => {
    try {
      if (td.greater(td.sum(x), 3).item()) return td.reshape(x, [7])
      return td.add(x, 1)
    } catch {
      return td.negative(x)
    }
  },
  'a whole array compared as text': (x) => (JSON.stringify(x) === '[1,2]' ? td.exp(x) : x),
  'a constant of its own after a read': (x) =>
    td.greater(td.sum(x), 0).item() ? td.add(x, td.array([10])) : td.add(x, td.array([20])),
}

const inputs: readonly (readonly number[])[] = [
  [1, 2],
  [-1, -2],
  [1, 2],
  [0, 0],
  [-0, -0],
  [NaN, 1],
  [3, -7],
  [0.5, 0.25],
  [1, 2, 3],
  [5],
  [-1, -2],
  [40, 0, -3, 9],
]

const withoutLines = (text: string): string => text.replaceAll(/test\.ts:\d+/g, 'test.ts:line')

const plain = (value: unknown): unknown => {
  if (value instanceof td.NDArray)
    return { dtype: value.dtype, shape: [...value.shape], data: [...value.dataSync()] }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

describe.each(engines)('values on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  })
  afterEach(() => {
    td.unsetBackend()
    vi.restoreAllMocks()
  })

  test.each(Object.keys(functions))('%s', (name) => {
    const fn = functions[name]!
    const graph = td.traceGraph(fn, { args: [td.array([1, 2])] }) as Fn
    for (const input of inputs) expect(plain(graph(td.array(input)))).toEqual(plain(fn(td.array(input))))
  })

  test('traced on the reference, moved here', async () => {
    td.unsetBackend()
    const graph = td.traceGraph(functions['reads inside reads']!, { args: [td.array([1, 2])] })
    for (const input of inputs) graph(td.array(input))
    const there = await graph.to(engine)
    await td.setBackend(engine)
    for (const input of inputs)
      expect(plain(there(td.array(input)))).toEqual(plain(functions['reads inside reads']!(td.array(input))))
  })

  test('random arrays on both sides of a read are those of the function', () => {
    const fn = (x: td.NDArray): td.NDArray => {
      const before = td.random.uniform({ shape: [3] })
      if (td.greater(td.sum(td.add(before, x)), 2).item()) td.random.normal({ shape: [2] })
      return td.add(before, td.random.uniform({ shape: [3] }))
    }
    const graph = td.traceGraph(fn)
    td.random.seed(3)
    const traced = [0, 9, -9, 0, 9, -9].map((v) => plain(graph(td.array(v))))
    td.random.seed(3)
    expect(traced).toEqual([0, 9, -9, 0, 9, -9].map((v) => plain(fn(td.array(v)))))
  })
})

test('random arrays that are drawn once stay the same on new ways', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const graph = td.traceGraph(
    (x: td.NDArray) => {
      const noise = td.random.uniform({ shape: [2] })
      const kept = td.dropout(td.ones([4]), { rate: 0.5, training: true })
      if (td.greater(td.sum(x), 0).item()) return [td.add(x, noise), kept]
      return [td.subtract(x, noise), kept, td.random.normal({ shape: [1] })]
    },
    { includeGenerators: false, args: [td.array([1, 2])] },
  )
  const given = [
    [1, 2],
    [-1, -2],
    [1, 2],
    [-1, -2],
    [3, 4],
  ].map((v) => plain(graph(td.array(v))))
  expect(given[2]).toEqual(given[0])
  expect(given[3]).toEqual(given[1])
  const [[up, kept], [down, again]] = given as { data: number[] }[][] as [
    { data: number[] }[],
    { data: number[] }[],
  ]
  expect(up!.data[0]! - 1).toBeCloseTo(-1 - down!.data[0]!, 5)
  expect(again).toEqual(kept)
  expect(graph.explain().runs).toBe(2)
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

describe('what it costs', () => {
  afterEach(() => vi.restoreAllMocks())

  test('known ways do not run the function', () => {
    let runs = 0
    const graph = td.traceGraph((x: td.NDArray) => {
      runs++
      return td.greater(td.sum(x), 0).item() ? x : td.negative(x)
    })
    for (let i = 0; i < 10; i++) graph(td.array([i % 2 === 0 ? 1 : -1]))
    expect(runs).toBe(2)
    expect(graph.explain()).toMatchObject({ hits: 8, signatures: [{ pieces: 3, reads: [{ values: 2 }] }] })
  })

  test('a long loop has three programs', async () => {
    await td.setBackend('numjs')
    try {
      const graph = td.traceGraph((x: td.NDArray) => {
        let [y, turns] = [x, 0]
        for (; td.less(td.sum(y), 1000).item(); turns++) y = td.add(y, 1)
        return { y, turns }
      })
      const { programs } = td.traceGraph((x: td.NDArray) => x, { args: [td.array([1])] }).explain()
      expect(graph(td.array([600, 0]))).toMatchObject({ turns: 200 })
      expect(graph(td.array([600, 0]))).toMatchObject({ turns: 200 })
      expect(graph.explain().programs - programs).toBeLessThanOrEqual(3)
      expect(graph.explain().runs).toBe(1)
    } finally {
      td.unsetBackend()
    }
  })

  test('values that do not repeat run the function at each call, and are told once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const byTotal = (x: td.NDArray): td.NDArray => td.multiply(x, td.sum(x).item() as number)
    const graph = td.traceGraph(byTotal)
    for (let i = 0; i < 20; i++) expect(graph(td.array([i, 1])).toArray()).toEqual([i * (i + 1), i + 1])
    expect(withoutLines(warn.mock.calls.join())).toMatchInlineSnapshot(
      `"traceGraph: the value read at values.test.ts:line was new in 5 of 5 calls, so 'byTotal' runs again at each call (right, but slower). If only a comparison is needed, read that: greater(x, 0).item(); if the number only enters arithmetic, leave it an array."`,
    )
    expect(graph.explain().signatures[0]!.reruns).toMatch('runs again at each call')
  })

  test('a function that does something else is followed, and told once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    let factor = 1
    const impure = (x: td.NDArray): td.NDArray => {
      const y = td.multiply(x, factor)
      return td.greater(td.sum(x), 0).item() ? y : td.negative(y)
    }
    const graph = td.traceGraph(impure)
    expect(graph(td.array([1])).toArray()).toEqual([1])
    factor = 5
    expect(graph(td.array([-1])).toArray()).toEqual([5])
    expect(graph(td.array([1])).toArray()).toEqual([5])
    expect(withoutLines(warn.mock.calls.join())).toMatchInlineSnapshot(
      `"traceGraph: 'impure' did something else at values.test.ts:line than in an earlier call with the same arguments, so it runs again at each call (right, but slower). It may use a clock, Math.random or a variable from outside: pass what changes as an argument, or keep it in a Variable, a Container or a Module."`,
    )
  })
})

test('the ways through a function are printed', () => {
  const graph = td.traceGraph((x: td.NDArray) => (td.greater(td.sum(x), 0).item() ? x : td.negative(x)), {
    args: [td.array([1, 2])],
  })
  graph(td.array([-1, -2]))
  expect(withoutLines(String(graph))).toMatchInlineSnapshot(`
    "piece 0: graph(%0: float32[2])
      %1: float32[] = sum(%0, axis=null, dtype=null, keepdims=false)
      %2: bool[] = greater(%1, 0)
      return [%2]
      read at values.test.ts:line: 1 -> piece 1, 0 -> piece 2
    piece 1: graph(%0: float32[2])
      return %0
    piece 2: graph(%0: float32[2])
      %1: float32[2] = negative(%0)
      return %1"
  `)
})

test('async reads that are asked for together are one', async () => {
  let runs = 0
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    runs++
    const [a, b] = await Promise.all([td.sum(x).data(), td.max(x).data()])
    return Number(a[0]) > Number(b[0]) ? td.multiply(x, 2) : td.negative(x)
  }
  const graph = td.traceGraph(fn)
  const calls = [
    [1, 2],
    [-1, -2],
    [1, 2],
    [-1, -2],
  ].map((v) => graph(td.array(v)))
  expect((await Promise.all(calls)).map((y) => y.toArray())).toEqual([
    [2, 4],
    [1, 2],
    [2, 4],
    [1, 2],
  ])
  const before = runs
  expect((await graph(td.array([1, 2]))).toArray()).toEqual([2, 4])
  expect(runs).toBe(before)
  expect(graph.explain().signatures.at(-1)!.reads).toHaveLength(1)
})

test('a throw on a way runs the function each time', () => {
  let runs = 0
  const graph = td.traceGraph((x: td.NDArray) => {
    runs++
    if (td.less(td.sum(x), 0).item()) throw new RangeError(`total ${td.sum(x).item()}`)
    return td.multiply(x, 2)
  })
  expect(graph(td.array([1])).toArray()).toEqual([2])
  for (const v of [-1, -2, -1]) expect(() => graph(td.array([v]))).toThrow(new RangeError(`total ${v}`))
  expect(graph(td.array([1])).toArray()).toEqual([2])
  expect(runs).toBe(4)
})
