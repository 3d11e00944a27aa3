import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// A graph equals its function for sizes other than those it was traced with: each call is compared with the function itself.

const range = (n: number, ...shape: number[]): td.NDArray =>
  td
    .array(Float32Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 5))
    .reshape(shape.length > 0 ? shape : [n])

const functions: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
  'mean by size': (x) => td.divide(td.sum(x), x.size),
  'flat by product': (x) => td.reshape(x, [x.shape[0]! * x.shape[1]!]),
  'flat by -1': (x) => td.reshape(x, [-1]),
  'first half': (x) => td.slice(x, [0], [Math.floor(x.shape[0]! / 2)]),
  'at most six': (x) => td.slice(x, [0], [Math.min(x.shape[0]!, 6)]),
  'branch on a size': (x) => (x.shape[0]! > 8 ? td.multiply(x, 2) : td.multiply(x, 3)),
  'parity of a size': (x) => (x.shape[0]! % 2 === 0 ? td.negative(x) : x),
  'loop over a size': (x) => {
    let total = td.zeros([x.shape[1]!])
    for (let i = 0; i < x.shape[0]!; i++) total = td.add(total, td.at(x, i))
    return total
  },
  'size of an intermediate': (x) => td.divide(td.concat([x, x]), td.concat([x, x]).shape[0]!),
  'size of the type': (x) => td.divide(x, (x.type.shape as readonly number[])[0]!),
  'text of the sizes': (x) => (String(x.shape) === '4,3' ? x : td.negative(x)),
  'a caught index': (x) => {
    try {
      return td.at(x, 5)
    } catch {
      return td.negative(td.at(x, -1))
    }
  },
  'destructured sizes': (x) => {
    const [n, m] = x.shape
    return td.add(x, n! * 10 + m!)
  },
  'square only when square': (x) =>
    x.shape[0] === x.shape[1] ? td.matmul(x, x) : td.matmul(x, td.matrixTranspose(x)),
  'sum of the rows': (x) => td.unstack(x).reduce((total, row) => td.add(total, row)),
  'parts at places': (x) => td.concat(td.split(x, [1, 3]).toReversed()),
  'broadcast against its own mean': (x) => td.subtract(x, td.mean(x, { axis: 0, keepdims: true })),
}

const sizes = [
  [4, 3],
  [8, 3],
  [12, 3],
  [9, 3],
  [3, 3],
  [1, 3],
  [7, 1],
  [2, 5],
] as const

describe.each(engines)('sizes on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  test.each(Object.entries(functions))('%s', (_, fn) => {
    const graph = td.traceGraph(fn, { args: [range(12, 4, 3)] })
    for (const [n, m] of sizes) {
      const x = range(n * m, n, m)
      const want = fn(x)
      const got = graph(x)
      expect(got.shape, `sizes of [${n},${m}]`).toEqual(want.shape)
      expect(got.toArray(), `elements of [${n},${m}]`).toEqual(want.toArray())
    }
  })

  test('a straight function runs once for all sizes, and builds no program for new ones', () => {
    let runs = 0
    const fn = (x: td.NDArray, y: td.NDArray): td.NDArray => {
      runs++
      return td.sum(td.tanh(td.add(td.multiply(x, y), 1)), { axis: -1 })
    }
    const graph = td.traceGraph(fn, { args: [range(6, 2, 3), range(6, 2, 3)] })
    graph(range(6, 2, 3), range(6, 2, 3))
    const others = Array.from({ length: 100 }, (_, i) => range(2 * i + 8, 2, i + 4))
    const { programs } = graph.explain()
    for (const one of others) graph(one, one)
    expect(runs).toBe(1)
    // The reference has no programs that serve several sizes: it builds one for each.
    expect(graph.explain().programs - programs).toBe(engine === 'reference' ? 100 : 0)
  })

  test('another rank or dtype is another signature', () => {
    let runs = 0
    const graph = td.traceGraph((x: td.NDArray) => {
      runs++
      return td.add(x, x)
    })
    graph(range(4))
    graph(range(4, 2, 2))
    graph(td.array([1, 2], { dtype: 'int32' }))
    graph(range(6))
    expect(runs).toBe(3)
    expect(graph.signatures.map(({ inputs }) => inputs[0]!.type.dtype)).toEqual([
      'float32',
      'float32',
      'int32',
    ])
  })

  test('an op that throws for some sizes throws for them only, also when the function catches it', () => {
    const fn = (x: td.NDArray, y: td.NDArray): td.NDArray => {
      try {
        return td.add(x, y)
      } catch {
        return td.negative(x)
      }
    }
    const graph = td.traceGraph(fn, { args: [range(3), range(3)] })
    expect(graph(range(3), range(2)).toArray()).toEqual(fn(range(3), range(2)).toArray())
    expect(graph(range(4), range(4)).toArray()).toEqual(fn(range(4), range(4)).toArray())
    const caught = td.traceGraph(fn, { args: [range(3), range(2)] })
    expect(caught(range(3), range(3)).toArray()).toEqual(fn(range(3), range(3)).toArray())
  })
})
