import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
// oxlint-disable-next-line import/no-unassigned-import -- it registers the gradients
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

// Functions of tfjs that go on by the elements that they read: each call is compared with the function itself.

type Fn = (x: tf.Tensor) => unknown

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:wasm')
  scale = tf.variable(tf.scalar(2))
  weights = tf.tensor1d([1, 2])
})
beforeEach(async () => {
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
})
afterEach(() => vi.restoreAllMocks())

let scale: tf.Variable
let weights: tf.Tensor

const first = (x: tf.Tensor): number => x.dataSync()[0]!
const isPositive = (x: tf.Tensor): boolean => first(tf.greater(tf.sum(x), 0)) === 1

const functions: Readonly<Record<string, Fn>> = {
  'a branch on a bool': (x) => (isPositive(x) ? tf.exp(x) : tf.neg(x)),
  'a branch on a float': (x) => (first(tf.sum(x)) > 0 ? tf.mul(x, 2) : tf.sub(x, 100)),
  'an int': (x) => tf.mul(x, (tf.argMax(tf.reshape(x, [-1])).arraySync() as number) + 1),
  'the sign of zero': (x) => tf.mul(x, 1 / first(tf.max(x)) > 0 ? 1 : -1),
  NaN: (x) => (Number.isNaN(first(tf.sum(x))) ? tf.zerosLike(x) : x),
  'a loop until a value': (x) => {
    let y = tf.where(tf.isNaN(x), 0, tf.minimum(tf.abs(x), 1000)) as tf.Tensor
    while (first(tf.less(tf.sum(y), 20)) === 1 && first(tf.greater(tf.sum(y), 0)) === 1) y = tf.mul(y, 2)
    return y
  },
  'an early return': (x) => {
    const flat = tf.reshape(x, [-1])
    for (let i = 0; i < flat.size; i++)
      if (first(tf.less(tf.slice(flat, [i], [1]), 0)) === 1) return tf.mul(x, i)
    return tf.sum(x)
  },
  'all elements': (x) => tf.tensor1d([...tf.square(x).dataSync()].map((v) => v * 3)),
  'nested lists': (x) => tf.tensor((tf.expandDims(x, 0).arraySync() as number[][]).toReversed()),
  'a buffer': (x) => tf.add(x, tf.reshape(x, [-1]).bufferSync().get(0)),
  'numbers, lists and text in the result': (x) => ({
    big: first(tf.greater(tf.max(x), 2)) === 1,
    form: tf.greater(x, 1).dataSync().constructor.name,
    text: tf.cast(tf.greater(x, 1), 'int32').dataSync().join(),
    x,
  }),
  'a variable': (x) => (first(tf.mul(tf.max(x), scale)) > 4 ? tf.add(scale, 0) : x),
  'the value of a variable': (x) => tf.add(x, first(scale)),
  'constants on both sides of a read': (x) => {
    const [k, l] = [tf.tensor1d([1]), tf.tensor1d([1])]
    const y = tf.add(tf.mul(x, k), l)
    return isPositive(y) ? tf.add(tf.mul(y, l), k) : tf.sub(tf.sub(y, k), tf.tensor1d([1]))
  },
  'a captured tensor on both sides of a read': (x) => {
    const y = tf.add(tf.sum(x), weights)
    return isPositive(y) ? tf.mul(y, weights) : tf.add(y, weights)
  },
  'a gradient': (x) => {
    const grad = tf.grad((y: tf.Tensor) => (isPositive(y) ? tf.sum(tf.square(y)) : tf.sum(tf.mul(y, 3))))
    return grad(x)
  },
  'reads inside reads': (x) => {
    const doubled = tf.mul(x, 2)
    const total = tf.sum(doubled)
    if (first(tf.greater(total, 0)) === 0) return tf.sub(doubled, total)
    return first(tf.greater(tf.max(doubled), 5)) === 1 ? tf.div(doubled, total) : tf.add(doubled, total)
  },
  tidy: (x) => tf.tidy(() => (isPositive(tf.add(x, 1)) ? tf.square(x) : [tf.abs(x), tf.relu(x)])),
  'the backend itself': (x) =>
    tf.add(x, (tf.backend().readSync(tf.max(tf.abs(x)).dataId) as Float32Array)[0]!),
  'a throw that is caught': (x) => {
    try {
      if (isPositive(x)) throw new RangeError('positive')
      return tf.neg(x)
    } catch {
      return tf.mul(x, 7)
    }
  },
}

const lists: readonly (readonly number[])[] = [
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

const plain = (value: unknown): unknown => {
  if (value instanceof tf.Tensor)
    return { dtype: value.dtype, shape: [...value.shape], data: [...(value.dataSync() as Float32Array)] }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

/** The same up to the last bits of float32. */
const near = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(plain(value)), (_, item: unknown) =>
    typeof item === 'number' ? Number(item.toPrecision(5)) : item,
  )

const didSomethingElse = /did something else/

describe.each(['tfjs:cpu', 'tfjs:wasm'])('reads on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
    await tf.setBackend(engine.slice(5))
  })

  test.each(Object.keys(functions))('%s', (name) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fn = functions[name]!
    const graph = td.traceGraph(fn, { args: [tf.tensor1d([1, 2])] }) as Fn
    for (const list of lists)
      expect(plain(graph(tf.tensor1d([...list])))).toEqual(plain(fn(tf.tensor1d([...list]))))
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1)
    expect(warn.mock.calls.join()).not.toMatch(didSomethingElse)
  })
})

describe.each(['ort', 'reference', 'numjs'])('reads on %s', (engine) => {
  test.each(Object.keys(functions))('%s', async (name) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    await td.loadBackend(engine)
    const fn = functions[name]!
    const graph = await td.traceGraph(fn, { args: [tf.tensor1d([1, 2])] }).to(engine)
    for (const list of lists)
      expect(near((graph as Fn)(tf.tensor1d([...list])))).toEqual(near(fn(tf.tensor1d([...list]))))
    expect(warn.mock.calls.join()).not.toMatch(didSomethingElse)
  })
})
