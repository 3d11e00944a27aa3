import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { type HostArray, isFloat, loadedEngine } from '@tendril/core/testing'
import { expectClose, randomGraph, truthOfFunction, upload, wrongResult } from '@tendril/testing'
import { exportOnnx } from '@tendril/onnx'
import * as tf from '@tensorflow/tfjs-core'
import { asyncProperty, check as runChecks } from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterEach, describe, expect, test } from 'vitest'
import { engines, rightOn, withNode } from './engines.ts'

// Gradients are ops like others: traced on one engine, they run on every other, against the truth in float64.

type A = td.NDArray
const pairs = [
  ['numjs', 'ort'],
  ['ort', 'tfjs:cpu'],
  ['tfjs:cpu', 'numjs'],
  ...withNode.map((node) => ['numjs', node] as const),
] as const
const numRuns = Math.round(20 * Number(process.env['TENDRIL_RUNS'] ?? 1))
const seed = Number(process.env['TENDRIL_SEED'] ?? 1)

afterEach(() => td.unsetBackend())

type Arrays = (...arrays: A[]) => readonly A[]

/** The gradients by all float arrays of the sum of what a function gives. */
function gradientOf(fn: Arrays, inputs: readonly HostArray[]): Arrays | undefined {
  const argnums = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []))
  if (argnums.length === 0) return undefined
  const total = (...arrays: A[]): A => {
    const floats = fn(...arrays).filter(({ dtype }) => isFloat(dtype))
    return floats.reduce<A>(
      (sum, one) => td.add(sum, td.sum(one)),
      td.sum(td.zerosLike(arrays[argnums[0]!]!)),
    )
  }
  return td.grad(total, { argnums }) as unknown as Arrays
}

/** Whether both engines have all ops of a function. */
async function runs(fn: Arrays, arrays: readonly A[], to: string): Promise<boolean> {
  try {
    fn(...arrays)
    await td.traceGraph(fn, { args: arrays }).to(to)
    return true
  } catch (error) {
    if (error instanceof td.UnsupportedOpError) return false
    throw error
  }
}

/** What is wrong with the gradients on two engines; null where there are none. */
async function wrongGradient(
  fn: Arrays,
  inputs: readonly HostArray[],
  from: string,
  to: string,
): Promise<string | null | undefined> {
  const gradient = gradientOf(fn, inputs)
  if (gradient === undefined) return null
  const [here, there] = [from, to].map((engine) => inputs.map((host) => upload(loadedEngine(engine)!, host)))
  if (!(await runs(fn, here!, to))) return null
  try {
    const [rightHere, rightThere] = [from, to].map((engine) =>
      rightOn(engine, () => truthOfFunction(gradient, inputs)),
    )
    const graph = td.traceGraph(gradient, { args: here! })
    const moved = await graph.to(to)
    return (
      (await wrongResult(`called on ${from}`, gradient(...here!), rightHere!)) ??
      (await wrongResult(`traced on ${from}`, graph(...here!), rightHere!)) ??
      (await wrongResult(`moved to ${to}`, moved(...there!), rightThere!))
    )
  } catch (error) {
    if (error instanceof td.GradientError) return null
    throw error
  }
}

const passes = 'nothing is wrong'

describe.each(pairs)('gradients traced on %s, moved to %s', (from, to) => {
  test('of random compositions of ops are right', { timeout: 120_000 }, async () => {
    await td.loadBackend(to)
    await td.setBackend(from)
    let counted = 0
    const result = await runChecks(
      asyncProperty(randomGraph({ dtypes: ['float32', 'int32', 'bool'] }), async ({ fn, inputs }) => {
        const wrong = await wrongGradient(fn, inputs, from, to)
        if (typeof wrong === 'string') throw new Error(wrong)
        if (wrong !== undefined) return
        counted++
      }),
      { numRuns, seed },
    )
    const [smallest] = result.counterexample ?? []
    expect(smallest === undefined ? passes : `${String(smallest)}\n${String(result.errorInstance)}`).toBe(
      passes,
    )
    expect(counted).toBeGreaterThanOrEqual(numRuns / 4)
  })
})

describe.each(engines)('gradients of models on %s', (engine) => {
  const noise = (key: number, ...shape: number[]): A => td.random.normal({ shape, key: td.random.key(key) })
  /** The same on the reference and on the engine, eagerly, traced there, and traced elsewhere. */
  async function agree(fn: (...arrays: A[]) => A, ...hosts: A[]): Promise<string> {
    const options = { argnums: hosts.map((_, i) => i) }
    const gradient = td.grad(fn, options) as unknown as Arrays
    const want = gradient(...hosts)
    await td.loadBackend(engine)
    const here = hosts.map((host) => host.toBackend(engine))
    await td.setBackend(engine)
    const graph = td.traceGraph(gradient)
    const moved = await td.traceGraph(gradient, { args: hosts, to: 'reference' }).to(engine)
    for (const got of [gradient(...here), graph(...here), graph(...here), moved(...here)])
      for (const [i, one] of got.entries()) {
        await one.ready()
        expectClose({ dtype: one.dtype, shape: one.shape, data: await one.data() }, want[i]!)
      }
    return passes
  }

  test('a perceptron with its loss', async () => {
    const target = td.array([0, 2, 1, 2], { dtype: 'int32' })
    const loss = (x: A, w1: A, b1: A, w2: A): A => {
      const logits = td.matmul(td.gelu(td.add(td.matmul(x, w1), b1)), w2)
      return td.sparseCrossEntropy(target, td.softmax(logits))
    }
    expect(await agree(loss, noise(1, 4, 6), noise(2, 6, 8), noise(3, 8), noise(4, 8, 3))).toBe(passes)
  })

  test('a convolutional network', async () => {
    const loss = (x: A, w: A, scale: A): A => {
      const seen = td.relu(td.conv2d(x, w, { strides: 2, padding: 'same' }))
      const even = td.groupNorm(seen, 2, scale)
      return td.mean(td.square(td.maxPool2d(even, 2, { strides: 1 })))
    }
    expect(await agree(loss, noise(1, 2, 3, 8, 7), noise(2, 4, 3, 3, 3), noise(3, 4))).toBe(passes)
  })

  test('attention', async () => {
    const loss = (q: A, k: A, v: A, w: A): A => {
      const seen = td.scaledDotProductAttention(q, k, v)
      return td.logsumexp(td.layerNorm(td.add(seen, q), w))
    }
    expect(await agree(loss, noise(1, 2, 5, 4), noise(2, 2, 5, 4), noise(3, 2, 5, 4), noise(4, 4))).toBe(
      passes,
    )
  })

  test('a recurrent network, and a branch by value', async () => {
    const loss = (xs: A, w: A): A => {
      const turn = (state: A, x: A): [A, A] => {
        const next = td.tanh(td.add(td.matmul(state, w), x))
        return [next, td.sum(next)]
      }
      const [last, sums] = td.scan(turn as never, td.zeros([3]), xs) as unknown as [A, A]
      return td.cond(
        td.greater(td.sum(last), 0),
        () => td.sum(sums),
        () => td.sum(td.square(last)),
      )
    }
    expect(await agree(loss, noise(1, 5, 3), noise(2, 3, 3))).toBe(passes)
    expect(await agree((xs, w) => loss(td.negative(xs), w), noise(1, 5, 3), noise(2, 3, 3))).toBe(passes)
  })
})

describe('a graph of gradients', () => {
  const loss = (w: A, x: A): A => td.mean(td.square(td.sigmoid(td.matmul(x, w))))
  const [w, x] = [
    td.array([[1], [-2]]),
    td.array([
      [1, 2],
      [3, 5],
      [-1, 0.5],
    ]),
  ]
  const want = td.grad(loss)(w, x)

  test('is saved, loaded and called', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tendril-grad-'))
    try {
      await td.traceGraph(td.valueAndGrad(loss), { args: [w, x] }).save(folder)
      const loaded = (await td.loadGraph(folder)) as (...args: A[]) => [A, A]
      expectClose(loaded(w, x)[1], want)
      expectClose(loaded(w, x)[0], loss(w, x))
      expect(() => td.grad((v: A) => loaded(v, x)[0])(w)).toThrow(td.GradientError)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('is exported to ONNX, and runs there', async () => {
    const model = exportOnnx(td.traceGraph(td.grad(loss), { args: [w, x] }))
    const session = await InferenceSession.create(model)
    const feeds = Object.fromEntries(
      [w, x].map((array, i) => [
        session.inputNames[i]!,
        new Tensor('float32', array.dataSync() as Float32Array, [...array.shape]),
      ]),
    )
    const result = (await session.run(feeds))[session.outputNames[0]!]!
    expectClose({ dtype: 'float32', shape: result.dims, data: result.data as Float32Array }, want)
  })

  test('stays open in sizes that nobody reads', () => {
    const graph = td.traceGraph(td.grad(loss), { args: [w, x] })
    const more = td.array([[1, 2]])
    expectClose(graph(w, more), td.grad(loss)(w, more))
  })
})

test("a traced function may be written in an engine's own functions", async () => {
  await td.setBackend('tfjs:cpu')
  const fn = (x: A): A => td.sum(td.multiply(tf.exp(x.native() as tf.Tensor) as unknown as A, x))
  const graph = td.traceGraph(td.grad(fn))
  const x = td.array([1, 2])
  expectClose(graph(x), td.multiply(td.exp(x), td.add(x, 1)))
  expectClose(graph(x), td.multiply(td.exp(x), td.add(x, 1)))
})
