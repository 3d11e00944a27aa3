import * as td from '@tendril/core'
import { BackendError } from '@tendril/core/adapter'
import { expectClose } from '@tendril/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ort } from '../src/index.ts'

const adapter = ort({ workers: 2 })

beforeAll(async () => {
  td.registerBackend(adapter)
  await td.loadBackend('ort')
})
afterEach(() => td.unsetBackend())
afterAll(() => adapter.end())

const waves = (...shape: number[]): td.NDArray => {
  const data = Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, (_, i) => Math.sin(i))
  return td.reshape(td.array(data), shape)
}

/** How often the event loop turned while something was awaited. */
async function turns(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const timer = setInterval(() => count++, 1)
  await work()
  clearInterval(timer)
  return count
}

describe('sessions in workers', () => {
  test('leave the event loop free while a large graph runs', async () => {
    await td.setBackend('ort')
    const product = td.traceGraph((x: td.NDArray) => td.matmul(td.matmul(x, x), x))
    const x = waves(1200, 1200)
    expect(await turns(() => product(x).data())).toBeGreaterThan(5)
    const maps = td.traceGraph((images: td.NDArray, kernel: td.NDArray) =>
      td.relu(td.conv2d(td.relu(td.conv2d(images, kernel, { padding: 1 })), kernel, { padding: 1 })),
    )
    const [images, kernel] = [waves(4, 64, 56, 56), waves(64, 64, 3, 3)]
    expect(await turns(() => maps(images, kernel).data())).toBeGreaterThan(5)
  })

  const functions: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
    'an MLP': (x) => td.softmax(td.matmul(td.tanh(td.matmul(x, waves(4, 8))), waves(8, 3))),
    'a pool, whose usual side holds': (x) => td.maxPool1d(td.reshape(x, [1, 1, -1]), 2),
    'a pool, whose usual side does not': (x) =>
      td.maxPool1d(td.reshape(td.where(td.greater(x, 0.9), NaN, x), [1, 1, -1]), 2),
    'a loop': (x) => td.forLoop(0, 5, (i, y) => td.add(td.multiply(y, 0.5), i), x),
    'a branch': (x) =>
      td.cond(
        td.greater(td.sum(x), 0),
        (y) => td.multiply(y, 2),
        (y) => td.negative(y),
        x,
      ),
    float16: (x) => td.add(td.astype(x, 'float16'), 1),
    int64: (x) => td.cumulativeSum(td.astype(td.multiply(x, 100), 'int64'), { axis: 0 }),
    'a slice of what is captured': (x) => td.add(x, td.slice(waves(9), [2], [6])),
  }
  test.each(Object.entries(functions))('give what the engine gives without: %s', async (name, fn) => {
    const x = waves(3, 4)
    const truth = fn(x)
    const want = { dtype: truth.dtype, shape: truth.shape, data: truth.dataSync() }
    const graph = await td.traceGraph(fn, { args: [x] }).to('ort')
    await td.setBackend('ort')
    const own = waves(3, 4)
    // Outside of graphs a branch has to be read at once.
    const eager = name === 'a branch' ? [] : [fn(own)]
    for (const result of [...eager, graph(own), graph(own)]) {
      expectClose({ dtype: result.dtype, shape: result.shape, data: await result.data() }, want)
    }
    expect(own.dataSync()).toHaveLength(12)
  })

  test('what is there is read at once, and what is still to come says so', async () => {
    await td.setBackend('ort')
    const x = td.array([1, 2])
    expect(x.toArray()).toEqual([1, 2])
    const y = td.add(x, 1)
    expect(() => y.dataSync()).toThrow(/answers only asynchronously[^]*await x\.data\(\)/)
    expect(() => y.native()).toThrow(/still being computed/)
    await y.ready()
    expect(y.toArray()).toEqual([2, 3])
  })

  test('run beside each other', async () => {
    await td.setBackend('ort')
    const graph = td.traceGraph((x: td.NDArray) => td.sum(td.matmul(x, x)))
    const all = Array.from({ length: 12 }, (_, i) => graph(td.full([50, 50], i)))
    const sums = await Promise.all(all.map(async (one) => (await one.data())[0]))
    expect(sums).toEqual(all.map((_, i) => 50 ** 3 * i ** 2))
  })
})

describe('what goes wrong in a worker', () => {
  const type = td.ones([2]).type
  const bound = (own: ReturnType<typeof ort>, operator: string) => {
    const emitter = own.emitter('cpu')
    const node = emitter.node(operator, [emitter.input(type), emitter.input(type)], {
      dtype: 'float32',
      rank: 1,
    })
    const { artifact } = emitter.finish([node], [type])
    return own.load(artifact(), 'cpu').bind({ sizes: [], literals: [], constants: [] }, [type, type], [type])
  }
  const buffer = (...values: number[]) => {
    const own = td.array(values).type
    return adapter.toDevice(Float32Array.from(values), own, 'cpu')
  }
  const read = async (one: Parameters<typeof adapter.toHost>[0]): Promise<unknown> =>
    adapter.toHost(one, type, 'cpu')

  test('is an error of ours, for what comes after it too', async () => {
    const [wrong] = bound(adapter, 'Nonsense')([buffer(1, 2), buffer(1, 2)])
    await expect(read(wrong!)).rejects.toThrow(BackendError)
    await expect(read(wrong!)).rejects.toThrow(/^backend ort: onnxruntime says: .*Nonsense/)
    const [after] = bound(adapter, 'Add')([wrong!, buffer(1, 2)])
    await expect(read(after!)).rejects.toThrow(/Nonsense/)
    const add = bound(adapter, 'Add')
    await expect(read(add([buffer(1, 2), buffer(1, 2, 3)])[0]!)).rejects.toThrow(BackendError)
    expect(await read(add([buffer(1, 2), buffer(3, 4)])[0]!)).toEqual(Float32Array.of(4, 6))
  })

  test('runs on their way fail when the workers are ended, and later ones start them again', async () => {
    const own = ort({ workers: 1 })
    await own.init('cpu')
    const add = bound(own, 'Add')
    const [first] = add([buffer(1, 2), buffer(1, 2)])
    expect(await read(first!)).toEqual(Float32Array.of(2, 4))
    const [second] = add([buffer(1, 2), buffer(1, 2)])
    const failing = read(second!).catch(String)
    await Promise.resolve()
    await own.end()
    expect(await failing).toContain('backend ort: the worker was ended')
    expect(await read(add([buffer(1, 2), buffer(1, 2)])[0]!)).toEqual(Float32Array.of(2, 4))
    await own.end()
  })
})
