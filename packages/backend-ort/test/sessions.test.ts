import * as td from '@tendril/core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadOrt } from '../src/binding.ts'
import { ort } from '../src/index.ts'
import type { Ort } from '../src/onnxruntime.ts'

type A = td.NDArray

/** How many sessions were opened. */
let opened = 0

async function counting(): Promise<Ort> {
  const reached = await loadOrt()
  if (!reached.sync) throw new Error('the native binding is missing')
  return {
    ...reached,
    open(model, options) {
      opened++
      return reached.open(model, options)
    },
  }
}

beforeAll(async () => {
  td.registerBackend(ort({ load: counting, smallGraphs: false }))
  await td.loadBackend('ort')
})
beforeEach(() => td.setBackend('ort'))
afterEach(() => td.unsetBackend())

/** A number of elements from which sessions get threads is not passed on the way. */
const sizes = [1, 2, 3, 5, 8]

/** Small whole numbers, whose sums are exact in every order. */
const integers = (...shape: number[]): A => {
  const data = Float32Array.from(
    { length: shape.reduce((n, size) => n * size, 1) },
    (_, i) => ((i * 7919) % 11) - 5,
  )
  return td.reshape(td.array(data), shape)
}

interface Case {
  readonly fn: (x: A) => A
  readonly shape: (n: number) => readonly number[]
}

const cases: Readonly<Record<string, () => Case>> = {
  'an MLP': () => {
    const [w, b, v] = [integers(6, 16), integers(16), integers(16, 4)]
    return {
      fn: (x) => td.softmax(td.matmul(td.relu(td.add(td.matmul(x, w), b)), v)),
      shape: (n) => [n, 6],
    }
  },
  'a convolutional network': () => {
    const [kernel, head] = [integers(4, 3, 3, 3), integers(4 * 2 * 2, 5)]
    return {
      fn: (x) => {
        const maps = td.maxPool2d(td.relu(td.conv2d(x, kernel, { padding: 1 })), 2)
        return td.matmul(td.reshape(maps, [x.shape[0]!, -1]), head)
      },
      shape: (n) => [n, 3, 4, 4],
    }
  },
  'a convolution over images of any height': () => {
    const kernel = integers(4, 3, 3, 3)
    return { fn: (x) => td.relu(td.conv2d(x, kernel, { strides: 2 })), shape: (n) => [1, 3, 4 + n, 9] }
  },
  'attention over any sequence': () => ({
    fn: (x) => td.matmul(td.softmax(td.multiply(td.matmul(x, td.matrixTranspose(x)), 0.5)), x),
    shape: (n) => [2, n, 8],
  }),
  'heads split by reshapes': () => ({
    fn: (x) => {
      const [batch, length] = x.shape as [number, number]
      const heads = td.permuteDims(td.reshape(x, [batch, length, 4, 2]), [0, 2, 1, 3])
      const flat = td.reshape(heads, [batch * 4, length, 2])
      const back = td.permuteDims(td.reshape(flat, [batch, 4, length, 2]), [0, 2, 1, 3])
      return td.reshape(back, [batch, length, 8])
    },
    shape: (n) => [2, n, 8],
  }),
  'slices, padding and tiles': () => ({
    fn: (x) =>
      td.tile(
        td.pad(td.flip(x, { axis: 0 }), [
          [1, x.shape[0]!],
          [0, 0],
        ]),
        [2, 1],
      ),
    shape: (n) => [n, 3],
  }),
  'a loop over as many rows as there are': () => ({
    fn: (x) => td.scan((sum, row) => [td.add(sum, row), sum], td.zeros([3]), x)[0],
    shape: (n) => [n, 3],
  }),
}

describe('all sizes of a graph share a session', () => {
  test.each(Object.entries(cases))('%s', (_name, make) => {
    const { fn, shape } = make()
    const arrays = sizes.map((n) => integers(...shape(n)))
    const before = opened
    const graph = td.traceGraph(fn)
    const results = arrays.map((x) => graph(x))
    expect(opened - before).toBe(1)
    for (const [i, x] of arrays.entries()) expect(results[i]!.toArray()).toEqual(fn(x).toArray())
  })

  test('with many weights the first sizes have one, which is faster, and all others one', () => {
    const w = integers(256, 256)
    const graph = td.traceGraph((x: A) => td.relu(td.matmul(x, w)))
    const arrays = sizes.map((n) => integers(n, 256))
    const before = opened
    for (const x of arrays) graph(x)
    expect(opened - before).toBe(2)
  })

  test('small arrays are computed without threads, large ones with them', () => {
    const graph = td.traceGraph((x: A) => td.exp(td.sin(x)))
    const arrays = [10, 20, 100_000, 200_000, 30].map((n) => td.ones([n]))
    const before = opened
    for (const x of arrays) graph(x)
    expect(opened - before).toBe(2)
  })
})
