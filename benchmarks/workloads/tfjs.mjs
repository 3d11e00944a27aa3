import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { models, toArray } from './models.mjs'
import { resnet50 } from './resnet-layers.mjs'

/** The workloads as a user of tfjs writes them. Convolutions are NHWC there; the layouts are changed outside of the timing. */
const handWritten = {
  'MLP 784-512-512-10, batch 64': mlp,
  'tiny MLP 16-32-4, batch 1': mlp,
  'conv block 3x3 64->64 at 56x56': (x, w1, b1, w2, b2) => {
    const conv = (input, filter, bias) => tf.add(tf.conv2d(input, filter, 1, 1), bias)
    return tf.relu(tf.add(conv(tf.relu(conv(x, w1, b1)), w2, b2), x))
  },
  'chain of 1e4 floats': chain,
  'chain of 1e6 floats': chain,
  '100 adds of 8 floats': (x, y) => {
    let sum = x
    for (let i = 0; i < 100; i++) sum = tf.add(sum, y)
    return sum
  },
}

function mlp(x, ...w) {
  let h = x
  for (let i = 0; i < w.length; i += 2) {
    h = tf.add(tf.matMul(h, w[i]), w[i + 1])
    if (i + 2 < w.length) h = tf.relu(h)
  }
  return h
}

function chain(x) {
  return tf.sum(tf.mul(tf.tanh(tf.add(tf.mul(x, 1.5), 0.25)), x))
}

const channelsLast = { 4: (t, isFilter) => tf.transpose(t, isFilter ? [2, 3, 1, 0] : [0, 2, 3, 1]) }

/** Graphs on a device of tfjs against hand-written tfjs code in a tidy, on the same device. */
export async function tfjsCases(device) {
  await td.setBackend(`tfjs:${device}`)
  return Object.entries(models()).map(([workload, { input, weights, fn }]) => {
    const [x, ...w] = [input, ...weights].map(toArray)
    const graph = td.traceGraph((v) => fn(v, ...w), { args: [x] })
    const tensors = () => {
      // tf's current backend is shared with whatever ran before.
      tf.setBackend(device)
      return [input, ...weights].map(({ shape, data }, i) => {
        const t = tf.tensor(data, shape)
        return channelsLast[shape.length]?.(t, i > 0) ?? t
      })
    }
    let given
    const code = handWritten[workload]
    const theirs = () => {
      if (given === undefined) given = tensors()
      tf.tidy(() => code(...given)).dispose()
    }
    return {
      workload,
      engine: `tfjs:${device}`,
      peer: 'hand-written tfjs in tidy',
      ours: () => graph(x).dispose(),
      theirs,
      read: () => {
        given = tensors()
        const result = tf.tidy(() => {
          const y = code(...given)
          return y.rank === 4 ? tf.transpose(y, [0, 3, 1, 2]) : y
        })
        return [graph(x).dataSync(), result.dataSync()]
      },
      tolerance: 1e-4,
      close: () => given?.forEach((t) => t.dispose()),
    }
  })
}

const attention = (query, key, value) => {
  const scale = 1 / Math.sqrt(query.shape.at(-1))
  return tf.matMul(tf.softmax(tf.mul(tf.matMul(query, key, false, true), scale)), value)
}

const layers = {
  conv: (x, w, b, stride, padding) =>
    tf.fused.conv2d({ x, filter: w, bias: b, strides: stride, pad: padding }),
  relu: tf.relu,
  add: tf.add,
  pool: (x) => tf.maxPool(x, 3, 2, 1),
  mean: (x) => tf.mean(x, [1, 2]),
  linear: (x, w, b) => tf.add(tf.matMul(x, w), b),
  softmax: (x) => tf.softmax(x),
}

/** Workloads of other engines, by their kind. */
const kinds = {
  matmul: (x, w) => tf.matMul(x, w),
  mlp,
  chain,
  attention,
  conv: handWritten['conv block 3x3 64->64 at 56x56'],
  resnet: (x, ...weights) => resnet50(layers, weights)(x),
}

/** A workload in tfjs on its WebAssembly device; the result is read. */
export async function tfjsPeer(kind, arrays) {
  await import('@tensorflow/tfjs-backend-wasm')
  await tf.setBackend('wasm')
  const isImage = kind === 'conv' || kind === 'resnet'
  const given = arrays.map(({ shape, data }, i) => {
    const t = tf.tensor(data, shape)
    return isImage && shape.length === 4 ? channelsLast[4](t, i > 0) : t
  })
  const run = (last) => {
    tf.setBackend('wasm')
    // A typed array that is given out of `tidy` is walked through.
    const result = tf.tidy(() => last(kinds[kind](...given)))
    const data = result.dataSync()
    result.dispose()
    return data
  }
  return {
    theirs: () => run((y) => y),
    read: () => run((y) => (y.rank === 4 && isImage ? tf.transpose(y, [0, 3, 1, 2]) : y)),
    close: () => given.forEach((t) => t.dispose()),
  }
}
