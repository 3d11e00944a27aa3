import { tfjs } from '@tendril/backend-tfjs'
import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import numjs from 'numjs'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { engines } from '../engines.ts'

/** The part of numjs that is used here. */
interface Numjs {
  array(items: readonly number[], dtype: string): object
  add(a: object, b: number): object
  abs(a: object): object
  sqrt(a: object): object
}
const nj = numjs as unknown as Numjs

beforeAll(async () => {
  td.registerBackend(tfjs() as never)
  await td.loadBackend('tfjs:cpu')
  await td.loadBackend('numjs')
})
afterEach(() => td.unsetBackend())

const x = (): td.NDArray => td.array([1, 2, 3])
const values = (array: td.NDArray): number[] => Array.from(array.dataSync() as Float32Array)
const expectEqual = async (graph: td.Graph, options?: td.VerifyOptions): Promise<void> => {
  const report = await graph.verify(options)
  expect(String(report)).toMatch(/^the graph does what the function does/)
}

describe.each(engines)('%s leaves as they were', (engine) => {
  test('Variables that the function reads and writes', async () => {
    const w = new td.Variable(x(), { name: 'w' })
    const last = new td.Variable(td.zeros([]), { name: 'last' })
    const before = w.value
    const graph = await td.withBackend(engine, () =>
      td.traceGraph(
        (a: td.NDArray) => {
          w.assign(td.add(w.value, td.sum(a)))
          // Written on one way only, and never read.
          if (td.greater(td.sum(a), 0).item()) last.assign(td.max(w.value))
          return td.multiply(w.value, 2)
        },
        { args: [x()] },
      ),
    )
    await expectEqual(graph)
    expect(w.value).toBe(before)
    expect(values(last.value)).toEqual([0])
  })

  test('stateful objects', async () => {
    const cache = { n: td.zeros([3]), nested: { steps: [td.array(0)] } }
    const graph = await td.withBackend(engine, () =>
      td.traceGraph(
        (a: td.NDArray, state: typeof cache) => {
          state.n = td.add(state.n, a)
          state.nested.steps[0] = td.add(state.nested.steps[0]!, 1)
          return td.sum(state.n)
        },
        { args: [x(), cache], argStatefulIdxs: [[1]] },
      ),
    )
    const { n, nested } = cache
    await expectEqual(graph)
    expect(cache.n).toBe(n)
    expect(cache.nested).toBe(nested)
    expect(values(cache.nested.steps[0]!)).toEqual([0])
  })

  test('objects that the function closes over, named in stateful', async () => {
    const box = new td.Container({ w: x() })
    const graph = await td.withBackend(engine, () =>
      td.traceGraph(
        (a: td.NDArray) => {
          box['w'] = td.multiply(box['w'] as td.NDArray, a)
          return td.sum(box['w'] as td.NDArray)
        },
        { args: [x()], stateful: [box] },
      ),
    )
    await expectEqual(graph)
    expect(values(box['w'] as td.NDArray)).toEqual([1, 2, 3])
  })
})

describe('what else stays', () => {
  test('random numbers and the graph itself', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const graph = td.traceGraph(
      (a: td.NDArray) => (td.sum(a).item() === 3 ? a : td.add(a, td.random.uniform({ shape: [3] }))),
      { args: [x()] },
    )
    td.random.seed(5)
    const first = values(graph(x()))
    const { runs, hits, signatures } = graph.explain()
    td.random.seed(5)
    await expectEqual(graph, { trials: 40 })
    expect(graph.explain()).toMatchObject({ runs, hits, signatures })
    expect(values(graph(x()))).toEqual(first)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('a trace does not see the fields of its object change', async () => {
    class Model {
      w = x()
      k = 2
      forward(a: td.NDArray): td.NDArray {
        return td.multiply(td.add(a, this.w), this.k)
      }
    }
    const model = new Model()
    td.traceGraph(model, { args: [x()] })
    const graph = model.forward as unknown as td.Graph
    await expectEqual(graph)
    model.k = 3
    await expectEqual(graph)
  })
})

describe('other functions', () => {
  test('async ones', async () => {
    const graph = await td.traceGraph(
      async (a: td.NDArray) => {
        const [total] = await td.sum(a).data()
        return (total as number) > 0 ? td.add(a, td.random.uniform({ shape: [3] })) : td.negative(a)
      },
      { args: [x()] },
    )
    await expectEqual(graph)
  })

  test('ones that throw after they have written', async () => {
    const count = new td.Variable(td.zeros([]), { name: 'count' })
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        count.assign(td.add(count.value, 1))
        if (td.less(td.sum(a), 0).item()) throw new RangeError('too small')
        return td.sqrt(a)
      },
      { args: [x()] },
    )
    await expectEqual(graph)
    expect(count.value.item()).toBe(0)
  })

  test('ones that go on without end for some values', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        let y = a
        while (!td.greater(td.sum(y), 10).item()) y = td.multiply(y, 2)
        return y
      },
      { args: [x()] },
    )
    const report = await graph.verify()
    expect(report.equal).toBe(true)
    expect(report.skipped).toBeGreaterThan(0)
    expect(report.trials + report.skipped).toBe(20)
    expect(String(report)).toMatch(/\d more went on without end and were left out$/)
  })

  test('loops that are ops and go on without end for some sizes', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) =>
        td.whileLoop(
          (v: td.NDArray) => td.less(td.sum(v), 5),
          (v: td.NDArray) => td.add(td.abs(v), 1),
          a,
        ),
      { args: [x()] },
    )
    const report = await graph.verify({ backends: ['numjs', 'ort'] })
    expect(report.equal).toBe(true)
    expect(report.skipped).toBeGreaterThan(0)
  })

  test('every signature', async () => {
    const graph = td.traceGraph((a: td.NDArray, k: number) => td.multiply(a, k))
    graph(x(), 2)
    graph(td.array([1], { dtype: 'int32' }), 3)
    expect((await graph.verify({ trials: 5 })).trials).toBe(10)
  })

  test('ones written with tfjs', async () => {
    const graph = td.traceGraph((a: tf.Tensor) => tf.softmax(tf.mul(tf.sin(a), 2)), {
      args: [tf.tensor([1, 2, 3])],
      to: 'tfjs:cpu',
    })
    await expectEqual(graph as td.Graph, { backends: ['tfjs:cpu', 'numjs'] })
  })

  test('ones written with numjs', async () => {
    const graph = td.traceGraph((a: object) => nj.sqrt(nj.add(nj.abs(a), 1)), {
      args: [nj.array([1, 2, 3], 'float32')],
      to: 'numjs',
    })
    await expectEqual(graph as unknown as td.Graph)
  })

  test('graphs with nearer dtypes', async () => {
    const graph = td.traceGraph((a: td.NDArray, b: td.NDArray) => [td.sin(a), td.multiply(b, b)], {
      args: [td.array([1, 2], { dtype: 'float64' }), td.array([1, 2], { dtype: 'int64' })],
    })
    await td.loadBackend('tfjs:cpu')
    const moved = await graph.to('tfjs:cpu', { dtypePolicy: 'nearest' })
    await expectEqual(moved)
  })
})
