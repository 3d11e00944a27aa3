// The network that reads the digits, for training with tfjs: values are [n, height, width, channels] here.
import * as tf from '@tensorflow/tfjs-core'
import { batchNorm, convolve, epsilon } from './layers.mjs'

const classes = 10
const [narrow, wide] = [24, 48]

/** Every convolution: name, input and output channels, kernel side, stride. Padding is (kernel - 1) / 2 on each side. */
const convolutions = [
  { name: 'stem', from: 1, to: narrow, kernel: 3, stride: 1 },
  { name: 'block1.first', from: narrow, to: narrow, kernel: 3, stride: 1 },
  { name: 'block1.second', from: narrow, to: narrow, kernel: 3, stride: 1 },
  { name: 'block2.first', from: narrow, to: wide, kernel: 3, stride: 2 },
  { name: 'block2.second', from: wide, to: wide, kernel: 3, stride: 1 },
  { name: 'block2.shortcut', from: narrow, to: wide, kernel: 1, stride: 2 },
]

/** The weights with their first values: He's normal, and batch norms that change nothing. */
export function createWeights(d) {
  const weights = new Map()
  const random = (shape, deviation) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => d.normal() * deviation),
      shape,
    )
  for (const { name, from, to, kernel } of convolutions) {
    const inputs = kernel * kernel * from
    weights.set(`${name}.conv.weight`, tf.variable(random([kernel, kernel, from, to], Math.sqrt(2 / inputs))))
    // A block starts as its shortcut alone, which trains more steadily.
    weights.set(`${name}.bn.gamma`, tf.variable(tf.mul(tf.ones([to]), name.endsWith('second') ? 0.1 : 1)))
    weights.set(`${name}.bn.beta`, tf.variable(tf.zeros([to])))
    weights.set(`${name}.bn.mean`, tf.variable(tf.zeros([to]), false))
    weights.set(`${name}.bn.var`, tf.variable(tf.ones([to]), false))
  }
  weights.set('head.weight', tf.variable(random([wide, classes], Math.sqrt(1 / wide))))
  weights.set('head.bias', tf.variable(tf.zeros([classes])))
  return weights
}

/**
 * Logits [n, 10] of images [n, 8, 8, 1]. `statistics` receives each batch norm's name, mean and variance of this batch;
 * without it the running ones are used.
 */
export function logits(images, weights, statistics) {
  const layer = (name, x) => {
    const { kernel, stride } = convolutions.find((convolution) => convolution.name === name)
    const convolved = convolve(x, weights.get(`${name}.conv.weight`), stride, (kernel - 1) / 2)
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'var'].map((part) =>
      weights.get(`${name}.bn.${part}`),
    )
    if (statistics !== undefined)
      return batchNorm(convolved, gamma, beta, (...moments) => statistics(name, ...moments))
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)))
    return tf.add(tf.mul(tf.sub(convolved, mean), scale), beta)
  }
  const stem = tf.relu(layer('stem', images))
  const first = tf.relu(tf.add(stem, layer('block1.second', tf.relu(layer('block1.first', stem)))))
  const inside = layer('block2.second', tf.relu(layer('block2.first', first)))
  const second = tf.relu(tf.add(layer('block2.shortcut', first), inside))
  return tf.add(tf.matMul(tf.mean(second, [1, 2]), weights.get('head.weight')), weights.get('head.bias'))
}

/** Weights as a file holds them: convolutions [out, in, height, width], the head [classes, channels]. */
export function exportWeights(weights) {
  const arrays = {}
  for (const [name, variable] of weights) {
    const shape = fileShape(name)
    const values = Float32Array.from(variable.dataSync())
    arrays[name] = { shape, values: shape.length === 1 ? values : toFile(values, shape) }
  }
  return arrays
}

/** The opposite of exportWeights, from the values alone. */
export function importWeights(values) {
  const weights = new Map()
  for (const [name, stored] of Object.entries(values)) {
    const shape = fileShape(name)
    const [to, from, ...rest] = shape
    const tensor =
      shape.length === 1 ? tf.tensor(stored, shape) : tf.tensor(fromFile(stored, shape), [...rest, from, to])
    weights.set(name, tensor)
  }
  return weights
}

function fileShape(name) {
  if (name === 'head.weight') return [classes, wide]
  if (name === 'head.bias') return [classes]
  const { from, to, kernel } = convolutions.find((convolution) => name.startsWith(`${convolution.name}.`))
  return name.endsWith('conv.weight') ? [to, from, kernel, kernel] : [to]
}

/** Pairs of places: in weights [taps, in, out] as tfjs takes them, and in a file's [out, in, taps]. */
function* places([to, from, height = 1, width = 1]) {
  const taps = height * width
  for (let out = 0; out < to; out++) {
    for (let channel = 0; channel < from; channel++) {
      for (let tap = 0; tap < taps; tap++)
        yield [(tap * from + channel) * to + out, (out * from + channel) * taps + tap]
    }
  }
}

function toFile(ours, shape) {
  const stored = new Float32Array(ours.length)
  for (const [inOurs, inFile] of places(shape)) stored[inFile] = ours[inOurs]
  return stored
}

function fromFile(stored, shape) {
  const ours = new Float32Array(stored.length)
  for (const [inOurs, inFile] of places(shape)) ours[inOurs] = stored[inFile]
  return ours
}
