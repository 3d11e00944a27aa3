// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import nj from 'numjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

// Async functions of an engine's own code, on a platform that does not tell whose work is done while one waits.

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

interface NumjsArray {
  sum(): number
  add(more: unknown): NumjsArray
  subtract(less: unknown): NumjsArray
  tolist(): unknown
}
const numjs = nj as unknown as { random(shape: number[]): NumjsArray }
const ones = nj.array([1, 1], 'float32')

type Fn = (x: tf.Tensor) => Promise<tf.Tensor>
const functions: Readonly<Record<string, Fn>> = {
  'ops on the argument': async (x) => {
    await Promise.resolve()
    return tf.add(x, 1)
  },
  'an array of nothing': async (x) => {
    await Promise.resolve()
    return tf.add(tf.mul(tf.ones([2]), 3), x)
  },
  'a value that is read': async (x) => {
    const [first] = await tf.sum(x).data()
    return first! > 2 ? tf.add(x, tf.ones([2])) : tf.sub(x, tf.ones([2]))
  },
}

test.each(Object.entries(functions))('tfjs: %s', async (_name, fn) => {
  await td.setBackend('tfjs:cpu')
  const graph = td.traceGraph(fn)
  for (const elements of [
    [1, 2],
    [0, 1],
    [1, 2],
    [5, 5],
  ]) {
    const x = tf.tensor1d(elements)
    expect([...(await (await graph(x)).data())]).toEqual([...(await (await fn(x)).data())])
  }
})

test('tfjs: a draw', async () => {
  await td.setBackend('tfjs:cpu')
  const graph = td.traceGraph(async (x: tf.Tensor) => {
    await Promise.resolve()
    return tf.add(tf.randomUniform([2]), x)
  })
  const given: string[] = []
  for (let call = 0; call < 3; call++) given.push(String(await (await graph(tf.tensor1d([1, 2]))).data()))
  expect(new Set(given).size).toBe(3)
})

test('numjs: ops, reads and draws', async () => {
  await td.setBackend('numjs')
  const fn = async (x: NumjsArray): Promise<NumjsArray> => {
    await Promise.resolve()
    return Number(x.sum()) > 2 ? x.add(ones) : x.subtract(ones)
  }
  const graph = td.traceGraph(fn)
  for (const elements of [
    [1, 2],
    [0, 1],
    [1, 2],
  ]) {
    const x = nj.array(elements, 'float32') as unknown as NumjsArray
    expect((await graph(x)).tolist()).toEqual((await fn(x)).tolist())
  }
  const drawn = td.traceGraph(async (x: NumjsArray) => {
    await Promise.resolve()
    return x.add(numjs.random([2]))
  })
  const given: string[] = []
  for (let call = 0; call < 3; call++)
    given.push(String((await drawn(nj.array([1, 2], 'float32') as unknown as NumjsArray)).tolist()))
  expect(new Set(given).size).toBe(3)
})

test.each<[string, (x: td.NDArray) => Promise<unknown>]>([
  [
    'before a wait',
    async (x) => {
      const own = x.native() as NumjsArray
      await Promise.resolve()
      return Number(own.sum()) > 2 ? x : x.add(1)
    },
  ],
  [
    'after a wait',
    async (x) => {
      await Promise.resolve()
      return Number((x.native() as NumjsArray).sum()) > 2 ? x : x.add(1)
    },
  ],
])("an engine's own array of an argument is refused, taken %s", async (_name, fn) => {
  await td.setBackend('numjs')
  const graph = td.traceGraph(fn)
  await expect(graph(td.array([1, 2]))).rejects.toThrow(td.TraceError)
})

test('a function that only gives a promise is refused with arrays of an engine', async () => {
  await td.setBackend('numjs')
  const graph = td.traceGraph((x: NumjsArray) =>
    Promise.resolve().then(() => (Number(x.sum()) > 2 ? x.add(1) : x)),
  )
  await expect(graph(nj.array([1, 2], 'float32') as unknown as NumjsArray)).rejects.toThrow(
    /uses an engine's own arrays, and this platform/,
  )
})
