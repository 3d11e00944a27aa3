import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import { engines } from '../../engines.ts'
import { functions, rows, sizes, told } from './functions.ts'

// A function that is traced without data gives what it gives itself, for every size.

const args = [td.spec('float32', ['n', 3])]
/** Those whose functions run again, as they refuse some sizes, and say so themselves. */
const refusing = ['divides evenly', 'needs five', 'takes the first', 'takes the one in the middle']
const runsOnce = (name: string): unknown => (refusing.includes(name) ? expect.any(Number) : 1)

describe.each(engines)('traced by names, on %s', (engine) => {
  test.each(Object.entries(functions))('%s', async (name, fn) => {
    const traced = td.traceGraph(fn, { args })
    const graph = await traced.to(engine)
    for (const n of sizes) {
      const x = rows(n)
      expect(`${n}: ${told(() => graph(x))}`).toBe(`${n}: ${told(() => fn(x))}`)
    }
    expect(graph.explain().runs).toEqual(runsOnce(name))
  })
})

describe.each(Object.entries(functions))('%s', (name, fn) => {
  test('is verified, and its sizes are drawn', async () => {
    const verified = await td.traceGraph(fn, { args }).verify({ trials: 8 })
    expect(verified.toString()).toMatch(/^the graph does what the function does: 8 calls/)
  })

  test('is traced with arrays, and serves the sizes that td.dim left open', () => {
    const graph = td.traceGraph(fn, { args: [rows(6)] })
    for (const n of sizes) {
      const x = rows(n)
      expect(`${n}: ${told(() => graph(x))}`).toBe(`${n}: ${told(() => fn(x))}`)
    }
    expect(graph.explain().runs).toEqual(runsOnce(name))
  })
})

describe('arguments', () => {
  const names = (graph: unknown): string => String(graph).split('\n')[0]!
  const runs = (graph: td.GraphMembers): number => graph.explain().runs

  test('mix names, arrays, numbers and trees', () => {
    const scaled = (x: td.NDArray, k: number, { w }: { w: td.NDArray }): td.NDArray =>
      td.multiply(td.matmul(x, w), k)
    const graph = td.traceGraph(scaled, { args: [td.spec('float32', ['m', 3]), 2, { w: td.ones([3, 4]) }] })
    expect(names(graph)).toBe('graph(%0: float32[m,3], 2, {w: %1: float32[3,4]})')
    expect(graph(td.ones([5, 3]), 2, { w: td.ones([3, 1]) }).toArray()).toEqual([[6], [6], [6], [6], [6]])
    expect(runs(graph)).toBe(1)
  })

  test('of kwargs, Containers and objects with a forward', () => {
    const product = (x: td.NDArray, { y }: { y: td.NDArray }): td.NDArray => td.matmul(x, y)
    const graph = td.traceGraph(product, {
      args: [td.spec('float32', ['a', 'b'])],
      kwargs: { y: td.spec('float32', ['b', 'c']) },
    })
    expect(names(graph)).toBe('graph(%0: float32[a,b], {y: %1: float32[b,c]})')
    expect(graph(td.ones([1, 2]), { y: td.ones([2, 1]) }).toArray()).toEqual([[2]])
    const inside = td.traceGraph((c: td.Container) => td.add(c['x'] as td.NDArray, 1), {
      args: [new td.Container({ x: td.spec('float32', ['n']) })],
    })
    expect(inside(new td.Container({ x: td.ones([2]) })).toArray()).toEqual([2, 2])
    class Model {
      w = td.ones([2, 1])
      forward(x: td.NDArray): td.NDArray {
        return td.matmul(x, this.w)
      }
    }
    const model = td.traceGraph(new Model(), { args: [td.spec('float32', ['n', 2])] })
    expect(model.forward(td.ones([1, 2])).toArray()).toEqual([[2]])
    expect([runs(graph), runs(inside), runs(model.forward as unknown as td.Graph)]).toEqual([1, 1, 1])
  })

  test('of async functions', async () => {
    const later = async (x: td.NDArray): Promise<td.NDArray> => {
      await Promise.resolve()
      return td.reshape(x, [td.dim(x, 0), 1, 3])
    }
    const graph = await td.traceGraph(later, { args })
    expect((await graph(td.ones([2, 3]))).shape).toEqual([2, 1, 3])
    expect(runs(graph)).toBe(1)
  })

  test('one that differs in a fixed size, the rank or the dtype traces the function again', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.sum(x), { args })
    for (const x of [td.ones([2, 4]), td.ones([3]), td.ones([2, 3], { dtype: 'int32' }), td.ones([9, 3])])
      expect(graph(x).item()).toBe(x.size)
    expect(runs(graph)).toBe(4)
    expect(names(graph)).toBe('graph(%0: float32[n,3])')
  })

  test('are given to initialize', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.sum(x, { axis: 1 }))
    graph.initialize([td.spec('float32', ['batch', 3])])
    expect(names(graph)).toBe('graph(%0: float32[batch,3])')
    expect(graph(td.ones([2, 3])).toArray()).toEqual([3, 3])
    expect(runs(graph)).toBe(1)
  })

  test('sizes that meet by broadcasting keep their own names, and are 1 where they are', () => {
    const outer = td.traceGraph((x: td.NDArray, y: td.NDArray) => td.add(td.expandDims(x, 1), y), {
      args: [td.spec('float32', ['n']), td.spec('float32', ['m'])],
    })
    for (const [n, m] of [
      [1, 1],
      [0, 3],
      [3, 1],
      [2, 5],
    ] as const)
      expect(outer(td.ones([n]), td.ones([m])).shape).toEqual([n, m])
    expect(runs(outer)).toBe(1)
  })
})

describe('td.dim outside of named sizes', () => {
  test('of an array that has data', () => {
    const x = td.ones([4, 3])
    expect(td.reshape(x, [td.dim(x, 0).times(3)]).shape).toEqual([12])
    expect(td.arange(td.dim(x, -1).plus(1).floorDiv(2)).toArray()).toEqual([0, 1])
    expect(String(td.dim(x, 0).minus(td.dim(x, 1)))).toBe('1')
  })

  test('after a read, where the size is open still', () => {
    const fn = (x: td.NDArray): td.NDArray =>
      td.greater(td.sum(x), 2).item() === true ? td.zeros([td.dim(x, 0)]) : td.ones([td.dim(x, 0).plus(1)])
    const graph = td.traceGraph(fn)
    for (const n of [0, 1, 2, 5, 3, 6]) {
      const x = rows(n)
      expect(told(() => graph(x))).toBe(told(() => fn(x)))
    }
    expect(runsOf(graph)).toBe(2)
  })

  test('an op that a function may see refused for some sizes binds the trace to them', () => {
    const fn = (x: td.NDArray): td.NDArray => {
      try {
        return td.zeros([td.dim(x, 0).minus(3)])
      } catch {
        return td.ones([1])
      }
    }
    const graph = td.traceGraph(fn)
    for (const n of [1, 2, 4, 3, 7, 1]) {
      const x = rows(n)
      expect(told(() => graph(x))).toBe(told(() => fn(x)))
    }
  })
})

const runsOf = (graph: td.GraphMembers): number => graph.explain().runs
