import { describe, expect, it } from 'vitest'
import * as td from '../src/index.ts'

// What the gradient is where there is no slope, and where numbers end.

type A = td.NDArray
const f64 = (data: td.ArrayData): A => td.array(data, { dtype: 'float64' })
const slopes = (fn: (x: A) => A, data: td.ArrayData): unknown =>
  td
    .grad((x: A) => fn(x).sum())(f64(data))
    .toArray()
const inf = Infinity
const rounded = (x: number): number => (Number.isFinite(x) ? Math.round(x * 1e12) / 1e12 + 0 : x)

describe('at kinks', () => {
  it.each<[string, (x: A) => A, number[], number[]]>([
    ['relu', td.relu, [-1, 0, -0, 2, NaN], [0, 0, 0, 1, 0]],
    ['relu6', td.relu6, [0, 3, 6], [0, 1, 0]],
    ['abs', td.abs, [-2, 0, -0, 3], [-1, 0, 0, 1]],
    ['sign', td.sign, [-2, 0, 3], [0, 0, 0]],
    ['floor', td.floor, [1, 1.5], [0, 0]],
    ['clip', (x) => td.clip(x, -1, 1), [-2, -1, 0, 1, 2], [0, 0, 1, 0, 0]],
    ['maximum', (x) => td.maximum(x, 1), [0, 1, 2], [0, 0.5, 1]],
    ['minimum', (x) => td.minimum(x, 1), [0, 1, 2], [1, 0.5, 0]],
    ['max', (x) => td.max(x), [3, 1, 3, 3, 0, 3], [0.25, 0, 0.25, 0.25, 0, 0.25]],
    ['sort', (x) => td.sort(x).multiply(f64([1, 2, 3])), [3, 1, 2], [3, 1, 2]],
    ['hypot', (x) => td.hypot(x, 0), [0, 3, -3], [0, 1, -1]],
    ['vectorNorm', (x) => td.vectorNorm(x), [0, 0], [0, 0]],
    ['maxPool1d', (x) => td.maxPool1d(td.reshape(x, [1, 1, 4]), 2), [1, 1, 2, 0], [0.5, 0.5, 1, 0]],
  ])('%s', (_, fn, data, want) => {
    expect(slopes(fn, data)).toEqual(want)
  })
})

describe('where numbers end', () => {
  it.each<[string, (x: A) => A, number[], number[]]>([
    ['sqrt', td.sqrt, [0, 4, -1], [inf, 0.25, NaN]],
    ['log', td.log, [0, 2, inf], [inf, 0.5, 0]],
    ['exp', td.exp, [-inf, 0, 1000], [0, 1, inf]],
    ['sigmoid', td.sigmoid, [-1000, 0, 1000], [0, 0.25, 0]],
    ['tanh', td.tanh, [-1000, 0, 1000], [0, 1, 0]],
    ['softplus', (x) => td.softplus(x), [-1000, 0, 1000], [0, 0.5, 1]],
    ['elu', (x) => td.elu(x), [-1000, 1000, inf], [0, 1, 1]],
    ['selu', td.selu, [1000], [1.0507009873554805]],
    ['logaddexp', (x) => td.logaddexp(x, 0), [-inf, 0, 1000, inf], [0, 0.5, 1, 1]],
    ['logsumexp', (x) => td.logsumexp(x), [1000, 1000, -inf], [0.5, 0.5, 0]],
    ['logsumexp of nothing', (x) => td.logsumexp(x), [-inf, -inf], [0, 0]],
    ['softmax', (x) => td.softmax(x).multiply(f64([1, 0])), [1000, -1000], [0, 0]],
    ['logSoftmax', (x) => td.logSoftmax(x).multiply(f64([0, 1])), [1000, -1000], [-1, 1]],
    ['pow', (x) => td.pow(x, 2), [0, -3], [0, -6]],
    ['pow of a half', (x) => td.pow(x, 0.5), [0, 4], [inf, 0.25]],
    ['pow of zero', (x) => td.pow(x, 0), [0, 2], [0, 0]],
    ['an exponent', (x) => td.pow(f64([0, 0, 2]), x), [2, 0, 1], [0, 0, 2 * Math.LN2]],
    ['prod with zeros', (x) => td.prod(x), [0, 2, 3], [6, 0, 0]],
    ['prod with two zeros', (x) => td.prod(x), [0, 2, 0], [0, 0, 0]],
    ['cumulativeProd', (x) => td.cumulativeProd(x), [2, 0, 3], [1, 8, 0]],
    ['divide', (x) => td.divide(1, x), [0, 2], [-inf, -0.25]],
    ['where', (x) => td.where(td.greater(x, 0), x, td.stopGradient(td.log(x))), [-1, 2], [0, 1]],
    ['std of equals', (x) => td.variance(x), [1, 1], [0, 0]],
  ])('%s', (_, fn, data, want) => {
    expect((slopes(fn, data) as number[]).map(rounded)).toEqual(want.map(rounded))
  })

  it('where does not make NaN of a side that is not taken', () => {
    const safe = (x: A): A => td.where(td.greater(x, 0), td.log(td.where(td.greater(x, 0), x, 1)), 0)
    expect(slopes(safe, [0, 2])).toEqual([0, 0.5])
  })

  it('empty arrays and arrays without axes', () => {
    expect(td.grad((x: A) => td.sum(td.exp(x)))(td.zeros([0, 2])).shape).toEqual([0, 2])
    expect(td.grad((x: A) => td.prod(x))(td.zeros([0])).shape).toEqual([0])
    expect(slopes(td.square, 3)).toBe(6)
    expect(slopes((x) => td.max(x), 3)).toBe(1)
    expect(slopes((x) => td.prod(x), 3)).toBe(1)
    expect(slopes((x) => td.logsumexp(x), 3)).toBe(1)
  })
})
