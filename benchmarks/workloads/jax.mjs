import { defaultDevice, init, jit, lax, nn, numpy as np } from '@jax-js/jax'
import { resnet50 } from './resnet-layers.mjs'

// Functions take over the arrays that they are given; `.ref` keeps one.

const conv = (x, w, b, stride, padding) => {
  const pads = [padding, padding]
  const y = lax.convGeneralDilated(x, w.ref, [stride, stride], [pads, pads])
  return np.add(y, np.reshape(b.ref, [1, -1, 1, 1]))
}

const mlp = (x, ...w) => {
  let h = x
  for (let i = 0; i < w.length; i += 2) {
    h = np.add(np.matmul(h, w[i]), w[i + 1])
    if (i + 2 < w.length) h = nn.relu(h)
  }
  return h
}

const attention = (query, key, value) => {
  const scale = 1 / Math.sqrt(query.shape.at(-1))
  const scores = np.matmul(np.multiply(query, scale), np.matrixTranspose(key))
  return np.matmul(nn.softmax(scores, -1), value)
}

const block = (x, w1, b1, w2, b2) => {
  const first = nn.relu(conv(x.ref, w1, b1, 1, 1))
  return nn.relu(np.add(conv(first, w2, b2, 1, 1), x))
}

const layers = {
  conv: (x, ...rest) => conv(x.ref, ...rest),
  relu: nn.relu,
  add: (a, b) => np.add(a, b),
  pool: (x) => {
    const padded = np.pad(x, [
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1],
    ])
    // Nothing is below the zeros of a relu.
    return lax.reduceWindow(padded, np.max, [1, 1, 3, 3], [1, 1, 2, 2])
  },
  mean: (x) => np.mean(x, [2, 3]),
  linear: (x, w, b) => np.add(np.matmul(x, w.ref), b.ref),
  softmax: (x) => nn.softmax(x, -1),
}

/** Compiled, but where that is slower: convolutions are ten times as fast as they come. */
const code = {
  matmul: jit((x, w) => np.matmul(x, w)),
  mlp: jit(mlp),
  chain: jit((x) => np.sum(np.multiply(np.tanh(np.add(np.multiply(x.ref, 1.5), 0.25)), x))),
  attention: jit(attention),
  conv: block,
  resnet: (x, ...weights) => resnet50(layers, weights)(x),
}

/** A workload in jax-js on its WebAssembly device; results are read, as nothing else tells that they are there. */
export async function jaxPeer(kind, arrays) {
  await init('wasm')
  defaultDevice('wasm')
  const given = arrays.map(({ shape, data }) => np.array(data).reshape(shape))
  const run = () => code[kind](...given.map((one) => one.ref))
  return {
    theirs: () => run().dataSync(),
    read: () => run().dataSync(),
    close: () => given.forEach((one) => one.dispose()),
  }
}
