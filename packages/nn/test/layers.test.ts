import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { engines } from './support/engines.ts'

const key = td.random.key(7)
const some = (shape: readonly number[], seed = 1): td.NDArray =>
  td.random.normal({ shape: [...shape], key: td.random.key(seed) })

describe.each(engines)('layers on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  /** A module computes the same called, traced by itself, and traced by a function that closes over it. */
  function expectAll(module: nn.ArrayModule, x: td.NDArray, want: td.NDArray): void {
    expectClose(module(x), want)
    expectClose(td.traceGraph((v: td.NDArray) => module(v), { args: [x] })(x), want)
    expectClose(td.traceGraph(module, { args: [x] }).forward(x), want)
    expectClose(module.call(x), want)
  }

  test('Linear', () => {
    const layer = new nn.Linear(3, 2, { key })
    const x = some([4, 3])
    const product = td.matmul(x, td.matrixTranspose(layer.weight.value))
    expectAll(layer, x, td.add(product, layer.bias!.value))
    expectAll(new nn.Linear(3, 2, { key, bias: false }), x, product)
  })

  test('Conv1d', () => {
    const layer = new nn.Conv1d(2, 4, 3, { key, strides: 2, padding: [[1, 0]], dilations: 2, groups: 2 })
    const x = some([2, 2, 9])
    const settings = { strides: 2, padding: [[1, 0]], dilations: 2, groups: 2 }
    expect(layer.weight.value.shape).toEqual([4, 1, 3])
    expectAll(layer, x, td.conv1d(x, layer.weight.value, layer.bias!.value, settings))
  })

  test('Conv2d', () => {
    const options = { strides: [1, 2], padding: 'same', groups: 2, bias: false } as const
    const layer = new nn.Conv2d(4, 6, [3, 2], { key, ...options })
    const x = some([1, 4, 5, 6])
    expect(layer.weight.value.shape).toEqual([6, 2, 3, 2])
    expectAll(layer, x, td.conv2d(x, layer.weight.value, { strides: [1, 2], padding: 'same', groups: 2 }))
    expect(layer.bias).toBeNull()
  })

  test('LayerNorm and GroupNorm', () => {
    const layer = new nn.LayerNorm([2, 3])
    const x = some([4, 2, 3])
    layer.weight!.assign(some([2, 3], 2))
    const axis = [-2, -1]
    expectAll(layer, x, td.layerNorm(x, layer.weight!.value, layer.bias!.value, { axis }))
    expectAll(new nn.LayerNorm(3, { affine: false }), x, td.layerNorm(x))
    const group = new nn.GroupNorm(2, 4)
    const y = some([2, 4, 3])
    expectAll(group, y, td.groupNorm(y, 2))
    expect(() => layer(td.ones([3, 2]))).toThrow('the last axes of the first have to be as the second')
  })

  test('Embedding', () => {
    const layer = new nn.Embedding(5, 3, { key })
    const indices = td.array(
      [
        [0, 4],
        [2, 2],
      ],
      { dtype: 'int32' },
    )
    expectAll(layer, indices, td.take(layer.weight.value, indices, { axis: 0 }))
  })

  test('pooling', () => {
    const x = some([1, 2, 6, 7])
    expectAll(
      new nn.MaxPool2d(3, { strides: 2, padding: 1 }),
      x,
      td.maxPool2d(x, 3, { strides: 2, padding: 1 }),
    )
    expectAll(
      new nn.AvgPool2d([2, 3], { countIncludePad: true, padding: 1 }),
      x,
      td.avgPool2d(x, [2, 3], { countIncludePad: true, padding: 1 }),
    )
    expectAll(new nn.AdaptiveAvgPool2d(1), x, td.mean(x, { axis: [2, 3], keepdims: true }))
    expectAll(new nn.AdaptiveAvgPool2d([2, 3]), x, td.adaptiveAvgPool2d(x, [2, 3]))
    expectAll(new nn.GlobalAvgPool(), x, td.mean(x, { axis: [2, 3], keepdims: true }))
  })

  test('activations, Flatten and Identity', () => {
    const x = some([2, 3, 4])
    expectAll(new nn.ReLU(), x, td.relu(x))
    expectAll(new nn.GELU(), x, td.gelu(x))
    expectAll(new nn.GELU({ approximate: true }), x, td.gelu(x, { approximate: true }))
    expectAll(new nn.SiLU(), x, td.silu(x))
    expectAll(new nn.Sigmoid(), x, td.sigmoid(x))
    expectAll(new nn.Tanh(), x, td.tanh(x))
    expectAll(new nn.Softmax(1), x, td.softmax(x, { axis: 1 }))
    expectAll(new nn.LogSoftmax(), x, td.logSoftmax(x))
    expectAll(new nn.Flatten(), x, td.reshape(x, [2, 12]))
    expectAll(new nn.Flatten(0), x, td.reshape(x, [24]))
    expectAll(new nn.Flatten(2), x, x)
    expectAll(new nn.Identity(), x, x)
    expect(new nn.Flatten()(td.ones([0, 3, 2])).shape).toEqual([0, 6])
    expect(new nn.Flatten()(td.ones([2, 0, 2])).shape).toEqual([2, 0])
    expect(new nn.Flatten()(td.ones([3])).shape).toEqual([3, 1])
    expect(new nn.Flatten(0)(td.array(3)).shape).toEqual([1])
  })

  test('Flatten leaves the batch open in a graph', () => {
    let runs = 0
    const layer = new nn.Flatten()
    const graph = td.traceGraph((x: td.NDArray) => (runs++, layer(x)), { args: [some([2, 3, 4])] })
    expect(graph(some([5, 3, 4])).shape).toEqual([5, 12])
    expect(runs).toBe(1)
    expect(graph(some([0, 3, 4])).shape).toEqual([0, 12])
  })

  test('MLP and Sequential', () => {
    const mlp = new nn.MLP([3, 5, 4, 2], { key, activation: () => new nn.Tanh() })
    const x = some([6, 3])
    const [first, , second, , third] = mlp
    const hidden = td.tanh((second as nn.Linear)(td.tanh((first as nn.Linear)(x))))
    expectAll(mlp, x, (third as nn.Linear)(hidden))
    expect(Object.keys(mlp.stateDict())).toEqual(
      [0, 2, 4].flatMap((place) => [`${place}.weight`, `${place}.bias`]),
    )
  })

  test('attention and transformer encoders', () => {
    const x = some([2, 3, 4])
    const layer = new nn.MultiHeadAttention(4, 2, { key })
    const { inProjWeight, inProjBias, outProj } = layer
    const weights = [
      inProjWeight.value,
      inProjBias!.value,
      outProj.weight.value,
      outProj.bias!.value,
    ] as const
    expectAll(layer, x, td.multiHeadAttention(x, x, x, 2, ...weights))
    const mask = td.array([
      [true, false, true],
      [true, true, false],
      [true, true, true],
    ])
    const masked = td.traceGraph(
      (v: td.NDArray, allowed: td.NDArray) => layer(v, v, v, { mask: allowed, isCausal: true }),
      { args: [x, mask] },
    )
    const want = td.multiHeadAttention(x, x, x, 2, ...weights, mask, { isCausal: true })
    expectClose(masked(x, mask), want)

    const encoder = new nn.TransformerEncoder(2, 4, 2, { key, hiddenFeatures: 5 }).eval()
    const [one, two] = encoder.layers
    const step = (part: nn.TransformerEncoderLayer, v: td.NDArray): td.NDArray => {
      const a = part.norm1(td.add(v, part.selfAttn(v)))
      return part.norm2(td.add(a, part.linear2(td.relu(part.linear1(a)))))
    }
    expectAll(encoder, x, step(two!, step(one!, x)))
    const first = new nn.TransformerEncoder(1, 4, 2, { key, normFirst: true, activation: 'gelu' }).eval()
    const part = first.layers[0]!
    const a = td.add(x, part.selfAttn(part.norm1(x)))
    expectAll(first, x, first.norm!(td.add(a, part.linear2(td.gelu(part.linear1(part.norm2(a)))))))
  })
})
