import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'
import { wasmPaths } from './wasm-paths.ts'

type Fn = (...arrays: td.NDArray[]) => td.NDArray

const devices = ['webgl', 'webgpu'] as const

beforeAll(async () => {
  td.registerBackend(tfjs({ wasmPaths }))
  for (const device of ['cpu', 'wasm', ...devices]) await td.loadBackend(`tfjs:${device}`)
})
afterEach(() => td.unsetBackend())

/** Numbers between -1 and 1 that look random. */
function numbers(shape: readonly number[], seed = 1): Float32Array {
  let state = seed
  return Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state / 2 ** 30 - 1) as number
  })
}
const array = (shape: readonly number[], seed?: number): td.NDArray =>
  td.reshape(td.array(numbers(shape, seed)), shape)
const onHost = async (x: td.NDArray) => ({ dtype: x.dtype, shape: x.shape, data: await x.data() })

/** A small network; its weights belong to the current engine. */
function network(): Fn {
  const filters = array([8, 3, 3, 3], 2)
  const shift = array([8, 1, 1], 3)
  const [w1, b1, w2] = [array([8 * 4 * 4, 16], 4), array([16], 5), array([16, 5], 6)]
  return (images) => {
    const maps = td.relu(td.add(td.convolution(images, filters, [1, 1], [1, 1, 1, 1], [1, 1]), shift))
    const pooled = td.maxPooling(maps, [2, 2], [2, 2], [0, 0, 0, 0], [1, 1])
    const hidden = td.tanh(td.add(td.matmul(td.reshape(pooled, [-1, 8 * 4 * 4]), w1), b1))
    return td.softmax(td.matmul(hidden, w2))
  }
}

/** The probabilities by core's own engine. */
async function truthOf(make: () => Fn, shape: readonly number[]) {
  td.unsetBackend()
  return onHost(make()(array(shape)))
}

describe.each(devices)('graphs on tfjs:%s', (device) => {
  test('a small network gives what it gives elsewhere, and runs there too', async () => {
    const want = await truthOf(network, [2, 3, 8, 8])
    await td.setBackend(`tfjs:${device}`)
    const x = array([2, 3, 8, 8])
    const fn = network()
    const graph = td.traceGraph(fn, { args: [x] }) as unknown as td.Graph<Fn>
    expect(graph.toSource()).toContain('tf.matMul')
    expectClose(await onHost(fn(x)), want)
    expectClose(await onHost(graph(x)), want)
    for (const other of ['tfjs:wasm', 'tfjs:cpu', device === 'webgl' ? 'tfjs:webgpu' : 'tfjs:webgl']) {
      const moved = await graph.to(other)
      await td.setBackend(other)
      expectClose(await onHost(moved(array([2, 3, 8, 8]))), want)
    }
  })

  test('a graph traced on wasm runs there', async () => {
    const want = await truthOf(network, [1, 3, 8, 8])
    await td.setBackend('tfjs:wasm')
    const graph = td.traceGraph(network(), { args: [array([2, 3, 8, 8])] }) as unknown as td.Graph<Fn>
    const moved = await graph.to(`tfjs:${device}`)
    await td.setBackend(`tfjs:${device}`)
    expectClose(await onHost(moved(array([1, 3, 8, 8]))), want)
  })

  test('steps on the host wait for those before them, and are waited for', async () => {
    const fn: Fn = (x) => {
      const sorted = td.sort(td.multiply(x, 2))
      return td.add(td.multiply(sorted, sorted), td.sum(td.argsort(x)))
    }
    td.unsetBackend()
    const want = await onHost(fn(array([3, 50])))
    await td.setBackend(`tfjs:${device}`)
    const x = array([3, 50])
    const graph = td.traceGraph(fn, { args: [x] }) as unknown as Fn
    expectClose(await onHost(graph(x)), want)
    // What is let go of before it is there does no harm.
    const [kept, dropped] = [graph(x), graph(x)]
    dropped.dispose()
    x.dispose()
    expectClose(await onHost(td.add(kept, 0)), want)
  })

  test('ops element by element are one shader, as far as it may read so many arrays', async () => {
    const chain: Fn = (x, y) =>
      td.where(td.greater(x, y), td.sqrt(td.add(td.multiply(x, x), td.multiply(y, 0.5))), td.negative(y))
    const many: Fn = (...arrays) =>
      arrays.reduce((sum, x, i) => td.add(td.tanh(td.multiply(sum, 1 + i / 8)), x), td.abs(arrays[0]!))
    const mixed: Fn = (x, y) =>
      td.add(td.multiply(td.permuteDims(x, [1, 0]), 2), td.maximum(td.exp(y), td.sum(x)))
    const shapes = [[3, 4], [4], [3, 1], [], [3, 4], [1, 4], [3, 4], [4], [3, 4]]
    for (const [fn, own] of [
      [
        chain,
        [
          [3, 4],
          [3, 4],
        ],
      ],
      [many, shapes],
      [
        mixed,
        [
          [3, 4],
          [4, 3],
        ],
      ],
    ] as const) {
      const inputs = (): td.NDArray[] => own.map((shape, i) => array(shape, i + 1))
      td.unsetBackend()
      const want = await onHost(fn(...inputs()))
      await td.setBackend(`tfjs:${device}`)
      const graph = td.traceGraph(fn, { args: inputs() }) as unknown as td.Graph<Fn>
      expectClose(await onHost(graph(...inputs())), want)
      const steps = graph.toSource().match(/^ +const .*= tf\./gm) ?? []
      expect(steps).toHaveLength({ chain: 1, many: 2, mixed: 5 }[fn.name]!)
      td.previousBackend()
    }
  })

  const large: Readonly<Record<string, { fn: Fn; shapes: readonly (readonly number[])[] }>> = {
    matmul: {
      fn: (a, b) => td.matmul(a, b),
      shapes: [
        [61, 67],
        [67, 45],
      ],
    },
    'matmul by a transposed matrix': {
      fn: (a, b) => td.matmul(a, td.permuteDims(b, [1, 0])),
      shapes: [
        [64, 64],
        [64, 64],
      ],
    },
    'a stack of matrices with a bias': {
      fn: (a, b, c) => td.add(td.matmul(a, b), c),
      shapes: [[3, 40, 33], [33, 40], [40]],
    },
    convolution: {
      fn: (x, w) => td.convolution(x, w, [1, 1], [1, 1, 1, 1], [1, 1]),
      shapes: [
        [1, 8, 12, 12],
        [16, 8, 3, 3],
      ],
    },
    'strided convolution with a bias': {
      fn: (x, w, b) => td.add(td.convolution(x, w, [2, 2], [2, 1, 1, 2], [1, 1]), td.reshape(b, [16, 1, 1])),
      shapes: [[2, 7, 15, 14], [16, 7, 3, 3], [16]],
    },
    'depthwise convolution': {
      fn: (x, w) => td.convolution(x, w, [1, 1], [1, 1, 1, 1], [1, 1], { groups: 8 }),
      shapes: [
        [2, 8, 20, 20],
        [8, 1, 3, 3],
      ],
    },
    'convolution of lines': {
      fn: (x, w) => td.convolution(x, w, [1], [2, 2], [2]),
      shapes: [
        [2, 9, 70],
        [12, 9, 3],
      ],
    },
    'sum of many': { fn: (x) => td.sum(x, { axis: [0, 2] }), shapes: [[90, 3, 70]] },
    'largest of many': { fn: (x) => td.max(x), shapes: [[90, 70]] },
    'many arrays': {
      fn: (x) =>
        td.concat(
          Array.from({ length: 17 }, (_, i) => td.multiply(x, i)),
          { axis: 1 },
        ),
      shapes: [[3, 2]],
    },
    'running sums': { fn: (x) => td.cumulativeSum(x, { axis: 1 }), shapes: [[2, 300, 2]] },
  }
  test.each(Object.keys(large))('%s, whose kernel is fast, is exact for every number', async (name) => {
    const { fn, shapes } = large[name]!
    for (const special of [undefined, Infinity, NaN]) {
      const inputs = (): td.NDArray[] =>
        shapes.map((shape, i) => {
          const data = numbers(shape, i + 1)
          // Far from the first elements, so that what a kernel reads beside a tile has it.
          if (special !== undefined) data[data.length - 2] = special
          return td.reshape(td.array(data), shape)
        })
      td.unsetBackend()
      const want = await onHost(fn(...inputs()))
      await td.setBackend(`tfjs:${device}`)
      expectClose(await onHost(fn(...inputs())), want)
      td.previousBackend()
    }
  })

  test('its function in tfjs itself is a GraphModel, which holds the weights', async () => {
    await td.setBackend(`tfjs:${device}`)
    await tf.setBackend(device)
    const w = td.array([
      [1, 2],
      [3, 4],
    ])
    const fn = (x: td.NDArray): td.NDArray => td.relu(td.matmul(x, w))
    const { run } = await td.traceGraph(fn, { args: [td.ones([1, 2])] }).backendFn()
    const result = run(tf.tensor2d([[1, -0.25]])) as tf.Tensor
    expect([...(await result.data())]).toEqual([0.25, 1])
  })

  test('more elements than one row of workgroups are computed, each by its own place', async () => {
    await td.setBackend(`tfjs:${device}`)
    const count = 65_536 * 64 + 5
    const x = td.array(Float32Array.from({ length: count }, (_, i) => i % 7))
    const doubled = await td.add(td.multiply(x, 2), 1).data()
    expect(doubled.findIndex((element, i) => element !== (i % 7) * 2 + 1)).toBe(-1)
    expect([...(await td.max(td.subtract(x, 3)).data())]).toEqual([3])
    const columns = await td.sum(td.reshape(td.slice(x, [0], [4_000_000]), [4000, 1000]), { axis: 0 }).data()
    const first = Array.from({ length: 4000 }, (_, i) => (i * 1000) % 7)
    expect(columns[0]).toBe(first.reduce((a, b) => a + b, 0))
  })

  test('calls leave nothing behind', async () => {
    await td.setBackend(`tfjs:${device}`)
    const x = array([2, 3, 8, 8])
    const fn = network()
    const graph = td.traceGraph((images: td.NDArray) => td.sort(fn(images)), {
      args: [x],
    }) as unknown as Fn
    const backend = tf.findBackend(device)
    const memory = async (): Promise<unknown> => {
      // What was let go of before is freed when the garbage collector tells of it.
      for (let i = 0; i < 4; i++) {
        ;(globalThis as unknown as { gc(): void }).gc()
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
      const { numTensors, numDataBuffers } = tf.memory()
      const { numBytesInGPU } = backend.memory() as unknown as { numBytesInGPU: number }
      return [backend.numDataIds(), numTensors, numDataBuffers, numBytesInGPU]
    }
    const call = async (): Promise<void> => {
      const y = graph(x)
      await y.data()
      y.dispose()
      td.add(x, 1).dispose()
    }
    for (let i = 0; i < 3; i++) await call()
    const before = await memory()
    for (let i = 0; i < 50; i++) await call()
    expect(await memory()).toEqual(before)
  })

  test("tfjs' own tensors go in and come out, and its functions are traced", async () => {
    await td.setBackend(`tfjs:${device}`)
    await tf.setBackend(device)
    const tensor = td.multiply(td.array([1, 2, 3]), 2).native() as tf.Tensor1D
    expect([...(await tensor.data())]).toEqual([2, 4, 6])
    const graph = td.traceGraph((x: tf.Tensor1D) => tf.relu(tf.sub(x, 3)), { args: [tensor] })
    const result = graph(tensor)
    expect(result).toBeInstanceOf(tf.Tensor)
    expect([...(await result.data())]).toEqual([0, 1, 3])
    tf.dispose([tensor, result])
  })
})
