import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test } from 'vitest'

afterEach(() => td.unsetBackend())

type Fn = (...arrays: td.NDArray[]) => td.NDArray | readonly td.NDArray[]

/** Numbers of all sizes, the same ones each time. */
const numbers = (shape: readonly number[], seed = 1): td.NDArray => {
  const size = shape.reduce((n, each) => n * each, 1)
  return td.reshape(
    td.array(Float32Array.from({ length: size }, (_, i) => Math.sin((i + seed) * 12.9898) * 3)),
    shape,
  )
}

const cases: Record<string, { fn: Fn; args: () => td.NDArray[] }> = {
  'a layer': {
    fn: (x, w, b) => td.relu(td.add(td.matmul(x!, w!), b!)),
    args: () => [numbers([3, 4]), numbers([4, 5]), numbers([5])],
  },
  'a convolution with pooling': {
    fn: (x, w) => {
      const y = td.relu(td.conv2d(x!, w!, { padding: 'same', strides: 2 }))
      return td.mean(td.maxPool2d(y, 3, { strides: 2, padding: 1 }), { axis: [2, 3] })
    },
    args: () => [numbers([2, 3, 9, 9]), numbers([4, 3, 3, 3])],
  },
  'a softmax and a sort': {
    fn: (x) => [
      td.softmax(x!, { axis: 1 }),
      td.sort(x!, { axis: 0, descending: true }),
      td.argmax(x!, { axis: 1 }),
    ],
    args: () => [numbers([4, 6])],
  },
  'sizes that are computed': {
    fn: (x, y) => td.sum(td.concat([td.flatten(x!), td.flatten(y!)])),
    args: () => [numbers([3, 4]), numbers([2])],
  },
  attention: {
    fn: (q, k, v) => td.scaledDotProductAttention(q!, k!, v!),
    args: () => [numbers([2, 3, 4]), numbers([2, 5, 4]), numbers([2, 5, 4])],
  },
  scatters: {
    fn: (x, y) => {
      const at = td.array([4, -1, 0, 9], { dtype: 'int32' })
      const places = td.array(
        [
          [0, 1],
          [2, 3],
          [0, 1],
          [-1, 7],
        ],
        { dtype: 'int32' },
      )
      return [
        td.scatterReplace(x!, at, y!),
        td.scatterSum(x!, at, y!),
        td.scatterInto(x!, places, td.sum(y!, { axis: 1 }), { reduction: 'sum' }),
      ]
    },
    args: () => [numbers([5, 4]), numbers([4, 4], 7)],
  },
  'integers and truth': {
    fn: (x) => {
      const i = td.astype(td.multiply(x!, 100), 'int32')
      return td.where(td.greater(x!, 0), td.bitwiseLeftShift(i, 2), td.floorDivide(i, 3))
    },
    args: () => [numbers([7])],
  },
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T])

/** Kernels of tfjs and those of ours add in another order. */
function expectClose(got: ArrayLike<number>, want: ArrayLike<number>): void {
  expect(got.length).toBe(want.length)
  for (let i = 0; i < got.length; i++)
    expect(Math.abs(got[i]! - want[i]!)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(want[i]!)))
}

/** Tests that hold wherever tfjs runs a compiled object. */
export function nativeFunctions(device: string): void {
  describe(`the compiled object of tfjs:${device}`, () => {
    test.each(Object.entries(cases))('%s gives what its graph gives', async (_, { fn, args }) => {
      await td.setBackend(`tfjs:${device}`)
      const given = args()
      const graph = td.traceGraph(fn, { args: given, returnBackendTracedFn: true })
      const { run, inputs, outputs } = await graph.backendFn()
      const want = list(graph(...given))
      expect([inputs.length, outputs.length]).toEqual([given.length, want.length])
      const got = list(run(...given.map((x) => x.native())) as tf.Tensor | tf.Tensor[])
      got.forEach((tensor, i) => {
        expect(tensor.shape).toEqual(want[i]!.shape)
        expect(tensor.dtype).toBe(want[i]!.dtype)
        expectClose(tensor.dataSync(), want[i]!.dataSync() as Float32Array)
      })
    })

    test('open sizes stay open, and others are refused', async () => {
      await td.setBackend(`tfjs:${device}`)
      const w = numbers([3, 2])
      const graph = td.traceGraph((x: td.NDArray) => td.add(td.matmul(x, w), 1), { args: [numbers([2, 3])] })
      const { run } = await graph.backendFn()
      const y = run(numbers([5, 3]).native()) as tf.Tensor
      expect(y.shape).toEqual([5, 2])
      expect([...y.dataSync()]).toEqual([...graph(numbers([5, 3])).dataSync()])
      expect(() => run(numbers([5, 4]).native())).toThrow(/x0 is float32\[\w+, ?3\], not float32/)
      expect(() => run(td.array([[1, 2, 3]], { dtype: 'int32' }).native())).toThrow(/not int32/)
      expect(() => run()).toThrow('it takes x0, but 0 arrays were given')
    })

    test('a network of convolutions serves batches of any size', async () => {
      await td.setBackend(`tfjs:${device}`)
      const [w, scale, dense] = [numbers([4, 3, 3, 3]), numbers([4], 2), numbers([5, 4], 3)]
      const network = (x: td.NDArray): td.NDArray => {
        const y = td.batchNorm(td.conv2d(x, w, { padding: 'same' }), scale, td.abs(scale), { axis: 1 })
        const features = td.mean(td.maxPool2d(td.relu(y), 2), { axis: [2, 3] })
        return td.layerNorm(td.linear(td.squeeze(td.expandDims(features, 0), 0), dense), { axis: [-1] })
      }
      const graph = td.traceGraph(network, { args: [numbers([2, 3, 8, 8])], returnBackendTracedFn: true })
      const { run } = await graph.backendFn()
      for (const count of [1, 5]) {
        const x = numbers([count, 3, 8, 8], count)
        const y = run(x.native()) as tf.Tensor
        expect(y.shape).toEqual([count, 5])
        expectClose(y.dataSync(), graph(x).dataSync() as Float32Array)
      }
    })

    test('windows serve images of any size', async () => {
      await td.setBackend(`tfjs:${device}`)
      const w = numbers([4, 3, 3, 3])
      const windows = (x: td.NDArray): td.NDArray =>
        td.max(
          td.maxPool2d(
            td.conv2d(td.conv2d(x, w, { padding: 'same' }), numbers([2, 4, 3, 3]), {
              strides: 2,
              padding: 1,
            }),
            2,
          ),
          { axis: [2, 3] },
        )
      const graph = td.traceGraph(windows, { args: [numbers([2, 3, 8, 8])], returnBackendTracedFn: true })
      const { run } = await graph.backendFn()
      for (const shape of [
        [1, 3, 8, 8],
        [2, 3, 13, 10],
      ]) {
        const x = numbers(shape)
        expectClose((run(x.native()) as tf.Tensor).dataSync(), graph(x).dataSync() as Float32Array)
      }
    })

    test('more than ten results come in order', async () => {
      await td.setBackend(`tfjs:${device}`)
      const graph = td.traceGraph((x: td.NDArray) => Array.from({ length: 12 }, (_, i) => td.add(x, i)), {
        args: [td.array([0.5])],
      })
      const { run } = await graph.backendFn()
      const results = run(td.array([0.5]).native()) as tf.Tensor[]
      expect(results.map((tensor) => tensor.dataSync()[0])).toEqual(
        Array.from({ length: 12 }, (_, i) => i + 0.5),
      )
    })
  })
}

/** Tests that hold where TensorFlow itself runs it. */
export function sessions(device: string): void {
  test('XLA gives the same', async () => {
    await td.setBackend(`tfjs:${device}`)
    const chain = (x: td.NDArray): td.NDArray => td.multiply(td.tanh(td.add(td.multiply(x, 1.5), 0.25)), x)
    const x = numbers([1000])
    const graph = td.traceGraph(chain, { args: [x] })
    const { run, native } = await graph.backendFn({ compile: 'xla' })
    expect((native as { signature: unknown }).signature).toBeDefined()
    expectClose((run(x.native()) as tf.Tensor).dataSync(), graph(x).dataSync() as Float32Array)
  })

  test('nothing is left over', async () => {
    await td.setBackend(`tfjs:${device}`)
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args: [td.array([1])] })
    const { run } = await graph.backendFn()
    const x = td.array([1]).native() as tf.Tensor
    const before = [tf.memory().numTensors, tf.findBackend('tensorflow').numDataIds()]
    for (let i = 0; i < 10; i++) (run(x) as tf.Tensor).dispose()
    expect([tf.memory().numTensors, tf.findBackend('tensorflow').numDataIds()]).toEqual(before)
  })
}
