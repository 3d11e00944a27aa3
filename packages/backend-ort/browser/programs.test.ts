import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { examples, type Example } from '../../../tests/control-flow/functions.ts'
import { host, waves } from './arrays.ts'

// Programs on onnxruntime-web: their results are still to come when the call ends.

type A = td.NDArray

beforeAll(() => td.loadBackend('ort'))
afterEach(() => td.unsetBackend())

const networks: Readonly<Record<string, () => readonly [fn: (x: A) => A, x: A]>> = {
  'an MLP': () => {
    const [w, b, v] = [waves(6, 16), waves(16), waves(16, 4)]
    return [(x) => td.softmax(td.matmul(td.gelu(td.add(td.matmul(x, w), b)), v)), waves(5, 6)]
  },
  'a convolutional network': () => {
    const [kernel, head] = [waves(8, 3, 3, 3), waves(8 * 4 * 4, 5)]
    const fn = (x: A): A => {
      const maps = td.relu(td.conv2d(x, kernel, { padding: 1 }))
      return td.matmul(td.reshape(td.maxPool2d(maps, 2), [-1, 8 * 4 * 4]), head)
    }
    return [fn, waves(2, 3, 8, 8)]
  },
  'a pool that meets NaN': () => [
    (x) => td.maxPool1d(td.where(td.greater(x, 0.9), NaN, x), 2),
    waves(1, 2, 20),
  ],
  attention: () => [
    (x) => {
      const scores = td.softmax(td.multiply(td.matmul(x, td.matrixTranspose(x)), 0.5))
      return td.matmul(scores, x)
    },
    waves(2, 6, 8),
  ],
  float16: () => [(x) => td.subtract(td.add(td.astype(x, 'float16'), 2048), 2048), waves(4)],
  int64: () => [(x) => td.cumulativeSum(td.astype(td.multiply(x, 1e6), 'int64'), { axis: 0 }), waves(9)],
  bool: () => [(x) => td.logicalNot(td.greater(x, 0)), waves(9)],
  empty: () => [(x) => td.matmul(x, td.zeros([0, 3])), td.zeros([2, 0])],
  sorted: () => [(x) => td.sort(x, { axis: 1 }), waves(4, 9)],
  drawn: () => [(x) => td.add(x, td.random.uniform({ shape: [9], key: td.random.key(1) })), waves(9)],
}

describe.each(['wasm'])('networks and small programs on ort:%s', (device) => {
  test.each(Object.entries(networks))('%s', async (_name, make) => {
    const [fn, x] = make()
    const want = await host(fn(x))
    await td.setBackend(`ort:${device}`)
    const [own, y] = make()
    const graph = td.traceGraph(own, { args: [y] }) as unknown as (x: A) => A
    for (const result of [own(y), graph(y), graph(y)]) expectClose(await host(result), want)
  })

  test('other sizes are served by the same program', async () => {
    await td.setBackend(`ort:${device}`)
    const graph = td.traceGraph((x: A) => td.sum(td.multiply(x, 2), { axis: 0 }))
    for (const n of [1, 2, 5]) expect([...(await graph(td.ones([n, 2])).data())]).toEqual([2 * n, 2 * n])
  })
})

describe('control flow on ort:wasm', () => {
  const argumentsOf = (call: Example['calls'][number]): A[] =>
    call.map((data) => td.array(data as number[], { dtype: 'float32' }))

  /** Results as plain data with their dtypes; all of them are awaited. */
  async function plain(result: unknown): Promise<unknown> {
    const leaves: Promise<unknown>[] = []
    td.tree.map((leaf) => {
      const text = async (): Promise<unknown> =>
        leaf instanceof td.NDArray ? `${leaf.dtype}[${leaf.shape}] ${[...(await leaf.data())].join()}` : leaf
      leaves.push(text())
    }, result)
    return Promise.all(leaves)
  }

  // Its turns are taken by core, which has to read what decides.
  const stepped = 'random numbers in each turn'

  test('draws in each turn need an engine that answers at once, and say so', async () => {
    await td.setBackend('ort')
    const { fn, calls } = examples.find(({ name }) => name === stepped)!
    expect(() => td.traceGraph(fn)(...argumentsOf(calls[0]!))).toThrow(/answers only asynchronously/)
  })

  test.each(examples.filter(({ name }) => name !== stepped))('$name', async ({ fn, calls }) => {
    const right: unknown[] = []
    for (const call of calls) {
      td.random.seed(7)
      right.push(await plain(fn(...argumentsOf(call))))
    }
    await td.setBackend('ort')
    const [first] = calls
    const traced = td.traceGraph(fn, { args: argumentsOf(first!) }) as (...args: A[]) => unknown
    for (const [i, call] of calls.entries()) {
      td.random.seed(7)
      expect(await plain(traced(...argumentsOf(call)))).toEqual(right[i])
    }
  })
})
