import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
// oxlint-disable-next-line import/no-unassigned-import -- it registers the gradients
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { sources, useSource } from './sources.ts'

// Gradients and training steps written with tfjs, run by an engine that has neither.

const numbers = (seed: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * 1.7) * 0.5)
const tensor = (seed: number, ...shape: number[]): tf.Tensor =>
  tf.tensor(
    numbers(
      seed,
      shape.reduce((n, size) => n * size, 1),
    ),
    shape,
  )

function expectNear(got: tf.Tensor, want: tf.Tensor, allowed = 1e-4): void {
  expect(got.shape).toEqual(want.shape)
  const [a, b] = [got.dataSync(), want.dataSync()]
  expect(Math.max(0, ...b.map((one, i) => Math.abs(one - a[i]!)))).toBeLessThanOrEqual(allowed)
}

/** A small network of tfjs: convolution, pooling, two dense layers. */
function network() {
  const filter = tf.variable(tensor(1, 3, 3, 2, 4))
  const dense = tf.variable(tensor(2, 64, 5))
  const bias = tf.variable(tensor(3, 5))
  const forward = (x: tf.Tensor4D): tf.Tensor2D => {
    const features = tf.relu(tf.conv2d(x, filter as tf.Tensor4D, 1, 'same'))
    const pooled = tf.maxPool(features, 2, 2, 'valid')
    return tf.add(tf.matMul(tf.reshape(pooled, [x.shape[0], 64]) as tf.Tensor2D, dense as tf.Tensor2D), bias)
  }
  const loss = (x: tf.Tensor4D, y: tf.Tensor): tf.Scalar =>
    tf.losses.softmaxCrossEntropy(y, forward(x)) as tf.Scalar
  return { variables: [filter, dense, bias], loss }
}
const labels = (): tf.Tensor => tf.cast(tf.oneHot(tf.tensor1d([0, 3, 1], 'int32'), 5), 'float32')

// tfjs:wasm has no gradients of convolutions.
const training = sources.filter((source) => source !== 'tfjs:wasm')

describe.each(training)('training written with tfjs, traced on %s', (source) => {
  beforeAll(async () => {
    for (const engine of ['tfjs:wasm', 'ort', 'numjs', 'reference']) await td.loadBackend(engine)
    await useSource(source)
  })

  test('a value and its gradients', async () => {
    const fn = (w: tf.Tensor, x: tf.Tensor): { value: tf.Tensor; grads: tf.Tensor[] } =>
      tf.valueAndGrads(
        (a: tf.Tensor, b: tf.Tensor) =>
          tf.mean(tf.square(tf.sigmoid(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)))) as tf.Scalar,
      )([w, x])
    const args = [tensor(5, 4, 3), tensor(6, 3, 2)] as const
    const graph = td.traceGraph(fn, { args })
    const others = [tensor(7, 4, 3), tensor(8, 3, 2)] as const
    const want = fn(...others)
    for (const engine of [source, 'tfjs:wasm', 'ort', 'numjs', 'reference']) {
      const got = (await graph.to(engine))(...others)
      expectNear(got.value, want.value, 1e-6)
      got.grads.forEach((grad, i) => expectNear(grad, want.grads[i]!, 1e-6))
    }
  })

  test.each(['ort', source])('ten steps of Adam equal those of tfjs on %s', async (engine) => {
    const [x, y] = [tensor(9, 3, 8, 8, 2) as tf.Tensor4D, labels()]
    const mine = network()
    const theirs = network()
    const [optimizer, theirOptimizer] = [tf.train.adam(0.05), tf.train.adam(0.05)]
    const step = (input: tf.Tensor4D, label: tf.Tensor): tf.Scalar =>
      optimizer.minimize(() => mine.loss(input, label), true, mine.variables)!
    const graph = await td.traceGraph(step, { args: [x, y] }).to(engine)
    mine.variables.forEach((variable, i) => expectNear(variable, theirs.variables[i]!, 0))
    for (let i = 0; i < 10; i++) {
      const got = graph(x, y)
      const want = theirOptimizer.minimize(() => theirs.loss(x, y), true, theirs.variables)!
      expectNear(got, want)
    }
    mine.variables.forEach((variable, i) => expectNear(variable, theirs.variables[i]!))
    expect(theirs.variables[1]!.dataSync()[0]).not.toBeCloseTo(tensor(2, 64, 5).dataSync()[0]!, 2)
  })

  test.each(['sgd', 'momentum', 'adagrad', 'rmsprop', 'adadelta', 'adamax'] as const)(
    'three steps of %s equal those of tfjs',
    async (kind) => {
      const make = (): tf.Optimizer =>
        kind === 'momentum' ? tf.train.momentum(0.05, 0.9) : tf.train[kind](0.05)
      const [x, y] = [tensor(9, 3, 8, 8, 2) as tf.Tensor4D, labels()]
      const [mine, theirs] = [network(), network()]
      const [optimizer, theirOptimizer] = [make(), make()]
      const graph = td.traceGraph(
        (input: tf.Tensor4D, label: tf.Tensor) =>
          optimizer.minimize(() => mine.loss(input, label), true, mine.variables)!,
        { args: [x, y], to: 'ort' },
      )
      for (let i = 0; i < 3; i++) {
        const want = theirOptimizer.minimize(() => theirs.loss(x, y), true, theirs.variables)!
        expectNear(graph(x, y), want)
      }
      mine.variables.forEach((variable, i) => expectNear(variable, theirs.variables[i]!))
    },
  )
})
