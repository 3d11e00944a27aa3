import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

// Reads that functions of tfjs wait for, and reads beside state.

type AsyncFn = (x: tf.Tensor) => Promise<unknown>

beforeAll(async () => {
  await td.loadBackend('ort')
})
beforeEach(async () => {
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
})
afterEach(() => vi.restoreAllMocks())

const functions: Readonly<Record<string, AsyncFn>> = {
  'a branch': async (x) => ((await tf.sum(x).data())[0]! > 0 ? tf.mul(x, 2) : tf.neg(x)),
  'reads at once': async (x) => {
    const [sum, max] = await Promise.all([tf.sum(x).data(), tf.max(x).array()])
    return sum[0]! > (max as number) ? tf.square(x) : tf.abs(x)
  },
  'a loop': async (x) => {
    let y = tf.where(tf.isNaN(x), 0, tf.minimum(tf.abs(x), 9)) as tf.Tensor
    for (let i = 0; i < 5; i++) {
      const [isSmall] = await tf.less(tf.sum(y), 20).data()
      if (!isSmall) break
      y = tf.add(y, i)
    }
    return y
  },
  'tf.whereAsync': (x) => tf.whereAsync(tf.greater(x, 0)),
  'tf.booleanMaskAsync': (x) => tf.booleanMaskAsync(tf.mul(x, 2), tf.greater(x, 0)),
  'tf.setdiff1dAsync': async (x) =>
    tf.setdiff1dAsync(tf.cast(tf.abs(x), 'int32'), tf.tensor1d([1, 3], 'int32')),
  'tf.image.nonMaxSuppressionAsync': async (x) => {
    const sides = tf.abs(tf.where(tf.isNaN(x), 1, x))
    const boxes = tf.stack(
      [tf.zerosLike(sides), tf.zerosLike(sides), sides, tf.add(sides, 1)],
      1,
    ) as tf.Tensor2D
    return tf.image.nonMaxSuppressionAsync(boxes, sides as tf.Tensor1D, 2, 0.5, 0.1)
  },
  bytes: async (x) => [...(await tf.cast(x, 'bool').bytes())],
}

const lists = [
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
  [40, 0, -3, 9],
]

const plain = (value: unknown): unknown => {
  if (value instanceof tf.Tensor)
    return { dtype: value.dtype, shape: [...value.shape], data: [...(value.dataSync() as Float32Array)] }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

describe('functions that wait for elements', () => {
  test.each(Object.keys(functions))('%s', async (name) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fn = functions[name]!
    const graph = (await td.traceGraph(fn, { args: [tf.tensor1d([1, 2])] })) as unknown as AsyncFn
    const there = await (graph as unknown as td.Graph<AsyncFn>).to('ort')
    for (const list of lists) {
      const expected = plain(await fn(tf.tensor1d(list)))
      expect(plain(await graph(tf.tensor1d(list)))).toEqual(expected)
      expect(plain(await (there as unknown as AsyncFn)(tf.tensor1d(list)))).toEqual(expected)
    }
    expect(warn.mock.calls.join()).not.toMatch('did something else')
  })

  test('called at once they keep apart', async () => {
    const graph = td.traceGraph(functions['a branch']!)
    const calls = [1, -2, 3, -4, 5].map((v) => graph(tf.tensor1d([v])) as Promise<tf.Tensor>)
    expect((await Promise.all(calls)).map((y) => y.dataSync()[0])).toEqual([2, 2, 6, 4, 10])
  })
})

describe('reads beside variables', () => {
  test('give what the function has assigned, and each call what it finds', () => {
    const [w, other] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))]
    const step = (v: tf.Variable, x: tf.Tensor): tf.Tensor => {
      v.assign(tf.add(v, tf.sum(x)))
      if (tf.greater(v, 3).dataSync()[0] === 1) v.assign(tf.scalar(0))
      return tf.add(v, v.dataSync()[0]!)
    }
    const graph = td.traceGraph((x: tf.Tensor) => step(w, x), { args: [tf.tensor1d([1])] })
    expect(w.dataSync()[0]).toBe(1)
    for (const add of [1, 1, 1, 1, 3, -1, 4, 1, 1, 1]) {
      const x = tf.tensor1d([add])
      expect(plain(graph(x))).toEqual(plain(step(other, x)))
      expect(w.dataSync()).toEqual(other.dataSync())
    }
    w.assign(tf.scalar(2))
    other.assign(tf.scalar(2))
    expect(plain(graph(tf.tensor1d([1])))).toEqual(plain(step(other, tf.tensor1d([1]))))
  })

  test('tell a variable from the tensor that it was made of', () => {
    const initial = tf.scalar(1)
    const w = tf.variable(initial)
    const fn = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(x, w.dataSync()[0]!), initial.dataSync()[0]!)
    const graph = td.traceGraph(fn, { args: [tf.tensor1d([1])] })
    w.assign(tf.scalar(5))
    expect([...graph(tf.tensor1d([2])).dataSync()]).toEqual([11])
  })

  test('of a step of an optimizer give its cost', () => {
    const make = (): ((x: tf.Tensor) => tf.Tensor) => {
      const w = tf.variable(tf.tensor1d([1, 1]))
      const optimizer = tf.train.adam(0.1)
      return (x) => {
        const cost = optimizer.minimize(() => tf.sum(tf.square(tf.sub(w, x))) as tf.Scalar, true)!
        return cost.dataSync()[0]! > 1 ? tf.mul(w, 1) : tf.mul(w, -1)
      }
    }
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const [fn, traced] = [make(), make()]
    const graph = td.traceGraph(traced, { args: [tf.tensor1d([2, 3])] })
    for (let i = 0; i < 12; i++) {
      const [x, y] = [graph(tf.tensor1d([2, 3])), fn(tf.tensor1d([2, 3]))]
      x.dataSync().forEach((value, at) => expect(value).toBeCloseTo(y.dataSync()[at]!, 5))
    }
  })

  test('of a model that is trained on a batch give its loss', async () => {
    const make = (): ReturnType<typeof sequential> => {
      const model = sequential({
        layers: [layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' })],
      })
      model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' })
      return model
    }
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const [model, traced] = [make(), make()]
    const batch = [
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      tf.tensor2d([[1], [0]]),
    ] as const
    const graph = td.traceGraph((x: tf.Tensor, y: tf.Tensor) => traced.trainOnBatch(x, y))
    for (let i = 0; i < 8; i++)
      expect(await graph(...batch)).toBeCloseTo((await model.trainOnBatch(...batch)) as number, 4)
  })
})

describe('where reads do not repeat', () => {
  const byTotal = (x: tf.Tensor): tf.Tensor => tf.tidy(() => tf.mul(x, tf.sum(x).dataSync()[0]!))

  test('the function runs at each call, and that is told once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const graph = td.traceGraph(byTotal)
    for (let i = 0; i < 12; i++)
      expect([...graph(tf.tensor1d([i, 1])).dataSync()]).toEqual([i * (i + 1), i + 1])
    expect(warn.mock.calls.join()).toMatch(
      /^traceGraph: the value read at record-reads-later\.test\.ts:\d+ was new in 5 of 5 calls, so 'byTotal' runs again/,
    )
    expect(warn).toHaveBeenCalledTimes(1)
  })

  test('functions of td and of tfjs may be mixed there, too', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const mixed = (x: tf.Tensor): tf.Tensor => {
      const y = td.multiply(x as never, 3) as unknown as tf.Tensor
      const [top] = tf.max(tf.add(y, 0)).dataSync()
      return top! > 4 ? tf.mul(y, top!) : tf.sub(y, top!)
    }
    const graph = td.traceGraph(mixed, { args: [tf.tensor1d([1])] })
    const there = await graph.to('ort')
    const always = td.traceGraph(mixed, { rerun: 'always' })
    for (let i = -5; i < 7; i++)
      for (const one of [graph, there, always]) {
        const y = one(tf.tensor1d([i]))
        expect(y).toBeInstanceOf(tf.Tensor)
        expect([...y.dataSync()]).toEqual([3 * i > 4 ? 9 * i * i : 0])
      }
  })
})

test('no tensors are left behind', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const fn = (x: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const y = tf.exp(x)
      if (tf.less(tf.sum(x), 3).dataSync()[0] === 0) return tf.mul(y, 2)
      return tf.add(y, tf.argMax(x).dataSync()[0]!)
    })
  const later = async (x: tf.Tensor): Promise<tf.Tensor> => {
    const sum = tf.sum(x)
    const [value] = await sum.data()
    sum.dispose()
    return value! > 2 ? tf.square(x) : tf.neg(x)
  }
  const [graph, waiting] = [td.traceGraph(fn), td.traceGraph(later)]
  const call = async (i: number): Promise<void> => {
    const x = tf.tensor1d([i % 2, i % 5])
    graph(x).dispose()
    ;(await waiting(x)).dispose()
    x.dispose()
  }
  await call(4)
  const before = tf.memory().numTensors
  for (let i = 0; i < 20; i++) await call(i)
  expect(tf.memory().numTensors).toBe(before)
  const data = tf.backend().numDataIds()
  for (let i = 0; i < 20; i++) await call(i)
  expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual([before, data])
})

test('random tensors of any bounds are the same ops in each run', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const limit = Math.sqrt(6 / 7)
  const graph = td.traceGraph((x: tf.Tensor) => {
    const drawn = tf.add(tf.randomUniform([3, 4], -limit, limit), tf.randomNormal([3, 4], 1 / 3, limit))
    return tf.greater(x, 0).dataSync()[0] === 1 ? tf.mean(drawn) : tf.sum(drawn)
  })
  for (let i = 0; i < 8; i++) graph(tf.scalar((i % 2) - 0.5)).dispose()
  expect(warn).not.toHaveBeenCalled()
  expect(graph.explain()).toMatchObject({ runs: 2, hits: 6 })
})

test('printing reads nothing', () => {
  const texts: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void texts.push(text))
  const graph = td.traceGraph((x: tf.Tensor) => {
    tf.square(x).print()
    tf.tensor1d([7]).print()
    return x
  })
  graph(tf.tensor1d([1, 2]))
  log.mockRestore()
  expect(texts.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
    'traced Tensor float32[2]',
    'Tensor [7]',
  ])
})
