import { beforeAll, describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { numjs } from '../src/index.ts'

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.loadBackend('numjs')
})

/** Small integers, whose sums are exact in every order; on the reference. */
function integers(shape: readonly number[], dtype: td.DType = 'float32'): td.NDArray {
  let seed = shape.reduce((n, size) => n * 31 + size, 7)
  const count = shape.reduce((n, size) => n * size, 1)
  const data = Int32Array.from({ length: count }, () => ((seed = (seed * 16807) % 2147483647) % 9) - 4)
  return td.reshape(td.astype(td.array(data), dtype), shape)
}

/** The same call here and on the reference. */
function expectSame(fn: (...x: td.NDArray[]) => td.NDArray, ...args: td.NDArray[]): void {
  const graph = td.traceGraph(fn, { args, to: 'numjs' })
  const [got, want] = [graph(...args), fn(...args)]
  expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape])
  expect(got.dataSync()).toEqual(want.dataSync())
}

describe.each(['float32', 'float64', 'float16', 'int32', 'uint8', 'int64'] as const)(
  'matmul of %s',
  (dtype) => {
    test.each([
      [1, 7, 9],
      [1, 64, 33],
      [3, 40, 8],
      [2, 33, 17],
      [5, 16, 13],
      [8, 8, 8],
      [9, 31, 6],
      [17, 40, 1],
      [0, 3, 2],
      [2, 0, 3],
    ])('%i x %i x %i', (m, k, n) => {
      const [x, y] = [integers([m, k], dtype), integers([k, n], dtype)]
      expectSame(td.matmul, x, y)
      expectSame(
        (a, b) => td.matmul(td.permuteDims(a, [1, 0]), td.permuteDims(b, [1, 0])),
        integers([k, m], dtype),
        integers([n, k], dtype),
      )
      expectSame((a, b) => td.matmul(td.flip(a), td.slice(b, [null, 0], [null, n])), x, y)
    })

    test('batches broadcast', () => {
      expectSame(td.matmul, integers([2, 1, 6, 9], dtype), integers([3, 9, 11], dtype))
      expectSame(td.matmul, integers([20], dtype), integers([3, 20, 5], dtype))
      expectSame(td.matmul, integers([3, 4, 20], dtype), integers([20], dtype))
      expectSame(td.matmul, integers([20], dtype), integers([20], dtype))
    })
  },
)

describe.each(['float32', 'float64', 'float16'] as const)('windows of %s', (dtype) => {
  test.each([
    { channels: 3, filters: 5, groups: 1, size: [7, 9], kernel: [3, 2], strides: [2, 1], padding: 1 },
    { channels: 4, filters: 8, groups: 4, size: [6, 5], kernel: [3, 3], strides: 1, padding: 0 },
    { channels: 4, filters: 4, groups: 4, size: [8, 8], kernel: [3, 3], strides: 1, padding: 1 },
    { channels: 6, filters: 7, groups: 1, size: [4, 4], kernel: [1, 1], strides: 1, padding: 0 },
  ])(
    'convolution $channels -> $filters, $groups groups',
    ({ channels, filters, groups, size, kernel, strides, padding }) => {
      const x = integers([2, channels, ...size], dtype)
      const w = integers([filters, channels / groups, ...kernel], dtype)
      expectSame(
        (a, b, bias) => td.conv2d(a, b, bias, { strides, padding, groups }),
        x,
        w,
        integers([filters], dtype),
      )
    },
  )

  test('one and three spatial axes, and gaps between the taps', () => {
    expectSame(
      (a, b) => td.conv1d(a, b, { dilations: 2, padding: 3 }),
      integers([1, 2, 11], dtype),
      integers([3, 2, 4], dtype),
    )
    expectSame(
      (a, b) => td.conv3d(a, b, { padding: 1 }),
      integers([1, 2, 4, 3, 5], dtype),
      integers([3, 2, 2, 3, 1], dtype),
    )
  })

  test('padding counts for nothing, also where a weight is not finite', () => {
    const w = td.astype(
      td.array([
        [
          [
            [Infinity, 1],
            [1, NaN],
          ],
        ],
      ]),
      dtype,
    )
    expectSame((a, b) => td.conv2d(a, b, { padding: 1 }), integers([1, 1, 3, 3], dtype), w)
  })

  test('pooling', () => {
    const x = integers([2, 3, 7, 6], dtype)
    expectSame((a) => td.maxPool2d(a, 3, { strides: 2, padding: 1 }), x)
    expectSame((a) => td.avgPool2d(a, 2, { strides: 2, padding: 1 }), td.multiply(x, 12))
    expectSame((a) => td.avgPool2d(a, 2, { padding: 1, countIncludePad: true }), x)
  })
})

describe('lines', () => {
  const long = integers([3, 300, 2])
  test.each([0, 1, 2])('sorted and searched along axis %i', (axis) => {
    for (const descending of [false, true]) {
      expectSame((x) => td.sort(x, { axis, descending }), long)
      expectSame((x) => td.argsort(x, { axis, descending }), long)
    }
    expectSame((x) => td.topK(x, 2, { axis }).indices!, long)
    expectSame((x) => td.argmax(x, { axis }), long)
    expectSame((x) => td.cumulativeSum(x, { axis, includeInitial: true }), long)
  })

  test('NaN', () => {
    const x = td.array([3, NaN, -0, Infinity, NaN, 1])
    for (const descending of [false, true]) {
      expectSame((a) => td.sort(a, { descending }), x)
      expectSame((a) => td.argsort(a, { descending }), x)
    }
    expectSame((a) => td.argmin(a), x)
  })

  test('taken by indices inside and outside of the axis', () => {
    const indices = td.array(Int32Array.of(0, -1, 299, 5))
    expectSame((x, i) => td.take(x, i, { axis: 1 }), long, indices)
    expectSame((x, i) => td.takeAlongAxis(x, i, { axis: 1 }), long, td.reshape(indices, [1, 4, 1]))
    expectSame((x, y) => td.concat([x, y, x], { axis: 1 }), long, integers([3, 40, 2]))
  })
})

test('a chain that is cut at calls goes on from block to block', () => {
  const chain = (x: td.NDArray, y: td.NDArray): td.NDArray => {
    const a = td.remainder(td.add(td.multiply(x, y), x), 5)
    const b = td.round(td.subtract(td.multiply(a, a), x))
    return td.multiply(td.remainder(td.add(td.add(a, b), y), 3), a)
  }
  for (const size of [1, 511, 512, 513, 1300]) {
    expectSame(chain, integers([size]), integers([size]))
    expectSame((x, y) => td.sum(chain(x, y)), integers([size]), integers([size]))
    expectSame((x, y) => td.sum(chain(x, y), { axis: 0 }), integers([3, size]), integers([size]))
    expectSame((x, y) => td.max(chain(x, y), { axis: 1 }), integers([3, size]), integers([3, 1]))
  }
})

test('sums of many elements keep the digits of float32', () => {
  const x = td.full([1e6], 0.1)
  const graph = td.traceGraph((a: td.NDArray) => td.sum(a), { args: [x], to: 'numjs' })
  expect(graph(x).item()).toBe(Math.fround(Math.fround(0.1) * 1e6))
})
