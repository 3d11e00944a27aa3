import * as td from '@tendril/core'
import { exportOnnx, importOnnx, onnxText } from '@tendril/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'

type Fn = (x: td.NDArray) => td.NDArray

/** The operators of a file's nodes, in order. */
const operatorsOf = (file: Uint8Array): readonly string[] =>
  [...onnxText(file).matchAll(/^ {2}\S.*? = ([A-Z]\w*)/gm)].map(([, operator]) => operator!)

/** The elements that a file gives, and those that the graph gives. */
async function both(graph: td.Graph<Fn>, file: Uint8Array, data: Float32Array, shape: readonly number[]) {
  const session = await InferenceSession.create(file)
  const feeds = { [session.inputNames[0]!]: new Tensor('float32', data, shape) }
  const { [session.outputNames[0]!]: y } = await session.run(feeds)
  await session.release()
  const want = graph(td.reshape(td.array(data), [...shape])).dataSync()
  return { got: Array.from(y!.data as Float32Array), want: Array.from(want as Float32Array) }
}

/** Close, with infinities and NaN where they are right. */
function expectClose({ got, want }: { readonly got: number[]; readonly want: number[] }): void {
  const isClose = (value: number, right: number): boolean =>
    value === right ||
    (Number.isNaN(value) && Number.isNaN(right)) ||
    Math.abs(value - right) <= 1e-6 + 1e-4 * Math.abs(right)
  expect(got.length).toBe(want.length)
  expect(got.flatMap((value, i) => (isClose(value, want[i]!) ? [] : [[i, value, want[i]]]))).toEqual([])
}

const activations: Readonly<Record<string, Fn>> = {
  LeakyRelu: (x) => td.leakyRelu(x, { alpha: 0.1 }),
  Elu: (x) => td.elu(x, { alpha: 0.7 }),
  Celu: (x) => td.celu(x, { alpha: 0.7 }),
  Selu: td.selu,
  PRelu: (x) => td.prelu(x, td.array([0.25])),
  HardSigmoid: td.hardSigmoid,
  HardSwish: td.hardswish,
  Softsign: td.softsign,
  Softplus: (x) => td.softplus(x),
  Sigmoid: td.sigmoid,
  Mish: td.mish,
}

const special = '-Infinity -3e38 -100 -30 -3 -0.5 -1e-5 -1e-30 -0 0 1e-40 1e-30 0.5 3 30 1e30 Infinity NaN'
  .split(' ')
  .map(Number)

describe.each([18, 26])('a file of opset %i', (opset) => {
  test.each(Object.keys(activations))('has %s whole', async (operator) => {
    const graph = td.traceGraph(activations[operator]!, { args: [td.ones([3])] })
    const file = exportOnnx(graph, { opset })
    expect(operatorsOf(file)).toEqual([operator])
    expectClose(await both(graph, file, Float32Array.from(special), [special.length]))
  })
})

const ofChannels = [td.array([1, 2, -1, 0.5]), td.array([0, 1, 2, 3])] as const
const spread = td.reshape(td.arange(24, null, 1, { dtype: 'float32' }), [4, 2, 3])
const windows = { strides: 2, padding: [[1, 0]], outputPadding: 1, dilations: 2, groups: 2 } as const
const arrays: Readonly<Record<string, Fn>> = {
  ConvTranspose: (x) => td.conv1dTranspose(x, spread, ofChannels[0], windows),
  GroupNormalization: (x) => td.groupNorm(x, 2, ...ofChannels),
  InstanceNormalization: (x) => td.instanceNorm(x, ...ofChannels),
  RMSNormalization: (x) => td.rmsNorm(x, td.array([1, 2, -3])),
  BatchNormalization: (x) =>
    td.batchNorm(x, ...ofChannels, td.array([1, 2, 0.5, 3]), td.array([0, -1, 2, 1])),
  ReduceLogSumExp: (x) => td.logsumexp(x, { axis: 1 }),
  Resize: (x) => td.interpolate(x, 9),
  Tile: (x) => td.tile(x, [1, 2, 1]),
  Trilu: (x) => td.tril(x, { k: 1 }),
}

describe.each(Object.keys(arrays))('%s', (operator) => {
  const graph = td.traceGraph(arrays[operator]!, { args: [td.spec('float32', [2, 4, 3]) as never] })
  const data = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i) * 3 + 2)

  test('is one node of a file', async () => {
    const file = exportOnnx(graph)
    expect(operatorsOf(file)).toEqual([operator])
    expectClose(await both(graph, file, data, [2, 4, 3]))
  })

  test('runs as it did before there was the operator', async () => {
    expectClose(await both(graph, exportOnnx(graph, { opset: 18 }), data, [2, 4, 3]))
  })
})

test('norms without a weight take their sizes from the array', async () => {
  const norms: readonly Fn[] = [
    (x) => td.groupNorm(x, 2),
    td.instanceNorm,
    (x) => td.rmsNorm(x, null, { axis: [1, 2] }),
  ]
  for (const norm of norms) {
    const graph = td.traceGraph(norm, { args: [td.ones([2, 4, 3])] })
    const data = Float32Array.from({ length: 24 }, (_, i) => Math.cos(i))
    expectClose(await both(graph, exportOnnx(graph), data, [2, 4, 3]))
  }
})

test('division by stored integers, and elements at stored indices, need no guard', () => {
  const numbers = td.array([7, -7, 6], { dtype: 'int32' })
  const file = (fn: Fn): Uint8Array => exportOnnx(td.traceGraph(fn, { args: [numbers] }))
  const by = td.array([2, 3, -2], { dtype: 'int32' })
  expect(operatorsOf(file((x) => td.truncDivide(x, by)))).toEqual(['Div'])
  expect(operatorsOf(file((x) => td.fmod(x, by)))).toEqual(['Mod'])
  expect(operatorsOf(file((x) => td.truncDivide(x, td.array([2, 0, 1], { dtype: 'int32' }))))).toContain(
    'Equal',
  )
  expect(operatorsOf(file((x) => td.take(x, td.array([0, -1], { dtype: 'int64' }))))).toEqual(['Gather'])
  // Of an axis of an unknown size only the first and the last element are sure to be there.
  expect(operatorsOf(file((x) => td.take(x, td.array([2], { dtype: 'int64' }))))).toContain('Shape')
})

test('what was imported as one node is exported as one', () => {
  const models = Object.entries({ ...activations, ...arrays }).map(
    ([operator, fn]) =>
      [
        operator,
        exportOnnx(
          td.traceGraph(fn, {
            args: [operator in arrays ? (td.spec('float32', [2, 4, 3]) as never) : td.ones([3])],
          }),
        ),
      ] as const,
  )
  for (const [operator, model] of models) {
    expect(operatorsOf(exportOnnx(importOnnx(model), { opset: 26 }))).toEqual([operator])
  }
})

describe('attention', () => {
  const of = (shape: readonly number[], seed: number): td.NDArray =>
    td.reshape(
      td.sin(
        td.multiply(
          td.arange(
            shape.reduce((n, size) => n * size, 1),
            null,
            1,
            { dtype: 'float32' },
          ),
          seed,
        ),
      ),
      [...shape],
    )
  const [key, value] = [of([2, 3, 5, 4], 0.7), of([2, 3, 5, 6], 0.9)]
  // A query that may attend to nothing gives zeros.
  const mask = td.reshape(
    td.greater(of([2, 3, 7, 5], 1.3), td.array([[2], [0], [0], [0], [0], [0], [0]])),
    [2, 3, 7, 5],
  )
  const ways: Readonly<Record<string, Fn>> = {
    plain: (q) => td.scaledDotProductAttention(q, key, value),
    scaled: (q) => td.scaledDotProductAttention(q, key, value, null, { scale: 0.3 }),
    causal: (q) => td.scaledDotProductAttention(q, key, value, null, { isCausal: true }),
    masked: (q) => td.scaledDotProductAttention(q, key, value, mask),
    'masked and causal': (q) => td.scaledDotProductAttention(q, key, value, mask, { isCausal: true }),
  }

  test.each(Object.keys(ways))('%s is one node of a file, and more of an older one', async (way) => {
    const graph = td.traceGraph(ways[way]!, { args: [of([2, 3, 7, 4], 1)] })
    const file = exportOnnx(graph)
    expect(operatorsOf(file)).toEqual(['Attention'])
    const older = exportOnnx(graph, { opset: 23 })
    expect(operatorsOf(older)).toContain('Softmax')
    const data = of([2, 3, 7, 4], 1.1).dataSync() as Float32Array
    for (const one of [file, older]) expectClose(await both(graph, one, data, [2, 3, 7, 4]))
    expect(operatorsOf(exportOnnx(importOnnx(file)))).toEqual(['Attention'])
  })

  test('with a mask that is added, or batches that broadcast, is spelled out', () => {
    const added = td.traceGraph(
      (q: td.NDArray) => td.scaledDotProductAttention(q, key, value, td.zeros([7, 5])),
      {
        args: [of([2, 3, 7, 4], 1)],
      },
    )
    const broad = td.traceGraph((q: td.NDArray) => td.scaledDotProductAttention(q, key, value), {
      args: [of([1, 3, 7, 4], 1)],
    })
    for (const graph of [added, broad]) expect(operatorsOf(exportOnnx(graph))).not.toContain('Attention')
  })
})

/** The operators without those that prepare weights. */
const coreOf = (file: Uint8Array): readonly string[] =>
  operatorsOf(file).filter((operator) => !/^(Split|Concat|Squeeze|Unsqueeze|Expand|Shape)$/.test(operator))

const wave = (shape: readonly number[], step: number): td.NDArray =>
  td.reshape(
    td.array(
      Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, (_, i) => Math.sin(i * step) * 2),
    ),
    [...shape],
  )

describe('recurrent layers', () => {
  const [hidden, cell] = [wave([2, 3], 0.3), wave([2, 3], 0.7)]
  const of = (gates: number) =>
    [
      wave([gates * 3, 4], 0.9),
      wave([gates * 3, 3], 1.1),
      wave([gates * 3], 1.3),
      wave([gates * 3], 1.7),
    ] as const
  const layers: Readonly<Record<string, Fn>> = {
    LSTM: (x) => td.lstm(x, hidden, cell, ...of(4)).outputs,
    GRU: (x) => td.gru(x, hidden, ...of(3)).outputs,
    RNN: (x) => td.rnn(x, hidden, ...of(1), { nonlinearity: 'relu' }).outputs,
    'LSTM without biases': (x) => td.lstm(x, hidden, cell, of(4)[0], of(4)[1]).cell,
    'GRU with one bias': (x) => td.gru(x, hidden, of(3)[0], of(3)[1], null, of(3)[2]).hidden,
  }

  test.each(Object.keys(layers))('%s is one node of a file, for any number of steps', async (name) => {
    const graph = td.traceGraph(layers[name]!, { args: [td.spec('float32', ['steps', 2, 4]) as never] })
    for (const opset of [18, 26]) {
      const file = exportOnnx(graph, { opset })
      expect(coreOf(file)).toEqual([name.split(' ')[0]])
      for (const steps of [1, 5]) {
        const x = wave([steps, 2, 4], 0.21)
        expectClose(await both(graph, file, x.dataSync() as Float32Array, [steps, 2, 4]))
      }
    }
  })
})

test('sums of exponentials are one node, with infinities and NaN', async () => {
  const graph = td.traceGraph((x: td.NDArray) => td.logsumexp(x, { axis: -1 }), { args: [td.ones([5, 3])] })
  const rows = [
    -Infinity,
    -Infinity,
    -Infinity,
    Infinity,
    1,
    -Infinity,
    1000,
    1000,
    -3e38,
    1,
    NaN,
    2,
    -0,
    0,
    1e-30,
  ]
  const file = exportOnnx(graph)
  expect(operatorsOf(file)).toEqual(['ReduceLogSumExp'])
  expectClose(await both(graph, file, Float32Array.from(rows), [5, 3]))
})

const isMultiple = (one: number, of: number): boolean => one % of === 0

test.each(['nearest', 'linear', 'cubic'] as const)('images are resized by one node (%s)', async (mode) => {
  for (const alignCorners of [false, true]) {
    for (const size of [
      [8, 9],
      [4, 12],
      [2, 3],
      [1, 1],
      [7, 5],
    ]) {
      const graph = td.traceGraph((x: td.NDArray) => td.interpolate(x, size, { mode, alignCorners }), {
        args: [td.spec('float32', ['n', 'c', 4, 3]) as never],
      })
      const file = exportOnnx(graph)
      const isWhole = mode !== 'nearest' || size.every((one, i) => isMultiple(one, [4, 3][i]!))
      expect(operatorsOf(file).includes('Resize')).toBe(isWhole)
      expectClose(await both(graph, file, wave([2, 3, 4, 3], 0.7).dataSync() as Float32Array, [2, 3, 4, 3]))
    }
  }
})

test('vectors with one value are made by OneHot, also of indices that name no place', async () => {
  const fn = (x: td.NDArray): td.NDArray =>
    td.oneHot(td.astype(x, 'int64'), 4, { onValue: 2, offValue: -1, axis: 0 })
  const graph = td.traceGraph(fn, { args: [td.ones([6])] })
  const file = exportOnnx(graph)
  expect(operatorsOf(file)).toContain('OneHot')
  expectClose(await both(graph, file, Float32Array.of(0, 3, 4, -1, -4, 9), [6]))
})

test('groups of open batches, and rows of tables at any index', async () => {
  const args = [td.spec('float32', ['n', 4, 3]) as never]
  const group = td.traceGraph((x: td.NDArray) => td.groupNorm(x, 2, ...ofChannels), { args })
  expect(operatorsOf(exportOnnx(group))).toEqual(['GroupNormalization'])
  expectClose(
    await both(group, exportOnnx(group), wave([5, 4, 3], 0.4).dataSync() as Float32Array, [5, 4, 3]),
  )
  const table = wave([5, 2], 0.9)
  const rows = td.traceGraph((x: td.NDArray) => td.embedding(table, td.astype(x, 'int64')), {
    args: [td.ones([4])],
  })
  expect(operatorsOf(exportOnnx(rows))).toEqual(['Cast', 'Clip', 'Gather'])
  expectClose(await both(rows, exportOnnx(rows), Float32Array.of(0, 4, -5, -1), [4]))
  expectClose(await both(rows, exportOnnx(rows), Float32Array.of(99, -99, 5, -6), [4]))
})
