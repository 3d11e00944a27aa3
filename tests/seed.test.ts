import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from './engines.ts'

// The examples of the reference document, with the text of each graph as golden.

const example = (x: td.NDArray, y: td.NDArray): td.NDArray => {
  const z = td.pow(x, y)
  console.log(String(z))
  const k = td.multiply(x, y)
  const j = td.concat([x, z, y])
  void [k, td.sum(j)]
  return z
}

describe.each(engines)('the examples on %s', (engine) => {
  let x: td.NDArray
  let y: td.NDArray
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})

  beforeEach(async () => {
    await td.setBackend(engine)
    x = td.array([1, 2, 3])
    y = td.array([2, 3, 4])
    log.mockClear()
  })
  afterEach(() => td.unsetBackend())

  test('only what the result needs is in the graph, and nothing is printed by it', async () => {
    const graph = td.traceGraph(example, { args: [x, y] })
    expect(log.mock.calls).toEqual([['traced float32[3]']])
    expect(graph.toString()).toMatchInlineSnapshot(`
      "graph(%0: float32[3], %1: float32[3])
        %2: float32[3] = pow(%0, %1)
        return %2"
    `)
    expect(graph(x, y).toArray()).toEqual([1, 8, 81])
    expect(log).toHaveBeenCalledTimes(1)
    expect(graph.listFunctionFrequencies()).toEqual({ pow: 1 })
  })

  test('other shapes run', () => {
    const graph = td.traceGraph(example, { args: [x, y] })
    const z = graph(td.array([[1, 2]]), td.array([[2, 3]]))
    expect(z.shape).toEqual([1, 2])
    expect(z.toArray()).toEqual([[1, 8]])
  })

  test('without arguments the graph is made at its first call', () => {
    const graph = td.traceGraph(example)
    expect(graph.initialized).toBe(false)
    expect(graph(x, y).toArray()).toEqual([1, 8, 81])
    expect(graph.initialized).toBe(true)
    graph(x, y)
    expect(log).toHaveBeenCalledTimes(1)
  })

  const cached = (v: td.NDArray): td.NDArray => td.pow(v, td.add(td.array([2]), td.array([2])))

  test('array caching computes constant parts once', () => {
    const graph = td.traceGraph(cached, { args: [x] })
    expect(graph.toString()).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        const %1: float32[1] = [4]
        %2: float32[3] = pow(%0, %1)
        return %2"
    `)
    expect(graph(x).toArray()).toEqual([1, 16, 81])
  })

  test('without array caching they are nodes', () => {
    const graph = td.traceGraph(cached, { args: [x], arrayCaching: false })
    expect(graph.toString()).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        const %1: float32[1] = [2]
        const %2: float32[1] = [2]
        %3: float32[1] = add(%1, %2)
        %4: float32[3] = pow(%0, %3)
        return %4"
    `)
    expect(graph(x).toArray()).toEqual([1, 16, 81])
  })

  const random = (v: td.NDArray): td.NDArray =>
    td.add(td.multiply(v, td.random.randint(0, 100, { shape: [1] })), td.random.uniform({ shape: [1] }))

  test('random ops are nodes that draw at each call', () => {
    const graph = td.traceGraph(random, { args: [x], includeGenerators: true })
    expect(graph.toString()).toMatchInlineSnapshot(`
      "graph(%0: float32[3])
        %1: int32[1] = random.randint(low=0, high=100, shape=[1], dtype="int32", key={draw: 0})
        %2: float32[3] = multiply(%0, %1)
        %3: float32[1] = random.uniform(low=0, high=1, shape=[1], dtype="float32", key={draw: 1})
        %4: float32[3] = add(%2, %3)
        return %4"
    `)
    const calls = Array.from({ length: 5 }, () => String(graph(x).toArray()))
    expect(new Set(calls).size).toBeGreaterThan(1)
  })

  test('a graph draws what the function would, and the same key the same numbers', () => {
    const graph = td.traceGraph(random, { args: [x] })
    td.random.seed(7)
    const traced = graph(x).toArray()
    td.random.seed(7)
    expect(random(x).toArray()).toEqual(traced)
    const keyed = td.traceGraph(() => td.random.uniform({ shape: [3], key: td.random.key(1) }), { args: [] })
    expect(keyed().toArray()).toEqual(keyed().toArray())
  })

  test('baked random ops repeat', () => {
    const graph = td.traceGraph(random, { args: [x], includeGenerators: false })
    expect(graph.listFunctionFrequencies()).toEqual({ multiply: 1, add: 1 })
    expect(graph(x).toArray()).toEqual(graph(x).toArray())
  })

  test.each([
    [true, true, { 'random.uniform': 1, multiply: 1, add: 1 }],
    [true, false, { 'random.uniform': 1, full: 1, multiply: 1, add: 1 }],
    [false, true, { add: 1 }],
    [false, false, { full: 1, multiply: 1, add: 1 }],
  ] as const)('includeGenerators %s and arrayCaching %s keep %o', (includeGenerators, arrayCaching, kept) => {
    const fn = (v: td.NDArray): td.NDArray =>
      td.add(v, td.multiply(td.random.uniform({ shape: [3] }), td.full([3], 2)))
    const graph = td.traceGraph(fn, { args: [x], includeGenerators, arrayCaching })
    expect(graph.listFunctionFrequencies()).toEqual(kept)
  })

  test('an attribute set on a stateful container is set by each call, and gone after tracing', () => {
    const zero = td.array([0])
    const cont = new td.Container({ x: zero })
    const fn = (c: td.Container, v: td.NDArray): td.NDArray => {
      c['newAttribute'] = v
      return td.add(v, 1)
    }
    const traced = cont.deepCopy()
    const graph = td.traceGraph(fn, { argStatefulIdxs: [[0]], args: [traced, zero] })
    expect(traced['newAttribute']).toBeUndefined()
    expect(graph.toString()).toMatchInlineSnapshot(`
      "graph(Container{x: %0: float32[1]}, %1: float32[1])
        %2: float32[1] = add(%1, 1)
        state "argument 0" = {x: %0, newAttribute: %1}
        return %2"
    `)
    const mine = cont.deepCopy()
    expect(graph(mine, td.array([5])).toArray()).toEqual([6])
    expect((mine['newAttribute'] as td.NDArray).toArray()).toEqual([5])
    expect((mine['x'] as td.NDArray).toArray()).toEqual([0])
  })
})
