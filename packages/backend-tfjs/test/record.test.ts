import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:wasm')
})
beforeEach(async () => {
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
})

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()]
const vector = (...numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers)
const thrown = (fn: () => unknown): Error => {
  try {
    fn()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('functions written with tfjs', () => {
  test('become graphs that take and give tensors, on any engine', async () => {
    const fn = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor => tf.relu(tf.add(tf.matMul(x, y), 1))
    const [x, y] = [tf.tensor2d([[1, -2]]), tf.tensor2d([[3], [4]])]
    const graph = td.traceGraph(fn, { args: [x, y] })
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[1,2], %1: float32[2,1])
        %2: float32[1,1] = matmul(%0, %1)
        %3: float32[1,1] = add(%2, 1)
        %4: float32[1,1] = relu(%3)
        return %4"
    `)
    const out = graph(tf.tensor2d([[1, 1]]), y)
    expect(out).toBeInstanceOf(tf.Tensor)
    expect(values(out)).toEqual([8])
    const there = (await graph.to('ort'))(tf.tensor2d([[2, 1]]), y)
    expect(there).toBeInstanceOf(tf.Tensor)
    expect(values(there)).toEqual([11])
  })

  test('run on the wasm backend as well', async () => {
    await td.setBackend('tfjs:wasm')
    await tf.setBackend('wasm')
    const fn = (x: tf.Tensor): tf.Tensor => tf.tidy(() => tf.softmax(tf.square(x)))
    const graph = td.traceGraph(fn, { args: [vector(1, 2)] })
    expect(values(graph(vector(0, 0)))).toEqual([0.5, 0.5])
  })

  test('may call functions of td as well', () => {
    const fn = (x: tf.Tensor): tf.Tensor => td.add(tf.square(x) as never, 1) as unknown as tf.Tensor
    const graph = td.traceGraph(fn, { args: [vector(1, 2)] })
    expect(values(graph(vector(3, 4)))).toEqual([10, 17])
  })

  test('take what td gives, and the other way round', async () => {
    const fn = (x: tf.Tensor1D): tf.Tensor => {
      const mixed = td.multiply(tf.add(x, 1) as never, td.array([1, 2])) as unknown as tf.Tensor
      return tf.stack([
        tf.relu(mixed),
        tf.sub(mixed, x),
        tf.square((mixed as unknown as td.NDArray).native() as tf.Tensor),
      ])
    }
    const graph = await td.traceGraph(fn, { args: [vector(1, 2)] }).to('ort')
    expect(values(graph(vector(3, -4)))).toEqual([4, 0, 1, -2, 16, 36])
    const ofOurs = td.traceGraph((x: td.NDArray) => tf.relu(x as never) as unknown as td.NDArray)
    expect(ofOurs(td.array([-1, 2])).toArray()).toEqual([0, 2])
  })

  test('are traced again for other sizes', () => {
    const fn = (x: tf.Tensor): tf.Tensor => tf.div(tf.sum(x), x.size)
    const graph = td.traceGraph(fn, { args: [vector(1, 3)] })
    expect(values(graph(vector(1, 2, 6)))).toEqual([3])
    expect(values(graph(vector(2, 4)))).toEqual([3])
  })

  test('tell arguments from each other and from what is around them, though they are one tensor', () => {
    const x = vector(1, 2)
    const graph = td.traceGraph((a: tf.Tensor, b: tf.Tensor) => tf.sub(tf.add(a, tf.mul(b, 10)), x), {
      args: [x, x],
    })
    expect(values(graph(vector(5, 6), vector(7, 8)))).toEqual([74, 84])
  })

  test('give trees of results, constants and arguments among them', () => {
    const graph = td.traceGraph(
      (x: tf.Tensor) => ({ twice: [tf.mul(x, 2)], zeros: tf.zeros([2]), same: x, number: 3 }),
      { args: [vector(1, 2)] },
    )
    const { twice, zeros, same, number } = graph(vector(3, 4))
    expect([values(twice[0]!), values(zeros), values(same), number]).toEqual([[6, 8], [0, 0], [3, 4], 3])
  })

  test('may be async, and have no arguments', async () => {
    const x = vector(1, 2)
    const fn = async (y: tf.Tensor): Promise<tf.Tensor> => {
      const z = tf.add(x, y)
      await Promise.resolve()
      return tf.mul(z, 2)
    }
    const graph = await td.traceGraph(fn, { args: [x] })
    expect(values(await graph(vector(3, 4)))).toEqual([8, 12])
    const none = td.traceGraph(() => tf.mul(x, 2), { args: [] })
    expect(none()).toBeInstanceOf(tf.Tensor)
    expect(values(none())).toEqual([2, 4])
  })

  test('leave tfjs as it was, also when they throw', () => {
    const x = vector(1, 2)
    const before = tf.memory().numTensors
    td.traceGraph((y: tf.Tensor) => tf.tidy(() => tf.relu(tf.add(y, 1))), { args: [x] })
    const failing = td.traceGraph((): never => {
      throw new Error('on purpose')
    })
    expect(() => failing()).toThrow('on purpose')
    // The result of the run itself is the caller's, and the function's to free.
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1)
    for (const key of ['runKernel', 'makeTensor', 'readSync', 'read', 'makeVariable'])
      expect(Object.hasOwn(tf.engine(), key)).toBe(false)
    expect(Math.random.name).toBe('random')
  })

  test('free what their calls need', () => {
    const w = tf.variable(vector(1, 2))
    const graph = td.traceGraph(
      (x: tf.Tensor1D) => {
        w.assign(tf.add(w, x))
        return tf.mul(w, x)
      },
      { args: [vector(1, 1)] },
    )
    const x = vector(1, 1)
    graph(x).dispose()
    const backend = tf.findBackend('cpu')
    const before = [backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]
    for (let i = 0; i < 5; i++) graph(x).dispose()
    expect([backend.numDataIds() - before[0]!, tf.memory().numTensors - before[1]!]).toEqual([1, 0])
    expect(x.isDisposed).toBe(false)
    w.dispose()
  })
})

describe('variables of tfjs', () => {
  test('are read and written at each call', async () => {
    const w = tf.variable(vector(1, 2))
    const fn = (x: tf.Tensor1D): tf.Tensor => {
      w.assign(tf.add(w, x))
      return tf.mul(w, 2)
    }
    const graph = td.traceGraph(fn, { args: [vector(1, 1)] })
    expect(values(w)).toEqual([1, 2])
    expect(values(graph(vector(1, 1)))).toEqual([4, 6])
    expect(values(w)).toEqual([2, 3])
    const there = await graph.to('ort')
    expect(values(there(vector(10, 10)))).toEqual([24, 26])
    w.assign(vector(0, 0))
    expect(values(there(vector(1, 2)))).toEqual([2, 4])
    expect(values(w)).toEqual([1, 2])
    w.dispose()
  })

  test('that the function makes are its own, or are kept where it keeps them', () => {
    const temporary = td.traceGraph(
      (x: tf.Tensor1D) => {
        const sum = tf.variable(tf.zeros([2]))
        sum.assign(tf.add(sum, x))
        sum.assign(tf.add(sum, x))
        return tf.add(sum, 1)
      },
      { args: [vector(1, 2)] },
    )
    expect(values(temporary(vector(3, 4)))).toEqual([7, 9])
    expect(values(temporary(vector(3, 4)))).toEqual([7, 9])
    let count: tf.Variable | undefined
    const counting = (x: tf.Tensor1D): tf.Tensor => {
      count ??= tf.variable(tf.zeros([2]))
      count.assign(tf.add(count, x))
      return tf.add(count, 0)
    }
    const graph = td.traceGraph(counting, { args: [vector(1, 2)] })
    expect(values(graph(vector(1, 2)))).toEqual([1, 2])
    expect(values(graph(vector(1, 2)))).toEqual([2, 4])
    expect(values(count!)).toEqual([2, 4])
  })
})

describe('what a graph cannot hold', () => {
  test('constants may be read', () => {
    const k = vector(2, 3)
    const graph = td.traceGraph((x: tf.Tensor) => tf.mul(x, tf.square(k).dataSync()[1]!), {
      args: [vector(1)],
    })
    expect(values(graph(vector(2)))).toEqual([18])
  })

  test('kernels without a counterpart are all named, with lines and reasons, where results need them', () => {
    const fn = (x: tf.Tensor1D): tf.Tensor => {
      tf.unique(x)
      const parts = tf.spectral.rfft(x)
      const { values: some } = tf.unique(tf.relu(x))
      return tf.add(tf.sum(some), tf.sum(tf.abs(parts)))
    }
    const error = thrown(() => td.traceGraph(fn, { args: [vector(1, 2, 3, 4)] }))
    expect(error).toBeInstanceOf(td.TraceError)
    expect(error.message).toMatch(/Complex: tfjs holds complex numbers.*record\.test\.ts:\d+/)
    expect(error.message).toMatch(
      /Unique: the size of its result depends on the values.*record\.test\.ts:\d+/,
    )
    const dead = td.traceGraph(
      (x: tf.Tensor1D) => {
        tf.unique(x)
        return tf.relu(x)
      },
      { args: [vector(1, 2)] },
    )
    expect(values(dead(vector(-1, 2)))).toEqual([0, 2])
  })

  test('numbers of Math.random would be those of now', () => {
    expect(() => td.traceGraph((x: tf.Tensor) => tf.mul(x, Math.random()), { args: [vector(1)] })).toThrow(
      /calls Math\.random[^]*record\.test\.ts:\d+/,
    )
  })
})
