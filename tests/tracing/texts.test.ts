import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import * as td from '@tendril/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Graphs that were printed or saved are called like the ones they came from, or refuse.

const x = (...values: number[]): td.NDArray => td.array(values.length > 0 ? values : [1])
const values = (result: unknown): unknown =>
  td.tree.map((leaf) => (leaf instanceof td.NDArray ? leaf.toArray() : leaf), result)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/tendril-`)
})
afterAll(() => rm(folder, { recursive: true }))

async function reloaded(graph: td.Graph): Promise<td.Graph> {
  await graph.save(folder)
  return td.loadGraph(folder)
}
const call = (graph: unknown, ...args: unknown[]): unknown =>
  values((graph as (...given: unknown[]) => unknown)(...args))

describe('printed with names for sizes', () => {
  const symbolic = (graph: td.Graph): string => graph.toString({ dims: 'symbolic' })

  test('sizes that the function read are numbers, so that the text holds for them alone', () => {
    const branch = (v: td.NDArray): td.NDArray => td.multiply(v, v.shape[0]! > 3 ? 2 : 3)
    const graph = td.traceGraph(branch, { args: [td.ones([2, 5])] })
    expect(symbolic(graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[2,m])
        %1: float32[2,m] = multiply(%0, 3)
        return %1"
    `)
    const parsed = td.parseGraph(symbolic(graph))
    expect(call(parsed, td.ones([2, 1]))).toEqual([[3], [3]])
    expect(() => parsed(td.ones([4, 1]))).toThrow(td.GuardError)
  })

  test('sizes that have to be equal share a name, and are checked', () => {
    const graph = td.traceGraph((a: td.NDArray, b: td.NDArray) => td.add(a, b), {
      args: [td.ones([2, 3]), td.ones([2, 3])],
    })
    expect(symbolic(graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[n,m], %1: float32[n,m])
        %2: float32[n,m] = add(%0, %1)
        return %2"
    `)
    const parsed = td.parseGraph(symbolic(graph))
    expect(call(parsed, td.ones([1, 2]), td.ones([1, 2]))).toEqual([[2, 2]])
    expect(() => parsed(td.ones([1, 2]), td.ones([1, 3]))).toThrow(td.GuardError)
    expect(symbolic(parsed as td.Graph)).toBe(symbolic(graph))
  })

  test('open sizes stay open until the first call', () => {
    const text = 'graph(%0: float32[n,m])\n  %1: float32[m*n] = reshape(%0, shape=[-1])\n  return %1'
    const graph = td.parseGraph(text)
    expect(graph.toString()).toBe(text)
    expect(graph.nodes.length).toBe(1)
    expect(() => graph.toSource()).toThrow('Call it once, so that its sizes are known')
    expect(call(graph, td.ones([2, 2]))).toEqual([1, 1, 1, 1])
    expect(graph.toString()).toContain('float32[4] = reshape')
  })

  test.each(['2*n', 'n+1'])('a size that no call tells, such as %s, is refused', (size) => {
    const text = `graph(%0: float32[${size}])\n  return %0`
    expect(() => td.parseGraph(text)).toThrow(/FormatError|the size n is not the size of an axis/)
  })
})

test('a text is kept as it is written', () => {
  const text = [
    'graph(%0: float32[2])',
    '  const %1: float32[2] = [1, 2]',
    '  %2: float32[2] = add(%1, 1)',
    '  %3: float32[2] = add(%0, %2)',
    '  %4: float32[2] = negative(%0)',
    '  return {"a b": %3, __proto__: [%3, -0, NaN, "q\\"\\n"]}',
  ].join('\n')
  const graph = td.parseGraph(text)
  expect(graph.toString()).toBe(text)
  const out = graph(x(1, 1)) as Record<string, unknown>
  expect(Object.keys(out)).toEqual(['a b', '__proto__'])
  expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
  expect(graph.explain().toString()).not.toMatch(/\n\s*$/)
})

describe('state of graphs that were saved', () => {
  test('Variables, of the same name too, are the graph’s own from then on', async () => {
    const [v, w] = [new td.Variable(x()), new td.Variable(x(10))]
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        v.assign(td.add(v.value, a))
        w.assign(td.multiply(w.value, v.value))
        return [v.value, w.value]
      },
      { args: [x()] },
    )
    expect(graph.toString()).toContain('state "variable (2)" = %4')
    const loaded = await reloaded(graph as unknown as td.Graph)
    expect(loaded.toString()).toBe(graph.toString())
    for (let i = 0; i < 3; i++) expect(call(loaded, x())).toEqual(call(graph, x()))
  })

  test('objects among the arguments are written, by loaded and parsed graphs', async () => {
    interface State {
      n: td.NDArray
    }
    const step = (s: State, a: td.NDArray, { cache }: { cache: State }): td.NDArray => {
      s.n = td.add(s.n, a)
      cache.n = td.multiply(a, 2)
      return a
    }
    const graph = td.traceGraph(step, {
      args: [{ n: x() }, x()],
      kwargs: { cache: { n: x() } },
      argStatefulIdxs: [[0]],
      kwargStatefulIdxs: [['cache']],
    })
    const loaded = await reloaded(graph as unknown as td.Graph)
    for (const one of [graph, loaded, td.parseGraph(graph.toString())]) {
      const [s, cache] = [{ n: x() }, { n: x() }]
      call(one, s, x(5), { cache })
      call(one, s, x(7), { cache })
      expect(values([s, cache])).toEqual([{ n: [13] }, { n: [14] }])
    }
  })

  test('fixed objects are arguments after the others', async () => {
    const fixed = { n: x() }
    const graph = td.traceGraph((a: td.NDArray) => ((fixed.n = td.add(fixed.n, a)), a), {
      args: [x()],
      stateful: [fixed],
    })
    const loaded = await reloaded(graph as unknown as td.Graph)
    const mine = { n: x(100) }
    call(loaded, x(5), mine)
    expect(values([mine, fixed])).toEqual([{ n: [105] }, { n: [1] }])
  })

  test('a text tells that a Variable is read, not what it holds', () => {
    const v = new td.Variable(x(), { name: 'w' })
    const graph = td.traceGraph((a: td.NDArray) => td.add(a, v.value), { args: [x()] })
    expect(() => td.parseGraph(graph.toString())(x())).toThrow(
      "it reads the Variable 'w', whose value a text does not hold",
    )
  })
})
