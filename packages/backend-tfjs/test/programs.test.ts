import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

type Fn = (...arrays: td.NDArray[]) => td.NDArray

beforeAll(async () => {
  await td.loadBackend('tfjs:cpu')
  await td.loadBackend('tfjs:wasm')
})
afterEach(() => td.unsetBackend())

/** Small integers, whose sums and products are exact in every order. */
const integers = (shape: readonly number[], seed = 1): td.NDArray => {
  const size = shape.reduce((n, each) => n * each, 1)
  const data = Float32Array.from({ length: size }, (_, i) => (((i + seed) * 7919) % 11) - 5)
  return td.reshape(td.array(data), shape)
}

/** What a traced function gives on the current engine. */
function traced(fn: Fn, ...args: td.NDArray[]): td.NDArray {
  return (td.traceGraph(fn, { args }) as unknown as Fn)(...args)
}

const { matmul, add, relu, permuteDims, sum, multiply } = td
const convolved = (
  x: td.NDArray,
  w: td.NDArray,
  settings: { groups?: number; stride?: number } = {},
): td.NDArray =>
  td.convolution(x, w, [settings.stride ?? 1, settings.stride ?? 1], [1, 1, 0, 0], [1, 1], {
    groups: settings.groups ?? 1,
  })

const cases: Record<string, { fn: Fn; shapes: readonly (readonly number[])[] }> = {
  'a product with a bias and an activation': {
    fn: (x, w, b) => relu(add(matmul(x, w), b)),
    shapes: [[5, 7], [7, 3], [3]],
  },
  // The wasm kernel pads six axes at most.
  'padding of eight axes, some of them side by side left as they are': {
    fn: (x) =>
      td.pad(x, [
        [0, 0],
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 2],
        [0, 0],
        [0, 1],
        [1, 1],
      ]),
    shapes: [[2, 3, 1, 2, 1, 2, 2, 2]],
  },
  'padding of seven axes': {
    fn: (x) =>
      td.pad(
        x,
        Array.from({ length: 7 }, (_, i) => [1, i % 2]),
      ),
    shapes: [[2, 1, 2, 1, 2, 1, 2]],
  },
  'a bias of two axes, given first': {
    fn: (x, w, b) => add(b, matmul(x, w)),
    shapes: [
      [5, 7],
      [7, 3],
      [1, 3],
    ],
  },
  'a bias that is a reshaped array': {
    fn: (x, w, b) => add(matmul(x, w), td.reshape(b, [3])),
    shapes: [
      [5, 7],
      [7, 3],
      [3, 1],
    ],
  },
  'a sum that is no bias': {
    fn: (x, w, b) => add(matmul(x, w), b),
    shapes: [
      [5, 7],
      [7, 3],
      [5, 1],
    ],
  },
  'a product that is used twice': {
    fn: (x, w, b) => {
      const y = matmul(x, w)
      return multiply(add(y, b), y)
    },
    shapes: [[5, 7], [7, 3], [3]],
  },
  'a product with itself': { fn: (x) => add(matmul(x, x), matmul(x, x)), shapes: [[3, 3]] },
  'transposed factors': {
    fn: (x, w) => matmul(permuteDims(x, [1, 0]), permuteDims(w, [1, 0])),
    shapes: [
      [7, 5],
      [3, 7],
    ],
  },
  'stacks against one matrix': { fn: (x, w, b) => add(matmul(x, w), b), shapes: [[2, 3, 5, 7], [7, 3], [3]] },
  'one matrix against stacks': {
    fn: (x, w) => matmul(x, w),
    shapes: [
      [5, 7],
      [2, 3, 7, 3],
    ],
  },
  'stacks that broadcast': {
    fn: (x, w) => matmul(x, w),
    shapes: [
      [2, 1, 5, 7],
      [3, 7, 3],
    ],
  },
  'transposed stacks': {
    fn: (x, w) => matmul(permuteDims(x, [0, 2, 1]), w),
    shapes: [
      [4, 7, 5],
      [7, 3],
    ],
  },
  'a block of convolutions': {
    fn: (x, w, b) => {
      const y = relu(add(convolved(x, w), td.reshape(b, [4, 1, 1])))
      return add(relu(convolved(y, w)), x)
    },
    shapes: [[2, 4, 5, 6], [4, 4, 2, 2], [4]],
  },
  'a convolution that ends in a mean': {
    fn: (x, w) => sum(convolved(x, w), { axis: [2, 3] }),
    shapes: [
      [2, 4, 5, 6],
      [3, 4, 2, 2],
    ],
  },
  'a convolution that ends in a sum with its axes kept': {
    fn: (x, w) => sum(convolved(x, w), { axis: 1, keepdims: true }),
    shapes: [
      [2, 4, 5, 6],
      [3, 4, 2, 2],
    ],
  },
  'grouped convolutions': {
    fn: (x, w) => convolved(x, w, { groups: 2, stride: 2 }),
    shapes: [
      [2, 4, 5, 6],
      [6, 2, 2, 2],
    ],
  },
  'a group for each channel': {
    fn: (x, w) => convolved(x, w, { groups: 4 }),
    shapes: [
      [2, 4, 5, 6],
      [8, 1, 2, 2],
    ],
  },
  'pools, slices and joins between convolutions': {
    fn: (x, w) => {
      const y = td.maxPooling(convolved(x, w), [2, 2], [2, 2], [0, 0, 0, 0], [1, 1])
      const z = td.concat([y, td.flip(y, { axis: 2 })], { axis: 1 })
      return td.slice(z, [0, 1, null, 0], [null, null, null, null], { steps: [1, 2, 1, 1] } as never)
    },
    shapes: [
      [2, 4, 6, 6],
      [4, 4, 2, 2],
    ],
  },
  'a result that is a view of an argument': { fn: (x) => td.reshape(x, [-1]), shapes: [[2, 3]] },
  'a result that is a transposed argument': { fn: (x) => permuteDims(x, [2, 0, 1]), shapes: [[2, 3, 4]] },
}

describe.each(['cpu', 'wasm'])('programs of %s', (device) => {
  test.each(Object.keys(cases))('%s', async (name) => {
    const { fn, shapes } = cases[name]!
    const want = fn(...shapes.map((shape, i) => integers(shape, i))).toArray()
    await td.setBackend(`tfjs:${device}`)
    const got = traced(fn, ...shapes.map((shape, i) => integers(shape, i)))
    expect(got.toArray()).toEqual(want)
  })

  test('NaN passes through a product with a bias and an activation', async () => {
    await td.setBackend(`tfjs:${device}`)
    const x = td.array([[NaN, 1, -Infinity]])
    const y = traced(
      (a, w, b) => relu(add(matmul(a, w), b)),
      x,
      td.array([
        [1, 0],
        [1, 1],
        [0, 0],
      ]),
      td.array([1, 1]),
    )
    expect(y.toArray()).toEqual([[NaN, NaN]])
  })

  test.each([
    ['NaN in the array', [NaN, 1, 2, 3], [1, 1], [NaN, 3, 5]],
    ['NaN in the weights', [0, 1, 2, 3], [NaN, 1], [NaN, NaN, NaN]],
    ['infinities that cancel', [Infinity, -Infinity, 2, 3], [1, 1], [NaN, 0, 5]],
    ['sums that overflow', [3e38, 3e38, 2, 3], [1, 1], [Infinity, 3e38, 5]],
  ])('a convolution and an activation with %s', async (_, data, weights, want) => {
    await td.setBackend(`tfjs:${device}`)
    const x = td.reshape(td.array(data), [1, 1, 1, 4])
    const w = td.reshape(td.array(weights), [1, 1, 1, 2])
    const fn: Fn = (a) => relu(td.convolution(a, w, [1, 1], [0, 0, 0, 0], [1, 1]))
    const rounded = want.map(Math.fround)
    expect(traced(fn, x).toArray()).toEqual([[[rounded]]])
    const pooled: Fn = (a) => td.maxPooling(fn(a), [1, 1], [1, 1], [0, 0, 0, 0], [1, 1])
    expect(traced(pooled, x).toArray()).toEqual([[[rounded]]])
  })

  test('other sizes give the same text', async () => {
    await td.setBackend(`tfjs:${device}`)
    const sources = [2, 3, 17].map((n) => {
      const [x, w] = [integers([n, 4]), integers([4, n])]
      const graph = td.traceGraph((a: td.NDArray, b: td.NDArray) => relu(add(matmul(a, b), 1.5)), {
        args: [x, w],
      })
      return graph.toSource().replaceAll(/\d+/g, '#')
    })
    expect(new Set(sources).size).toBe(1)
  })

  test('10,000 calls leave nothing behind', async () => {
    await td.setBackend(`tfjs:${device}`)
    const w = integers([4, 4, 2, 2])
    const fn: Fn = (x, y) => {
      const z = relu(add(convolved(x, w), td.reshape(y, [4, 1, 1])))
      return add(
        sum(td.argmax(z, { axis: 1 }), { axis: [1, 2] }),
        matmul(td.reshape(x, [1, -1]), td.reshape(x, [-1, 1])),
      )
    }
    const [x, y] = [integers([1, 4, 3, 3]), integers([4])]
    const graph = td.traceGraph(fn, { args: [x, y] }) as unknown as Fn
    graph(x, y).dispose()
    const backend = tf.findBackend(device)
    const before = [backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]
    for (let i = 0; i < 10_000; i++) graph(x, y).dispose()
    expect([backend.numDataIds(), tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before)
  })

  test('several results that share their data are freed on their own', async () => {
    await td.setBackend(`tfjs:${device}`)
    const x = integers([2, 3])
    const graph = td.traceGraph(
      (a: td.NDArray) => [td.reshape(a, [6]), td.reshape(add(a, 1), [3, 2]), add(a, 1)],
      {
        args: [x],
      },
    ) as unknown as (a: td.NDArray) => td.NDArray[]
    graph(x).forEach((result) => result.dispose())
    const before = tf.findBackend(device).numDataIds()
    const [a, b, c] = graph(x) as [td.NDArray, td.NDArray, td.NDArray]
    a.dispose()
    b.dispose()
    expect(c.toArray()).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ])
    expect(x.toArray()).toEqual([
      [5, 4, 3],
      [2, 1, 0],
    ])
    c.dispose()
    expect(tf.findBackend(device).numDataIds()).toBe(before)
  })
})

test('both devices compute side by side, whatever the current backend of tfjs is', async () => {
  await tf.setBackend('cpu')
  const results: number[][] = []
  for (const device of ['wasm', 'cpu', 'wasm']) {
    await td.setBackend(`tfjs:${device}`)
    const x = td.array([1, 2, 3])
    expect(x.device).toBe(device)
    results.push(td.multiply(x, x).toArray() as number[])
  }
  expect(results).toEqual([
    [1, 4, 9],
    [1, 4, 9],
    [1, 4, 9],
  ])
  expect(tf.getBackend()).toBe('cpu')
})
