import { describe, expect, test } from 'vitest'
import {
  all,
  any,
  argmax,
  argmin,
  argsort,
  countNonzero,
  cumulativeProd,
  cumulativeSum,
  diff,
  logsumexp,
  max,
  mean,
  min,
  prod,
  searchsorted,
  sort,
  std,
  sum,
  topK,
  variance,
  vectorNorm,
  zeros,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, f64, i32, of } from './support/arrays.ts'
import { messageOf } from './support/messages.ts'

const [inf, nan] = [Infinity, NaN]
const grid = f32([
  [1, 5, 3],
  [4, 2, 6],
])

describe('sums and products', () => {
  test('reduce all axes, some, or none', () => {
    expectArray(sum(grid), 'float32', 21)
    expectArray(sum(grid, { axis: -1 }), 'float32', [9, 12])
    expectArray(sum(grid, { axis: [0, 1], keepdims: true }), 'float32', [[21]])
    expectArray(sum(grid, { axis: [] }), 'float32', elementsOf(grid))
    expectArray(prod(grid, { axis: 0 }), 'float32', [4, 10, 18])
    expectArray(sum(f32(3)), 'float32', 3)
    expect(messageOf(() => sum(grid, { axis: 2 }))).toBe("sum: 'axis' is 2: it has to lie in [-2, 1].")
    expect(messageOf(() => sum(grid, { axis: [0, -2] }))).toBe(
      "sum: 'axis' is [0, -2]: an axis is named twice.",
    )
    expect(messageOf(() => sum(f32(1), { axis: 0 }))).toBe(
      "sum: 'axis' is 0: an array without axes has none.",
    )
  })

  test('of no elements are 0 and 1', () => {
    expectArray(sum(zeros([0])), 'float32', 0)
    expectArray(prod(zeros([2, 0]), { axis: 1 }), 'float32', [1, 1])
    expect(sum(zeros([0, 2]), { axis: 1 }).shape).toEqual([0])
  })

  test('small integers and bool widen, a dtype is taken first', () => {
    expectArray(sum(of('int8', [127, 127])), 'int32', 254)
    expectArray(sum(of('uint16', [65535, 1])), 'uint32', 65536)
    expectArray(sum(of('bool', [true, true])), 'int32', 2)
    expectArray(prod(of('bool', [true, false])), 'int32', 0)
    expectArray(sum(of('int64', [2n ** 62n, 2n ** 62n])), 'int64', -(2n ** 63n))
    expectArray(sum(of('uint64', [1n])), 'uint64', 1n)
    expectArray(sum(i32([2147483647, 1])), 'int32', -2147483648)
    expectArray(prod(i32([65537, 65537])), 'int32', 131073)
    expectArray(sum(of('int8', [127, 127]), { dtype: 'int8' }), 'int8', -2)
    expectArray(sum(f32([1.5, 1.5]), { dtype: 'int32' }), 'int32', 2)
    expectArray(sum(of('float16', [1, 2])), 'float16', 3)
    expect(messageOf(() => sum(f32([1]), { dtype: 'bool' }))).toBe(
      'sum: dtype bool: it takes numeric arrays.\nConvert the array first: astype(x, dtype).',
    )
  })

  test('keep infinities and NaN', () => {
    expectArray(sum(f32([inf, 1])), 'float32', inf)
    expectArray(sum(f32([inf, -inf])), 'float32', nan)
    expectArray(prod(f32([inf, 0])), 'float32', nan)
  })
})

describe('extremes', () => {
  test('the first NaN wins, 0 is larger than -0', () => {
    expectArray(max(grid, { axis: 0 }), 'float32', [4, 5, 6])
    expectArray(min(grid, { axis: 1, keepdims: true }), 'float32', [[1], [2]])
    expectArray(max(f32([1, nan, 3])), 'float32', nan)
    expectArray(min(f32([nan, 3])), 'float32', nan)
    expectArray(max(f32([-0, 0])), 'float32', 0)
    expectArray(min(f32([0, -0])), 'float32', -0)
    expectArray(max(f32([-inf])), 'float32', -inf)
    expectArray(max(of('int64', [2n ** 60n, 2n ** 60n + 1n])), 'int64', 2n ** 60n + 1n)
    expectArray(min(of('uint8', [200, 3])), 'uint8', 3)
  })

  test('there is none of no elements', () => {
    const rule = 'there is none among no elements.\nReduce over axes that have elements.'
    expect(messageOf(() => max(zeros([0])))).toBe(`max: shape [0] does not fit: ${rule}`)
    expect(messageOf(() => min(zeros([2, 0]), { axis: 1 }))).toBe(`min: shape [2,0] does not fit: ${rule}`)
    expect(messageOf(() => argmax(zeros([0, 2]), { axis: 0 }))).toBe(
      `argmax: shape [0,2] does not fit: ${rule}`,
    )
    expect(max(zeros([2, 0]), { axis: 0 }).shape).toEqual([0])
    expect(messageOf(() => max(of('bool', [true])))).toBe(
      'max: dtype bool: it takes real arrays.\nConvert the array first: astype(x, dtype).',
    )
  })

  test('argmax and argmin give the first of equals, the first NaN of all', () => {
    expectArray(argmax(f32([1, 5, 5])), 'int32', 1)
    expectArray(argmin(f32([1, 0, -0])), 'int32', 1)
    expectArray(argmax(f32([1, nan, nan])), 'int32', 1)
    expectArray(argmin(f32([nan, -inf])), 'int32', 0)
    expectArray(argmax(grid), 'int32', 5)
    expectArray(argmax(grid, { axis: 0 }), 'int32', [1, 0, 1])
    expectArray(argmin(grid, { axis: -1, keepdims: true }), 'int32', [[0], [1]])
    expectArray(argmax(grid, { keepdims: true }), 'int32', [[5]])
    expectArray(argmax(f32(3)), 'int32', 0)
    expectArray(argmax(of('int64', [1n, 2n])), 'int32', 1)
  })
})

describe('truth', () => {
  test('any and all take every dtype, NaN is true', () => {
    expectArray(any(f32([0, nan])), 'bool', true)
    expectArray(all(f32([1, -0])), 'bool', false)
    expectArray(any(zeros([0])), 'bool', false)
    expectArray(all(zeros([0])), 'bool', true)
    expectArray(all(of('int64', [1n, 2n])), 'bool', true)
    expectArray(any(grid, { axis: 1, keepdims: true }), 'bool', [[true], [true]])
    expectArray(countNonzero(f32([0, -0, nan, 2])), 'int32', 2)
    expectArray(countNonzero(grid, { axis: 0 }), 'int32', [2, 2, 2])
  })
})

describe('statistics', () => {
  test('mean, variance and standard deviation', () => {
    expectArray(mean(grid, { axis: 1 }), 'float32', [3, 4])
    expectArray(variance(f32([1, 2, 3, 4])), 'float32', 1.25)
    expectArray(variance(f64([1, 2, 3]), { correction: 1 }), 'float64', 1)
    expectArray(std(f32([[1, 3]]), { axis: 1, keepdims: true }), 'float32', [[1]])
    expectArray(mean(i32([1, 2])), 'float32', 1.5)
    expectArray(mean(f32(3)), 'float32', 3)
  })

  test('of too few elements are NaN', () => {
    expectArray(mean(zeros([0])), 'float32', nan)
    expectArray(variance(zeros([0])), 'float32', nan)
    expectArray(variance(f32([5]), { correction: 1 }), 'float32', nan)
    expectArray(std(f32([5]), { correction: 2 }), 'float32', nan)
    expectArray(mean(f32([inf, 1])), 'float32', inf)
  })

  test('half floats are summed in single precision', () => {
    expectArray(mean(of('float16', [60000, 60000])), 'float16', 60000)
    expectArray(variance(of('float16', [-500, 500])), 'float16', inf)
    expectArray(std(of('float16', [-500, 500])), 'float16', 500)
    expectArray(vectorNorm(of('float16', [300, 400])), 'float16', 500)
  })

  test('bool has none', () => {
    expect(messageOf(() => mean(of('bool', [true])))).toBe(
      'mean: dtype bool: it takes numeric arrays.\nConvert the array first: astype(x, dtype).',
    )
  })

  test('logsumexp does not overflow', () => {
    expectArray(logsumexp(f64([1000, 1000])), 'float64', 1000 + Math.LN2)
    expectArray(logsumexp(f32([-inf, -inf])), 'float32', -inf)
    expectArray(logsumexp(f32([inf, 0])), 'float32', inf)
    expectArray(logsumexp(f32([nan, 0])), 'float32', nan)
    expectArray(logsumexp(zeros([0])), 'float32', -inf)
    expectArray(logsumexp(f32([[0], [0]]), { axis: 1, keepdims: true }), 'float32', [[0], [0]])
  })

  test('norms', () => {
    expectArray(vectorNorm(f32([3, -4])), 'float32', 5)
    expectArray(vectorNorm(f32([3, -4]), { ord: 1 }), 'float32', 7)
    expectArray(vectorNorm(f32([3, -4]), { ord: inf }), 'float32', 4)
    expectArray(vectorNorm(f32([3, -4]), { ord: -inf }), 'float32', 3)
    expectArray(vectorNorm(f32([3, 0, -4]), { ord: 0 }), 'float32', 2)
    expectArray(vectorNorm(f64([1, 2]), { ord: 3 }), 'float64', Math.pow(9, 1 / 3))
    expectArray(vectorNorm(grid, { axis: 0, ord: 1, keepdims: true }), 'float32', [[5, 7, 9]])
    expectArray(vectorNorm(zeros([0])), 'float32', 0)
    expect(messageOf(() => vectorNorm(zeros([0]), { ord: inf }))).toBe(
      'vectorNorm: shape [0] does not fit: there is none among no elements.\nReduce over axes that have elements.',
    )
  })
})

describe('scans', () => {
  test('sums and products up to each place', () => {
    expectArray(cumulativeSum(i32([1, 2, 3])), 'int32', [1, 3, 6])
    expectArray(cumulativeSum(i32([1, 2, 3]), { includeInitial: true }), 'int32', [0, 1, 3, 6])
    expectArray(cumulativeProd(grid, { axis: 0 }), 'float32', [
      [1, 5, 3],
      [4, 10, 18],
    ])
    expectArray(cumulativeProd(grid, { axis: -1, includeInitial: true }), 'float32', [
      [1, 1, 5, 15],
      [1, 4, 8, 48],
    ])
    expectArray(cumulativeSum(of('bool', [true, true])), 'int32', [1, 2])
    expectArray(cumulativeSum(of('int8', [127, 1]), { dtype: 'int8' }), 'int8', [127, -128])
    expectArray(cumulativeSum(f32([1, nan, 2])), 'float32', [1, nan, nan])
    expectArray(cumulativeSum(zeros([0]), { includeInitial: true }), 'float32', [0])
    expect(cumulativeSum(zeros([2, 0]), { axis: 0 }).shape).toEqual([2, 0])
    expect(messageOf(() => cumulativeSum(grid))).toBe(
      "cumulativeSum: 'axis' is null: it is needed for an array of 2 axes.",
    )
    expect(messageOf(() => cumulativeProd(f32(1)))).toBe(
      "cumulativeProd: 'axis' is null: it is needed for an array of 0 axes.",
    )
  })

  test('differences', () => {
    expectArray(diff(i32([1, 4, 9])), 'int32', [3, 5])
    expectArray(diff(i32([1, 4, 9]), { n: 2 }), 'int32', [2])
    expectArray(diff(i32([1, 4, 9]), { n: 0 }), 'int32', [1, 4, 9])
    expectArray(diff(i32([1, 4, 9]), i32([0]), i32([0])), 'int32', [1, 3, 5, -9])
    expectArray(diff(i32([1, 4]), null, i32([9])), 'int32', [3, 5])
    expectArray(diff(grid, { axis: 0 }), 'float32', [[3, -3, 3]])
    expectArray(diff(of('uint8', [3, 1])), 'uint8', [254])
    expect(diff(i32([1, 2]), { n: 5 }).shape).toEqual([0])
    expect(messageOf(() => diff(grid, f32([1])))).toBe(
      'diff: shapes [1] and [2,3] do not fit: all sizes but those of axis 1 have to be equal.',
    )
  })
})

describe('order', () => {
  test('sort puts NaN last in both directions', () => {
    expectArray(sort(f32([3, nan, 1, inf, -inf])), 'float32', [-inf, 1, 3, inf, nan])
    expectArray(sort(f32([3, nan, 1]), { descending: true }), 'float32', [3, 1, nan])
    expectArray(sort(f32([0, -0])), 'float32', [0, -0])
    expectArray(sort(grid, { axis: 0 }), 'float32', [
      [1, 2, 3],
      [4, 5, 6],
    ])
    expectArray(sort(of('int64', [3n, -1n, 2n])), 'int64', [-1n, 2n, 3n])
    expect(sort(zeros([2, 0])).shape).toEqual([2, 0])
    expect(messageOf(() => sort(f32(1)))).toBe("sort: 'axis' is -1: an array without axes has none.")
  })

  test('equal elements keep their order', () => {
    expectArray(argsort(f32([1, 0, 1, 0])), 'int32', [1, 3, 0, 2])
    expectArray(argsort(f32([1, 0, 1, 0]), { descending: true }), 'int32', [0, 2, 1, 3])
    expectArray(argsort(f32([nan, 1, nan])), 'int32', [1, 0, 2])
    expectArray(argsort(f32([nan, 1, nan]), { descending: true }), 'int32', [1, 0, 2])
  })

  test('topK takes the first of that order', () => {
    const { values, indices } = topK(grid, 2)
    expectArray(values, 'float32', [
      [5, 3],
      [6, 4],
    ])
    expectArray(indices, 'int32', [
      [1, 2],
      [2, 0],
    ])
    const least = topK(grid, 1, { axis: 0, largest: false })
    expectArray(least.values, 'float32', [[1, 2, 3]])
    expectArray(least.indices, 'int32', [[0, 1, 0]])
    expectArray(topK(f32([nan, 1, 1]), 2).indices, 'int32', [1, 2])
    expect(topK(grid, 0).values.shape).toEqual([2, 0])
    expect(messageOf(() => topK(grid, 4))).toBe(
      'topK: shape [2,3] does not fit: axis 1 has fewer than 4 elements.\n' +
        'Ask for fewer elements, or choose another axis.',
    )
  })

  test('searchsorted finds the first or the last place', () => {
    const sorted = f32([1, 3, 3, 5])
    expectArray(searchsorted(sorted, f32([0, 3, 4, 9, nan])), 'int32', [0, 1, 3, 4, 4])
    expectArray(searchsorted(sorted, f32([[1, 3]]), { side: 'right' }), 'int32', [[1, 3]])
    expectArray(searchsorted(f32([1, nan]), f32([nan]), { side: 'left' }), 'int32', [1])
    expectArray(searchsorted(f32([1, nan]), f32([nan]), { side: 'right' }), 'int32', [2])
    expectArray(searchsorted(i32([1, 2]), 1.5), 'int32', 1)
    expectArray(searchsorted(zeros([0]), f32([1])), 'int32', [0])
    expect(messageOf(() => searchsorted(grid, 1))).toBe(
      "searchsorted: shape [2,3] does not fit: 'x1' has to have one axis.",
    )
  })
})
