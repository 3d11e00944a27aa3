import * as td from '@tendril/core'
import { ort, type OrtOptions } from '@tendril/backend-ort'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Accuracy = NonNullable<OrtOptions['accuracy']>

const values = (shape: readonly number[], low: number, high: number): td.NDArray =>
  td.random.uniform({ key: td.random.key(7), shape: [...shape], low, high })

/** Whether onnxruntime's own operator is in the program of a function. */
function isWhole(operator: string, fn: (...arrays: td.NDArray[]) => unknown, ...shapes: number[][]): boolean {
  const graph = td.traceGraph(fn, { args: shapes.map((shape) => values(shape, -1, 1)) })
  return new RegExp(`= ${operator}\\b`).test(graph.toSource())
}

const floats = async (array: td.NDArray): Promise<number[]> => Array.from(await array.data(), Number)

const rows = [32, 128]
const weights = [128, 16]

describe.each<Accuracy>(['auto', 'exact', 'engine'])('accuracy: %s', (accuracy) => {
  const name = `ort-${accuracy}`
  beforeAll(async () => {
    td.registerBackend({ ...ort({ accuracy }), name })
    await td.setBackend(name)
  })
  afterAll(() => td.setBackend('reference'))

  it.each([
    ['the result', 'Gelu', (x) => td.gelu(x), [rows], false],
    ['a long sum', 'Gelu', (x, w) => td.matmul(td.gelu(x), w), [rows, weights], true],
    [
      'a long sum, by tanh',
      'Gelu',
      (x, w) => td.matmul(td.gelu(x, { approximate: true }), w),
      [rows, weights],
      true,
    ],
    [
      'a convolution',
      'Sigmoid',
      (x, w) => td.conv2d(td.silu(x), w),
      [
        [1, 32, 9, 9],
        [8, 32, 3, 3],
      ],
      true,
    ],
    [
      'moves and a long sum',
      'Mish',
      (x, w) => td.matmul(td.reshape(td.mish(x), [8, 4, 128]), w),
      [rows, weights],
      true,
    ],
    [
      'a product of elements and a long sum',
      'Sigmoid',
      (x, w) => td.matmul(td.multiply(x, td.sigmoid(x)), w),
      [rows, weights],
      true,
    ],
    [
      'a sum of elements',
      'Sigmoid',
      (x, w) => td.matmul(td.add(x, td.sigmoid(x)), w),
      [rows, weights],
      false,
    ],
    [
      'two long sums',
      'Sigmoid',
      (x, w) => {
        const y = td.sigmoid(x)
        return [td.matmul(y, w), td.matmul(td.negative(w).T, y.T)]
      },
      [rows, weights],
      true,
    ],
    [
      'a long sum and the result',
      'Gelu',
      (x, w) => {
        const y = td.gelu(x)
        return [y, td.matmul(y, w)]
      },
      [rows, weights],
      false,
    ],
    [
      'a move that is a result',
      'Gelu',
      (x, w) => {
        const y = td.gelu(x)
        return [y.T, td.matmul(y, w)]
      },
      [rows, weights],
      false,
    ],
    [
      'a short sum',
      'Gelu',
      (x, w) => td.matmul(td.gelu(x), w),
      [
        [32, 8],
        [8, 16],
      ],
      false,
    ],
    ['a sum of no products', 'Softplus', (x) => td.sum(td.softplus(x), { axis: 1 }), [rows], false],
  ] satisfies [string, string, (...arrays: td.NDArray[]) => unknown, number[][], boolean][])(
    'of what goes into %s',
    (_into, operator, fn, shapes, byUse) => {
      const expected = { auto: byUse, exact: false, engine: true }[accuracy]
      expect(isWhole(operator, fn as (...arrays: td.NDArray[]) => unknown, ...shapes)).toBe(expected)
    },
  )

  it('keeps special values', async () => {
    const x = td.array(
      [NaN, Infinity, -Infinity, -0, 0, 1e30, -1e30, 3, -3].map((y) => [y, ...Array(127).fill(0)]),
    )
    for (const fn of [td.gelu, td.silu, td.sigmoid, td.softplus, td.mish]) {
      const product = (a: td.NDArray, w: td.NDArray): td.NDArray => td.matmul(fn(a), w)
      const args = [td.astype(x, 'float32'), td.ones([128, 2])] as const
      const graph = td.traceGraph(product, { args })
      const expected = await td.withBackend('reference', () => {
        const same = td.array(args[0].dataSync(), { dtype: 'float32' }).reshape([9, 128])
        return floats(product(same, td.ones([128, 2])))
      })
      const found = await floats(graph(...args))
      const isRight = (y: number, i: number): boolean =>
        Object.is(found[i], y) || Math.abs(found[i]! - y) <= 1e-5 * Math.max(1, Math.abs(y))
      expect(expected.every(isRight)).toBe(true)
    }
  })

  it('is right to 1e-6 of what a sum adds up', async () => {
    const [x, w] = [values(rows, -6, 6), values(weights, -1, 1)]
    const product = (a: td.NDArray, b: td.NDArray): td.NDArray => td.matmul(td.gelu(a), b)
    const found = await floats(td.traceGraph(product, { args: [x, w] })(x, w))
    const [wide, most] = await td.withBackend('reference', async () => {
      const a = td.gelu(td.array(x.dataSync(), { dtype: 'float64' }).reshape(rows))
      const b = td.array(w.dataSync(), { dtype: 'float64' }).reshape(weights)
      return [await floats(td.matmul(a, b)), await floats(td.matmul(td.abs(a), td.abs(b)))] as const
    })
    const errors = found.map((y, i) => Math.abs(y - wide[i]!) / most[i]!)
    expect(Math.max(...errors)).toBeLessThan(1e-6)
  })
})

it('says what accuracy is', () => {
  expect(() => ort({ accuracy: 'fast' as 'exact' })).toThrow("it is 'auto', 'exact' or 'engine'")
})
