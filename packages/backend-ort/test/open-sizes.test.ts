import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'

// Files of functions whose sizes have names, run by onnxruntime at sizes that the function never saw, none among them.

type Fn = (x: td.NDArray) => td.NDArray

/** Each number is a token of three features. */
function attended(x: td.NDArray, mask: td.NDArray | null, isCausal = false): td.NDArray {
  const tokens = td.multiply(td.expandDims(x, -1), td.array([1, 0.5, -2]))
  return td.scaledDotProductAttention(tokens, tokens, tokens, mask, { isCausal })
}

const functions: Readonly<Record<string, Fn>> = {
  'roll along an open axis': (x) => td.roll(x, 2, { axis: 0 }),
  'roll backwards, along two axes': (x) => td.roll(x, [-7, 1], { axis: [0, 1] }),
  'roll along both open axes by one number': (x) => td.roll(x, 5, { axis: [0, 1] }),
  'roll of all elements': (x) => td.roll(x, 4),
  'linspace of as many': (x) => td.linspace(-1, 2, td.dim(x, 0)),
  'linspace without its end': (x) => td.linspace(3, 0.5, td.dim(x, 1), { endpoint: false }),
  'linspace of more': (x) => td.linspace(0, 1, td.dim(x, 0).plus(1), { dtype: 'float64' }),
  'einsum of products': (x) => td.einsum('ij,kj->ik', x, x),
  'einsum of sums': (x) => td.einsum('...j->...', x),
  'causal attention': (x) => attended(x, null, true),
  'attention with a mask': (x) => attended(x, td.greater(td.expandDims(x, 1), -1)),
  'causal attention with a mask': (x) => attended(x, td.greater(td.expandDims(x, 1), -1), true),
  'group norm': (x) => td.groupNorm(td.stack([x, td.multiply(x, 3)], { axis: 1 }), 2),
  'layer norm': (x) => td.layerNorm(x),
  softmax: (x) => td.softmax(x, { axis: 0 }),
  'sorted columns': (x) => td.sort(x, { axis: 0 }),
  'running sums': (x) => td.cumulativeSum(x, { axis: 1 }),
  'lower triangle': (x) => td.tril(x),
  'identity of that size': (x) => td.eye(td.dim(x, 1) as never),
  'a loop over rows': (x) => td.scan((c, row) => [td.add(c, 1), td.multiply(row, c)], 0, x)[1],
  'padded, tiled and flipped': (x) =>
    td.flip(
      td.tile(
        td.pad(x, [
          [1, 0],
          [0, 2],
        ]),
        [1, 2],
      ),
    ),
}

const at = (rows: number, columns: number): td.NDArray =>
  td.reshape(td.array(Float32Array.from({ length: rows * columns }, (_, i) => 2 * Math.sin(3 * i + 1))), [
    rows,
    columns,
  ])

const numbers = (data: unknown): readonly number[] => Array.from(data as Float32Array, Number)

test.each(Object.keys(functions))('%s', async (name) => {
  const fn = functions[name]!
  const graph = td.traceGraph(fn, { args: [td.spec('float32', ['n', 'm']) as never] })
  const session = await InferenceSession.create(exportOnnx(graph))
  expect(session.inputMetadata[0]).toMatchObject({ name: 'x', shape: ['n', 'm'] })
  // Halves of the channels in group norm.
  for (const [n, m] of [
    [3, 4],
    [1, 2],
    [6, 2],
    [2, 8],
    [0, 2],
  ] as const) {
    const x = at(n, m)
    const want = fn(x)
    const { y } = await session.run({ x: new Tensor('float32', x.dataSync() as Float32Array, [n, m]) })
    expect(y!.dims).toEqual(want.shape)
    const [got, right] = [numbers(y!.data), numbers(want.dataSync())]
    got.forEach((value, i) => expect(value).toBeCloseTo(right[i]!, 5))
  }
  await session.release()
})

const drawn: Readonly<Record<string, readonly [fn: Fn, least: number, most: number, mean: number]>> = {
  dropout: [(x) => td.dropout(td.onesLike(x), { rate: 0.25 }), 0, 4 / 3 + 1e-6, 1],
  uniform: [
    (x) => td.random.uniform({ low: 2, high: 4, shape: [td.dim(x, 0), td.dim(x, 1)] as never }),
    2,
    4,
    3,
  ],
  normal: [(x) => td.random.normal({ mean: 1, shape: [td.dim(x, 0), td.dim(x, 1)] as never }), -9, 11, 1],
  exponential: [
    (x) => td.random.exponential({ rate: 2, shape: [td.dim(x, 0), td.dim(x, 1)] as never }),
    0,
    99,
    0.5,
  ],
  bernoulli: [
    (x) => td.random.bernoulli(td.multiply(td.onesLike(x), 0.25), { dtype: 'float32' }),
    0,
    1,
    0.25,
  ],
  twice: [(x) => td.subtract(td.dropout(td.onesLike(x)), td.dropout(td.onesLike(x))), -2, 2, 0],
}

test.each(Object.keys(drawn))('%s draws as many numbers as there are, others each time', async (name) => {
  const [fn, least, most, mean] = drawn[name]!
  const graph = td.traceGraph(fn, { args: [td.spec('float32', ['n', 'm']) as never] })
  const session = await InferenceSession.create(exportOnnx(graph))
  const draw = async (n: number, m: number): Promise<readonly number[]> => {
    const { y } = await session.run({ x: new Tensor('float32', new Float32Array(n * m), [n, m]) })
    expect(y!.dims).toEqual([n, m])
    return numbers(y!.data)
  }
  const [some, others, few] = [await draw(100, 80), await draw(100, 80), await draw(1, 3)]
  expect(few.length).toBe(3)
  expect(some).not.toEqual(others)
  expect(new Set(some).size).toBeGreaterThan(1)
  expect(Math.min(...some)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...some)).toBeLessThanOrEqual(most)
  expect(some.reduce((sum, value) => sum + value, 0) / some.length).toBeCloseTo(mean, 1)
  await session.release()
})
