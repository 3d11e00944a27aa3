// Pictures of what people draw: a classifier, a transformer's layer, a model of modules, results that have names.
import * as td from '@tendril/core'
import * as nn from '@tendril/nn'

let made = 0
/** Arrays that differ, as equal constants are merged. */
const weights = (...shape) => td.full(shape, ++made)

function residual(x, first, second) {
  const inside = td.batchNorm(td.conv2d(td.relu(x), first, { padding: 1 }), ...norm(first.shape[0]))
  return td.relu(td.add(x, td.conv2d(td.relu(inside), second, { padding: 1 })))
}
const norm = (count) => [weights(count), weights(count), weights(count), weights(count)]

function classifier(images) {
  const strokes = td.conv2d(images, weights(8, 1, 3, 3), { padding: 1 })
  const features = td.mean(residual(strokes, weights(8, 8, 3, 3), weights(8, 8, 3, 3)), { axis: [2, 3] })
  return td.softmax(td.linear(features, weights(10, 8), weights(10)))
}

function encoderLayer(x, params, mask) {
  const heads = (t) => td.permuteDims(td.reshape(t, [2, 16, 4, 8]), [0, 2, 1, 3])
  const before = td.layerNorm(x, params.norm1.scale, params.norm1.shift)
  const [q, k, v] = [params.attention.wq, params.attention.wk, params.attention.wv].map((w) =>
    heads(td.linear(before, w)),
  )
  const scores = td.add(td.divide(td.matmul(q, td.matrixTranspose(k)), Math.sqrt(8)), mask)
  const mixed = td.permuteDims(td.matmul(td.softmax(scores), v), [0, 2, 1, 3])
  const y = td.add(x, td.linear(td.reshape(mixed, [2, 16, 32]), params.attention.wo))
  const after = td.layerNorm(y, params.norm2.scale, params.norm2.shift)
  return td.add(y, td.linear(td.gelu(td.linear(after, params.mlp.up)), params.mlp.down))
}

/** A layer whose weights stay where they are, so that the graph reads them at each call. */
function encoderWithVariables() {
  const sizes = {
    norm1: { scale: [32], shift: [32] },
    attention: { wq: [32, 32], wk: [32, 32], wv: [32, 32], wo: [32, 32] },
    norm2: { scale: [32], shift: [32] },
    mlp: { up: [64, 32], down: [32, 64] },
  }
  const variables = mapLeaves(sizes, [], (path, shape) => new td.Variable(weights(...shape), { name: path }))
  return function encoder(x, mask) {
    return encoderLayer(
      x,
      mapLeaves(variables, [], (_, variable) => variable.value),
      mask,
    )
  }
}

const mapLeaves = (tree, path, change) =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      path.length === 1 ? change([...path, key].join('.'), value) : mapLeaves(value, [...path, key], change),
    ]),
  )

function statistics(params, x) {
  const best = td.topK(x, 2)
  const noise = td.random.normal({ shape: [4] })
  const [low, high] = td.split(td.add(td.matmul(x, params.weight), td.add(params.bias, noise)), 2, {
    axis: 1,
  })
  return { low, high, best: { values: best.values, indices: best.indices } }
}

class Attention extends nn.Module {
  query = new nn.Linear(16, 16)
  key = new nn.Linear(16, 16)
  value = new nn.Linear(16, 16)

  forward(x) {
    return td.scaledDotProductAttention(this.query(x), this.key(x), this.value(x))
  }
}
class Layer extends nn.Module {
  attention = new Attention()
  norm = new nn.LayerNorm(16)

  forward(x) {
    return this.norm(td.add(x, this.attention(x)))
  }
}
class Classifier extends nn.Module {
  encoder = { layer: [new Layer(), new Layer()] }
  head = new nn.Linear(16, 3)

  forward(tokens) {
    const encoded = this.encoder.layer.reduce((x, layer) => layer(x), tokens)
    return td.softmax(this.head(td.mean(encoded, { axis: 1 })))
  }
}

export const modelPictures = {
  modules: () => [td.traceGraph(new Classifier(), { args: [weights(2, 5, 16)] }).forward, {}],
  classifier: () => [td.traceGraph(classifier, { args: [weights(1, 1, 8, 8)] }), { highlight: ['conv2d'] }],
  'encoder-layer': () => [
    td.traceGraph(encoderWithVariables(), { args: [weights(2, 16, 32), weights(16, 16)] }),
    {},
  ],
  'nested-arguments': () => [
    td.traceGraph(statistics, {
      args: [new td.Container({ weight: weights(6, 4), bias: weights(4) }), weights(4, 6)],
    }),
    {},
  ],
}
