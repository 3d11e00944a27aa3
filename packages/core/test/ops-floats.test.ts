import { describe, expect, test } from 'vitest'
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  ceil,
  cos,
  cosh,
  erf,
  exp,
  exp2,
  expm1,
  floor,
  log,
  log10,
  log1p,
  log2,
  logaddexp,
  round,
  sigmoid,
  sin,
  sinh,
  tan,
  tanh,
  trunc,
} from '../src/ops/index.ts'
import { expectArray, f32, f64, i32, of } from './support/arrays.ts'

const [inf, nan] = [Infinity, NaN]
const r = Math.fround

describe('exponentials and logarithms', () => {
  test('special cases', () => {
    expectArray(exp(f32([nan, 0, -0, inf, -inf, 1])), 'float32', [nan, 1, 1, inf, 0, r(Math.E)])
    expectArray(exp2(f32([nan, 10, -1, inf, -inf])), 'float32', [nan, 1024, 0.5, inf, 0])
    expectArray(expm1(f32([nan, 0, -0, inf, -inf, 1e-10])), 'float32', [nan, 0, -0, inf, -1, r(1e-10)])
    expectArray(log(f32([nan, -1, 0, -0, 1, inf])), 'float32', [nan, nan, -inf, -inf, 0, inf])
    expectArray(log2(f32([8, 0.5, -1, 0, 2 ** -149])), 'float32', [3, -1, nan, -inf, -149])
    expectArray(log10(f32([1000, 1, -1, 0])), 'float32', [3, 0, nan, -inf])
    expectArray(log1p(f32([-2, -1, -0, 0, inf, 1e-10])), 'float32', [nan, -inf, -0, 0, inf, r(1e-10)])
  })

  test('round once from float64', () => {
    expectArray(exp(f32([0.1])), 'float32', [r(Math.exp(r(0.1)))])
    expectArray(exp(f64([0.1])), 'float64', [Math.exp(0.1)])
    expectArray(exp(of('float16', [12])), 'float16', [inf])
  })

  test('logaddexp neither overflows nor cancels', () => {
    expectArray(
      logaddexp(f32([1000, -1000, -inf, -inf, inf]), f32([1000, -1000, -inf, 3, -inf])),
      'float32',
      [r(1000 + Math.LN2), r(-1000 + Math.LN2), -inf, 3, inf],
    )
    expectArray(logaddexp(f32([nan, inf, inf]), f32([1, inf, 1])), 'float32', [nan, inf, inf])
    expectArray(logaddexp(f32([-100]), 0), 'float32', [r(3.720075976020836e-44)])
  })

  test('integers become float32, bool is refused', () => {
    expectArray(exp(i32([0])), 'float32', [1])
    expectArray(log2(of('uint64', [2n ** 40n])), 'float32', [40])
    expect(() => exp(of('bool', [true]))).toThrow('exp: dtype bool: it takes numeric arrays.')
  })
})

describe('trigonometry', () => {
  test('keeps the sign of zero, and is NaN outside of its domain', () => {
    for (const op of [sin, tan, asin, atan, sinh, tanh, asinh, atanh])
      expectArray(op(f32([0, -0, nan])), 'float32', [0, -0, nan])
    expectArray(cos(f32([0, -0, inf])), 'float32', [1, 1, nan])
    expectArray(sin(f32([inf, -inf])), 'float32', [nan, nan])
    expectArray(asin(f32([1, -1, 1.5])), 'float32', [r(Math.PI / 2), r(-Math.PI / 2), nan])
    expectArray(acos(f32([1, -1, 2])), 'float32', [0, r(Math.PI), nan])
    expectArray(atan(f32([inf, -inf])), 'float32', [r(Math.PI / 2), r(-Math.PI / 2)])
    expectArray(cosh(f32([0, inf, -inf])), 'float32', [1, inf, inf])
    expectArray(sinh(f32([inf, -inf])), 'float32', [inf, -inf])
    expectArray(tanh(f32([inf, -inf, 20])), 'float32', [1, -1, 1])
    expectArray(asinh(f32([inf, -inf])), 'float32', [inf, -inf])
    expectArray(acosh(f32([1, inf, 0.5])), 'float32', [0, inf, nan])
    expectArray(atanh(f32([1, -1, 2])), 'float32', [inf, -inf, nan])
  })

  test('atan2 chooses the quadrant by the signs', () => {
    const [pi, half] = [r(Math.PI), r(Math.PI / 2)]
    expectArray(atan2(f32([0, 0, 0, -0, -0, -0]), f32([1, 0, -0, 1, 0, -0])), 'float32', [
      0,
      0,
      pi,
      -0,
      -0,
      -pi,
    ])
    expectArray(atan2(f32([1, 1, -1, 0, -0]), f32([0, -0, 0, -1, -1])), 'float32', [
      half,
      half,
      -half,
      pi,
      -pi,
    ])
    expectArray(atan2(f32([1, 1, -1, inf, -inf]), f32([inf, -inf, inf, 1, 1])), 'float32', [
      0,
      pi,
      -0,
      half,
      -half,
    ])
    expectArray(atan2(f32([inf, inf, -inf, -inf, nan]), f32([inf, -inf, inf, -inf, 1])), 'float32', [
      r(Math.PI / 4),
      r((3 * Math.PI) / 4),
      r(-Math.PI / 4),
      r((-3 * Math.PI) / 4),
      nan,
    ])
  })
})

describe('rounding', () => {
  test('halves go to the even integer', () => {
    expectArray(round(f32([0.5, 1.5, 2.5, -0.5, -1.5, -2.5])), 'float32', [0, 2, 2, -0, -2, -2])
    expectArray(round(f32([-0, 0.4, -0.4, 1e30, inf, nan])), 'float32', [-0, 0, -0, r(1e30), inf, nan])
    expectArray(round(f64([4503599627370495.5, 0.49999999999999994])), 'float64', [4503599627370496, 0])
    expectArray(round(f64([0.5000000000000001, 2.5000000000000004])), 'float64', [1, 3])
  })

  test('floor, ceil and trunc', () => {
    expectArray(floor(f32([1.5, -1.5, -0, inf, nan])), 'float32', [1, -2, -0, inf, nan])
    expectArray(ceil(f32([1.5, -1.5, -0.5, -inf])), 'float32', [2, -1, -0, -inf])
    expectArray(trunc(f32([1.5, -1.5, -0.5])), 'float32', [1, -1, -0])
  })

  test('integers stay as they are', () => {
    expectArray(round(i32([3, -3])), 'int32', [3, -3])
    expectArray(floor(of('int64', [2n ** 60n + 1n])), 'int64', [2n ** 60n + 1n])
  })
})

describe('special functions', () => {
  test('erf and sigmoid', () => {
    expectArray(erf(f32([0, -0, inf, -inf, nan, 1])), 'float32', [0, -0, 1, -1, nan, r(0.8427007929497149)])
    expectArray(sigmoid(f32([0, inf, -inf, nan, -100])), 'float32', [
      0.5,
      1,
      0,
      nan,
      r(3.720075976020836e-44),
    ])
    expectArray(sigmoid(f64([-720])), 'float64', [Math.exp(-720)])
  })
})
