import * as td from '@tendril/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { messageOf } from '../errors/message.ts'

// What a function asks of clocks and chance is seen while it is traced: a graph would keep what it got in that one run.

const asks: Readonly<Record<string, () => number>> = {
  'Math.random': () => Math.random(),
  'Date.now': () => Date.now(),
  'performance.now': () => performance.now(),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint32Array(1))[0]!,
}

const before = [Math.random, Date.now, performance.now, crypto.getRandomValues]
let warnings: string[] = []

beforeEach(() => {
  warnings = []
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text))
})
afterEach(() => vi.restoreAllMocks())

test.each(Object.entries(asks))('%s is told once, and the function runs at each call', (name, ask) => {
  let last = 0
  const fn = (x: td.NDArray): td.NDArray => {
    last = ask()
    return td.multiply(x, last)
  }
  const graph = td.traceGraph(fn, { args: [td.array([1])] })
  for (let i = 0; i < 4; i++) expect(graph(td.array([1])).toArray()).toEqual([Math.fround(last)])
  expect(graph.explain().runs).toBe(5)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(
    new RegExp(
      `^traceGraph: 'fn' calls ${name}\\(\\) at impure.test.ts:\\d+, which gives something else each time, so it`,
    ),
  )
})

test("impure: 'allow' keeps what it got", () => {
  const graph = td.traceGraph((x: td.NDArray) => td.multiply(x, Math.random()), {
    args: [td.array([1])],
    impure: 'allow',
  })
  expect(graph(td.array([1])).toArray()).toEqual(graph(td.array([1])).toArray())
  expect(warnings).toEqual([])
})

test("impure: 'error' ends the trace, even where the function catches it", async () => {
  const fn = (x: td.NDArray): td.NDArray => {
    try {
      return td.multiply(x, Date.now())
    } catch {
      return x
    }
  }
  expect(await messageOf(() => td.traceGraph(fn, { args: [td.array([1])], impure: 'error' })))
    .toMatchInlineSnapshot(`
    "TraceError: traceGraph: the function calls Date.now(), which gives something else at each call, and a graph would keep what it gave now.
    Pass the value as an argument, or draw by td.random; or trace with impure: 'warn' or 'allow'."
  `)
})

test('random ops of ours, drawn or baked, are no chance', () => {
  const fn = (x: td.NDArray): td.NDArray => td.add(x, td.random.uniform({ shape: [1] }))
  for (const includeGenerators of [true, false]) {
    const graph = td.traceGraph(fn, { args: [td.array([1])], includeGenerators })
    graph(td.array([1]))
    expect(graph.explain().runs).toBe(1)
  }
  expect(warnings).toEqual([])
})

test('two async traces at once: only the one that asks is told of', async () => {
  const pure = td.traceGraph(async (x: td.NDArray) => {
    await x.data()
    await new Promise((resolve) => setTimeout(resolve, 5))
    return td.multiply(x, 2)
  })
  const impure = td.traceGraph(async function timed(x: td.NDArray) {
    await x.data()
    return td.multiply(x, Date.now() > 0 ? 3 : 1)
  })
  const [a, b] = await Promise.all([pure(td.array([1])), impure(td.array([1]))])
  expect([a.toArray(), b.toArray()]).toEqual([[2], [3]])
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch("'timed' calls Date.now()")
})

test('what was replaced while tracing is given back', () => {
  td.traceGraph((x: td.NDArray) => td.multiply(x, Math.random() + Date.now()), { args: [td.array([1])] })
  expect([Math.random, Date.now, performance.now, crypto.getRandomValues]).toEqual(before)
})
