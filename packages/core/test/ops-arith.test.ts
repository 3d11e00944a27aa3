import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  clip,
  copysign,
  divide,
  floorDivide,
  hypot,
  maximum,
  minimum,
  multiply,
  negative,
  positive,
  pow,
  reciprocal,
  remainder,
  rsqrt,
  sign,
  signbit,
  sqrt,
  square,
  squaredDifference,
  subtract,
} from '../src/ops/index.ts'
import { expectArray, f32, f64, i32, of } from './support/arrays.ts'

const [inf, nan] = [Infinity, NaN]

describe('sums and products', () => {
  test('integers wrap, those of 64 bits exactly', () => {
    expectArray(add(of('int8', [127]), of('int8', [1])), 'int8', [-128])
    expectArray(subtract(of('uint8', [0]), of('uint8', [1])), 'uint8', [255])
    expectArray(multiply(i32([123456789]), i32([987654321])), 'int32', [-67153019])
    expectArray(multiply(of('uint32', [4294967295]), of('uint32', [4294967295])), 'uint32', [1])
    expectArray(add(of('int64', [2n ** 63n - 1n]), of('int64', [1n])), 'int64', [-(2n ** 63n)])
    expectArray(multiply(of('int64', [3037000500n]), of('int64', [3037000500n])), 'int64', [
      -9223372036709301616n,
    ])
    expectArray(negative(of('uint8', [1, 0])), 'uint8', [255, 0])
  })

  test('floats round once and keep infinities, NaN and the sign of zero', () => {
    expectArray(add(f32([0.1, -0, inf, inf]), f32([0.2, -0, -inf, 1])), 'float32', [
      0.30000001192092896,
      -0,
      nan,
      inf,
    ])
    expectArray(multiply(f32([-0, inf, -2]), f32([3, 0, -inf])), 'float32', [-0, nan, inf])
    expectArray(add(of('float16', [2048]), of('float16', [1])), 'float16', [2048])
    expectArray(subtract(f64([1]), f64([1e-17])), 'float64', [1])
    expectArray(negative(f32([0, -0, nan])), 'float32', [-0, 0, nan])
  })

  test('dtypes meet by the promotion table, and scalars give way', () => {
    expectArray(add(of('uint8', [200]), of('int8', [100])), 'int16', [300])
    expectArray(add(i32([1]), of('float16', [0.5])), 'float16', [1.5])
    expectArray(add(i32([1]), 2), 'int32', [3])
    expectArray(add(i32([1]), 0.5), 'float32', [1.5])
    expectArray(add(of('bool', [true]), of('int8', [1])), 'int8', [2])
    expectArray(add(of('int64', [1n]), 2), 'int64', [3n])
    expectArray(add(1, 2), 'float32', 3)
    expectArray(add(of('float64', [1]), 0.1), 'float64', [1.1])
  })

  test('shapes broadcast, also those without elements or axes', () => {
    expectArray(add(f32([[1], [2]]), f32([10, 20])), 'float32', [
      [11, 21],
      [12, 22],
    ])
    expectArray(add(f32([]), f32([1])), 'float32', [])
    expectArray(add(add(1, 1), add(1, 2)), 'float32', 5)
    expect(() => add(f32([1, 2]), f32([1, 2, 3]))).toThrow('shapes [2] and [3] do not fit')
  })

  test('bool, complex and unpromotable operands are refused', () => {
    expect(() => add(of('bool', [true]), true)).toThrow('add: dtype bool: it takes numeric arrays.')
    expect(() => negative(of('bool', [true]))).toThrow('it takes numeric arrays')
    expect(() => add(of('uint64', [1n]), of('int8', [1]))).toThrow(
      'the standard names no dtype that holds both',
    )
    expect(() => add(of('int8', [1]), 300)).toThrow('it holds -128 to 127, not 300')
  })
})

describe('divide, floorDivide, remainder', () => {
  test('divide makes floats of integers and follows IEEE 754', () => {
    expectArray(divide(i32([7, -7]), 2), 'float32', [3.5, -3.5])
    expectArray(divide(f32([1, -1, 0, 1, inf]), f32([0, 0, 0, -0, inf])), 'float32', [
      inf,
      -inf,
      nan,
      -inf,
      nan,
    ])
    expectArray(divide(of('int64', [1n]), of('int64', [4n])), 'float32', [0.25])
  })

  test('floorDivide rounds down and follows floor(x1 / x2) at the special cases', () => {
    expectArray(floorDivide(f32([7, -7, 7, -7]), f32([2, 2, -2, -2])), 'float32', [3, -4, -4, 3])
    expectArray(floorDivide(f32([0, -0, 0, -0]), f32([5, 5, -5, -5])), 'float32', [0, -0, -0, 0])
    expectArray(floorDivide(f32([1, 1, -1, -1]), f32([0, -0, 0, -0])), 'float32', [inf, -inf, -inf, inf])
    expectArray(floorDivide(f32([0, -0, nan, 1, inf]), f32([0, 0, 1, nan, -inf])), 'float32', [
      nan,
      nan,
      nan,
      nan,
      nan,
    ])
    expectArray(floorDivide(f32([inf, inf, -inf]), f32([2, -2, 2])), 'float32', [inf, -inf, -inf])
    expectArray(floorDivide(f32([1, 1, -1, -1]), f32([inf, -inf, inf, -inf])), 'float32', [0, -0, -0, 0])
  })

  test('floorDivide rounds the exact quotient', () => {
    expectArray(floorDivide(f32([1]), f32([0.1])), 'float32', [9])
    expectArray(floorDivide(f64([1, -1, 6, 0.3]), f64([0.1, 0.1, 0.1, 0.1])), 'float64', [9, -10, 59, 2])
    expectArray(
      floorDivide(f64([9007199254740992, 5e-324, -5e-324]), f64([3, 2, 2])),
      'float64',
      [3002399751580330, 0, -1],
    )
  })

  test('integers divide exactly, and by zero give 0', () => {
    expectArray(floorDivide(i32([7, -7, 5, -(2 ** 31)]), i32([2, 2, 0, -1])), 'int32', [3, -4, 0, -(2 ** 31)])
    expectArray(floorDivide(of('int64', [-7n, 9n, 2n ** 62n]), of('int64', [2n, 0n, -3n])), 'int64', [
      -4n,
      0n,
      -1537228672809129302n,
    ])
    expectArray(remainder(i32([7, -7, 7, -7, 5]), i32([3, 3, -3, -3, 0])), 'int32', [1, 2, -2, -1, 0])
    expectArray(remainder(of('uint32', [4294967295]), of('uint32', [4294967294])), 'uint32', [1])
    expectArray(remainder(of('int64', [-7n, 7n, 7n]), of('int64', [3n, -3n, 0n])), 'int64', [2n, -2n, 0n])
  })

  test('remainder has the sign of the divisor', () => {
    expectArray(remainder(f32([7, -7, 7, -7]), f32([3, 3, -3, -3])), 'float32', [1, 2, -2, -1])
    expectArray(remainder(f32([0, -0, 0, -0, 6]), f32([3, 3, -3, -3, -3])), 'float32', [0, 0, -0, -0, -0])
    expectArray(remainder(f32([1, 1, -1, -1]), f32([inf, -inf, inf, -inf])), 'float32', [1, -inf, inf, -1])
    expectArray(remainder(f32([inf, -inf, 1, 0, nan]), f32([2, inf, 0, -0, 1])), 'float32', [
      nan,
      nan,
      nan,
      nan,
      nan,
    ])
  })
})

describe('pow', () => {
  test('special cases of floats', () => {
    expectArray(pow(f32([nan, 1, 1, -1, -1, 2, 0.5]), f32([0, nan, inf, inf, -inf, nan, nan])), 'float32', [
      1,
      1,
      1,
      1,
      1,
      nan,
      nan,
    ])
    expectArray(pow(f32([2, 2, -2, 0.5, 0.5]), f32([inf, -inf, inf, inf, -inf])), 'float32', [
      inf,
      0,
      inf,
      0,
      inf,
    ])
    expectArray(pow(f32([inf, inf, -inf, -inf, -inf, -inf]), f32([2, -2, 3, 2, -3, -2])), 'float32', [
      inf,
      0,
      -inf,
      inf,
      -0,
      0,
    ])
    expectArray(pow(f32([0, 0, -0, -0, -0, -0]), f32([2, -2, 3, 2, -3, -2])), 'float32', [
      0,
      inf,
      -0,
      0,
      -inf,
      inf,
    ])
    expectArray(pow(f32([-8]), f32([1 / 3])), 'float32', [nan])
  })

  test('integers wrap; a negative power is rounded towards zero', () => {
    expectArray(pow(i32([3, -2, 7, 2]), i32([20, 31, 11, 32])), 'int32', [
      -808182895,
      -(2 ** 31),
      1977326743,
      0,
    ])
    expectArray(pow(i32([2, 1, -1, -1, 0]), i32([-1, -5, -2, -3, -1])), 'int32', [0, 1, 1, -1, 0])
    expectArray(pow(of('uint8', [3]), 6), 'uint8', [217])
    expectArray(pow(of('int64', [3n, 2n, -1n]), of('int64', [40n, 63n, -3n])), 'int64', [
      -6289078614652622815n,
      -(2n ** 63n),
      -1n,
    ])
    expectArray(pow(i32([0]), 0), 'int32', [1])
  })
})

describe('signs', () => {
  test('abs, sign, signbit, copysign, positive', () => {
    expectArray(abs(f32([-0, -inf, nan, -2])), 'float32', [0, inf, nan, 2])
    expectArray(abs(of('int8', [-128, -3])), 'int8', [-128, 3])
    expectArray(abs(of('int64', [-5n])), 'int64', [5n])
    expectArray(sign(f32([-0, 0, nan, -3, inf])), 'float32', [0, 0, nan, -1, 1])
    expectArray(sign(of('int64', [-5n, 0n, 2n])), 'int64', [-1n, 0n, 1n])
    expectArray(sign(of('uint8', [0, 9])), 'uint8', [0, 1])
    expectArray(signbit(f32([-0, 0, -1, 1, -inf, nan])), 'bool', [true, false, true, false, true, false])
    expectArray(copysign(f32([1, -1, inf, 0]), f32([-0, 3, -1, -2])), 'float32', [-1, 1, -inf, -0])
    expectArray(positive(f32([-0, nan])), 'float32', [-0, nan])
  })
})

describe('powers and roots', () => {
  test('sqrt, square, reciprocal, rsqrt, squaredDifference', () => {
    expectArray(sqrt(f32([4, -0, -1, inf, 2])), 'float32', [2, -0, nan, inf, Math.fround(Math.SQRT2)])
    expectArray(sqrt(i32([9])), 'float32', [3])
    expectArray(square(i32([65536, -3])), 'int32', [0, 9])
    expectArray(square(f32([-0, -inf])), 'float32', [0, inf])
    expectArray(reciprocal(f32([0, -0, inf, 4])), 'float32', [inf, -inf, 0, 0.25])
    expectArray(rsqrt(f32([4, 0, inf, -1])), 'float32', [0.5, inf, 0, nan])
    expectArray(squaredDifference(i32([1, 5]), 3), 'int32', [4, 4])
  })

  test('hypot neither overflows nor underflows, and an infinity beats NaN', () => {
    expectArray(hypot(f32([3, 3e38, 3e-40]), f32([4, 0, 4e-40])), 'float32', [
      5,
      Math.fround(3e38),
      Math.fround(5e-40),
    ])
    expectArray(hypot(f32([inf, nan, nan, 0, -0]), f32([nan, -inf, 1, -2, 0])), 'float32', [
      inf,
      inf,
      nan,
      2,
      0,
    ])
    expectArray(hypot(f64([3 * 2 ** 900]), f64([4 * 2 ** 900])), 'float64', [5 * 2 ** 900])
    expectArray(hypot(i32([3]), i32([4])), 'float32', [5])
  })
})

describe('maximum, minimum, clip', () => {
  test('NaN on either side stays', () => {
    expectArray(maximum(f32([nan, 1, 3, -0]), f32([1, nan, 2, 0])), 'float32', [nan, nan, 3, 0])
    expectArray(minimum(f32([nan, 1, 3, -0]), f32([1, nan, 2, 0])), 'float32', [nan, nan, 2, -0])
    expectArray(maximum(of('int64', [2n ** 53n + 1n]), of('int64', [2n ** 53n])), 'int64', [2n ** 53n + 1n])
    expect(() => maximum(of('bool', [true]), false)).toThrow('it takes real arrays')
  })

  test('clip takes either bound, arrays that broadcast, and keeps NaN', () => {
    expectArray(clip(f32([-1, 2, 7, nan]), 0, 5), 'float32', [0, 2, 5, nan])
    expectArray(clip(f32([-1, 7]), null, 5), 'float32', [-1, 5])
    expectArray(clip(f32([-1, 7]), 0), 'float32', [0, 7])
    expectArray(clip(f32([-1, 7])), 'float32', [-1, 7])
    expectArray(clip(f32([-1, 7]), { max: 5 }), 'float32', [-1, 5])
    expectArray(clip(f32([-1, 7]), 0, { max: f32([5]) }), 'float32', [0, 5])
    expectArray(clip(f32([5]), 3, 1), 'float32', [3])
    expectArray(clip(f32([1, 2]), f32([[0], [2]]), nan), 'float32', [
      [nan, nan],
      [nan, nan],
    ])
    expectArray(clip(i32([1, 9]), 2, 5), 'int32', [2, 5])
    expectArray(clip(i32([1, 9]), 1.5), 'float32', [1.5, 9])
  })
})
