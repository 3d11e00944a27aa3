import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../engines.ts'

// JavaScript does not show what a function takes from elsewhere. With `audit: true` calls 1, 2, 4, 8, … run it beside
// its graph, so that a difference is found late, and told.

let warnings: string[] = []
beforeEach(() => {
  warnings = []
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
  td.unsetBackend()
})

const cure =
  'so it runs again at each call (right, but slower). It may use a clock, Math.random or a variable from outside: pass what changes as an argument, or keep it in a Variable, a Container or a Module.'
const told = (did: string): string =>
  `traceGraph: ${did} than in an earlier call with the same arguments, ${cure}`
const withoutLine = (text: string | undefined): string | undefined => text?.replace(/(\.ts):\d+/, '$1')

describe.each(engines)('on %s', (engine) => {
  beforeEach(() => td.setBackend(engine))

  test('a pure function runs at calls 1, 2, 4, 8, … and nothing is told', () => {
    let runs = 0
    const pure = (x: td.NDArray): td.NDArray => {
      runs++
      return td.add(td.multiply(x, 2), 1)
    }
    const lazy = td.traceGraph(pure, { audit: true })
    const at: number[] = []
    for (let call = 1; call <= 64; call++) {
      const before = runs
      expect(lazy(td.array([call])).toArray()).toEqual([2 * call + 1])
      if (runs > before) at.push(call)
    }
    // The first call is the trace.
    expect(at).toEqual([1, 2, 4, 8, 16, 32, 64])
    expect(runs).toBe(7)
    expect(lazy.explain()).toMatchObject({ runs: 7, hits: 57, audits: 6, differences: 0 })
    runs = 0
    const traced = td.traceGraph(pure, { args: [td.array([1])], audit: true })
    for (let call = 1; call <= 64; call++) traced(td.array([call]))
    expect(runs).toBe(8)
    expect(traced.explain()).toMatchObject({ runs: 8, hits: 57, audits: 7, differences: 0 })
    expect(String(traced.explain())).toMatch('audited 7 x: no difference')
    expect(warnings).toEqual([])
  })

  test('a `let` that is given another number', () => {
    let factor = 2
    const scale = (x: td.NDArray): td.NDArray => td.multiply(x, factor)
    const graph = td.traceGraph(scale, { audit: true })
    const x = td.array([1, 2])
    for (let call = 1; call <= 5; call++) expect(graph(x).toArray()).toEqual([2, 4])
    factor = 3
    // Not seen before call 8.
    expect(graph(x).toArray()).toEqual([2, 4])
    expect(graph(x).toArray()).toEqual([2, 4])
    for (let call = 8; call <= 20; call++) expect(graph(x).toArray()).toEqual([3, 6])
    factor = 5
    expect(graph(x).toArray()).toEqual([5, 10])
    expect(warnings.map(withoutLine)).toEqual([told("'scale' did something else at audit.test.ts")])
    expect(graph.explain()).toMatchObject({ audits: 3, differences: 1 })
    expect(String(graph.explain())).toMatch('audited 3 x: 1 x the function did something else')
  })

  test('reads: the values of this call are served', () => {
    let limit = 0
    const relu = (x: td.NDArray): td.NDArray =>
      td.sum(x).item() > limit ? td.multiply(x, 2) : td.subtract(x, 1)
    const graph = td.traceGraph(relu, { audit: true })
    const [up, down] = [td.array([1, 2]), td.array([-1, -2])]
    for (let i = 0; i < 10; i++) {
      expect(graph(up).toArray()).toEqual([2, 4])
      expect(graph(down).toArray()).toEqual([-2, -3])
    }
    expect(warnings).toEqual([])
    limit = 100
    for (let i = 0; i < 12; i++) graph(up)
    expect(graph(up).toArray()).toEqual([0, 1])
    expect(graph(down).toArray()).toEqual([-2, -3])
    expect(warnings.map(withoutLine)).toEqual([told("'relu' did something else at audit.test.ts")])
  })

  test('a way that is taken at every other call is looked at too', () => {
    let runs = 0
    let offset = 1
    const fn = (x: td.NDArray): td.NDArray => {
      runs++
      return td.any(td.greater(x, 0)).item() ? td.add(x, offset) : td.negative(x)
    }
    const graph = td.traceGraph(fn, { audit: true })
    for (let i = 0; i < 4; i++) for (const value of [1, -1]) graph(td.array([value]))
    offset = 7
    // Calls 16, 32, … of the graph are those of the other way.
    for (let i = 0; i < 5; i++) for (const value of [1, -1]) graph(td.array([value]))
    expect(graph(td.array([1])).toArray()).toEqual([8])
    expect(runs).toBeLessThan(16)
    expect(warnings).toHaveLength(1)
  })

  test('random draws are those of a function without audit', () => {
    const noisy = (x: td.NDArray): td.NDArray => td.add(x, td.random.normal({ shape: [2] }))
    const x = td.array([1, 2])
    const draw = (audit: boolean): readonly unknown[] => {
      td.random.seed(7)
      const graph = td.traceGraph(noisy, { args: [x], audit })
      const all = Array.from({ length: 9 }, () => graph(x).toArray())
      return [...all, td.random.uniform().item()]
    }
    expect(draw(true)).toEqual(draw(false))
    expect(warnings).toEqual([])
  })

  test('what is drawn once stays drawn', () => {
    const noisy = (x: td.NDArray): td.NDArray => td.add(x, td.random.normal({ shape: [2] }))
    const graph = td.traceGraph(noisy, { audit: true, includeGenerators: false })
    const x = td.array([1, 2])
    const first = graph(x).toArray()
    td.random.seed(3)
    const next = td.random.uniform().item()
    td.random.seed(3)
    for (let i = 0; i < 8; i++) expect(graph(x).toArray()).toEqual(first)
    expect(td.random.uniform().item()).toBe(next)
    expect(warnings).toEqual([])
  })
})

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
  const give = td.traceGraph((_: td.NDArray) => held, { audit: true })
  const x = td.array([0, 0])
  for (const graph of [add, give]) expect(graph(x).toArray()).toEqual([1, 2])
  held = td.array([3, 4])
  for (const graph of [add, give]) expect(graph(x).toArray()).toEqual([3, 4])
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
    Array.from({ length: 3 }, () => told("'fn' did something else at audit.test.ts")),
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
      /^graph: 'fn' did something else at audit.test.ts:\d+ than in an earlier call with the same arguments, so it has to run again at each call, which rerun: 'never' rules out/,
    )
  expect(total.value.toArray()).toEqual([2])
  expect(warnings).toEqual([])
  let other = 1
  const later = td.traceGraph(async (x: td.NDArray) => td.multiply(x, other), { audit: true, rerun: 'never' })
  await later(td.array([1]))
  other = 2
  await expect(later(td.array([1]))).rejects.toThrow(td.GuardError)
})

test('state: Variables, objects and Containers are written once a call', () => {
  const seen = new td.Variable(td.array([0]))
  const counter = { count: td.array([0]), step: 1 }
  const fn = (x: td.NDArray, box: td.Container): td.NDArray => {
    seen.assign(td.add(seen.value, x))
    counter.count = td.add(counter.count, counter.step)
    box['last'] = td.multiply(x, 2)
    return td.add(x, counter.count)
  }
  const box = new td.Container({ last: td.array([0]) })
  const graph = td.traceGraph(fn, { audit: true, stateful: [counter], argStatefulIdxs: [[1]] })
  for (let call = 1; call <= 9; call++) {
    expect(graph(td.array([call]), box).toArray()).toEqual([2 * call])
    expect(seen.value.toArray()).toEqual([(call * (call + 1)) / 2])
    expect(counter.count.toArray()).toEqual([call])
    expect((box['last'] as td.NDArray).toArray()).toEqual([2 * call])
  }
  expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
  expect(warnings).toEqual([])
})

test('state that is written otherwise', () => {
  const [a, b] = [new td.Variable(td.array([0])), new td.Variable(td.array([0]))]
  let target = a
  const graph = td.traceGraph(
    (x: td.NDArray) => {
      target.assign(x)
      return td.add(x, 1)
    },
    { audit: true },
  )
  graph(td.array([5]))
  target = b
  graph(td.array([6]))
  expect([a, b].map(({ value }) => value.item())).toEqual([5, 6])
  expect(warnings).toHaveLength(1)
})

test('a Variable or a field of a Module that changes is no difference', () => {
  class Scale {
    factor = new td.Variable(td.array([2]))
    offset = 1
    get config(): { readonly offset: number } {
      return { offset: this.offset }
    }
    forward(x: td.NDArray): td.NDArray {
      return td.add(td.multiply(x, this.factor.value), this.config.offset)
    }
  }
  const model = new Scale()
  td.traceGraph(model, { audit: true })
  const x = td.array([1])
  for (let call = 1; call <= 16; call++) {
    if (call % 3 === 0) model.factor.assign(td.array([call]))
    if (call % 5 === 0) model.offset = call
    expect(model.forward(x).item()).toBe((model.factor.value.item() as number) + model.offset)
  }
  expect(warnings).toEqual([])
})

test('async functions, also in calls at once', async () => {
  let factor = 2
  let runs = 0
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    runs++
    const [low, high] = await Promise.all([td.min(x).data(), td.max(x).data()])
    return high[0]! - low[0]! > 1 ? td.multiply(x, factor) : x
  }
  const graph = td.traceGraph(fn, { audit: true })
  const x = td.array([1, 4])
  for (let call = 1; call <= 6; call++) expect((await graph(x)).toArray()).toEqual([2, 8])
  expect(runs).toBe(3)
  const both = await Promise.all([graph(x), graph(x), graph(x)])
  for (const one of both) expect(one.toArray()).toEqual([2, 8])
  expect(warnings).toEqual([])
  factor = 3
  for (let call = 10; call < 16; call++) await graph(x)
  expect((await graph(x)).toArray()).toEqual([3, 12])
  expect((await graph(x)).toArray()).toEqual([3, 12])
  expect(warnings.map(withoutLine)).toEqual([told("'fn' did something else at audit.test.ts")])
})

test('sizes that the ops do not take are refused as without audit', () => {
  const graph = td.traceGraph((x: td.NDArray, y: td.NDArray) => td.add(x, y), { audit: true })
  const two = td.ones([2])
  for (let i = 0; i < 5; i++) {
    graph(two, two)
    expect(() => graph(two, td.ones([3]))).toThrow(td.ShapeError)
  }
  expect(graph(td.ones([3]), td.ones([1])).toArray()).toEqual([2, 2, 2])
  expect(warnings).toEqual([])
})

test('verify and other graphs of the function count calls of their own', async () => {
  let runs = 0
  const fn = (x: td.NDArray): td.NDArray => {
    runs++
    return td.add(x, 1)
  }
  await td.setBackend('numjs')
  const graph = td.traceGraph(fn, { args: [td.array([1])], audit: true })
  const moved = await graph.to('reference')
  for (let call = 1; call <= 4; call++) graph(td.array([1]))
  expect(moved(td.array([1])).toArray()).toEqual([2])
  expect(runs).toBe(1 + 3 + 1)
  await graph.verify({ trials: 4 })
  expect(graph.explain()).toMatchObject({ audits: 3, differences: 0 })
  expect(moved.explain()).toMatchObject({ audits: 1 })
})
