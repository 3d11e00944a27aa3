import * as td from '@tendril/core'
import { numbers } from '../data.mjs'

/** An array of a shape, pseudo-random, scaled down by its fan-in so that deep sums stay near 1. */
export const weight = (shape, seed) => {
  const count = shape.reduce((n, size) => n * size, 1)
  const scale = 1 / Math.sqrt(count / shape[0])
  return { shape, data: numbers(count, seed).map((value) => value * scale) }
}

export const toArray = ({ shape, data }) => td.reshape(td.array(data), shape)

const linear = (x, w, b) => td.add(td.matmul(x, w), b)

/** The workloads as td functions, with the data of their arguments and weights. */
export function models() {
  const mlp = (batch, ...widths) => {
    const layers = widths.slice(1).map((out, i) => [weight([widths[i], out], 10 + i), weight([out], 20 + i)])
    return {
      input: { shape: [batch, widths[0]], data: numbers(batch * widths[0], 3) },
      weights: layers.flat(),
      fn: (x, ...w) => {
        let h = x
        for (let i = 0; i < w.length; i += 2) {
          h = linear(h, w[i], w[i + 1])
          if (i + 2 < w.length) h = td.relu(h)
        }
        return h
      },
    }
  }
  const chain = (size) => ({
    input: { shape: [size], data: numbers(size, 4) },
    weights: [],
    fn: (x) => td.sum(td.multiply(td.tanh(td.add(td.multiply(x, 1.5), 0.25)), x)),
  })
  return {
    'MLP 784-512-512-10, batch 64': mlp(64, 784, 512, 512, 10),
    'tiny MLP 16-32-4, batch 1': mlp(1, 16, 32, 4),
    'conv block 3x3 64->64 at 56x56': {
      input: { shape: [1, 64, 56, 56], data: numbers(64 * 56 * 56, 5) },
      weights: [weight([64, 64, 3, 3], 6), weight([64], 7), weight([64, 64, 3, 3], 8), weight([64], 9)],
      fn: (x, w1, b1, w2, b2) =>
        td.relu(td.add(td.conv2d(td.relu(td.conv2d(x, w1, b1, { padding: 1 })), w2, b2, { padding: 1 }), x)),
    },
    'chain of 1e4 floats': chain(1e4),
    'chain of 1e6 floats': chain(1e6),
    '100 adds of 8 floats': {
      input: { shape: [8], data: numbers(8, 1) },
      weights: [weight([8], 2)],
      fn: (x, y) => {
        let sum = x
        for (let i = 0; i < 100; i++) sum = td.add(sum, y)
        return sum
      },
    },
  }
}
