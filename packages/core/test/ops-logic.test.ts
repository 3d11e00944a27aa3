import { describe, expect, test } from 'vitest'
import {
  bitwiseAnd,
  bitwiseInvert,
  bitwiseLeftShift,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
  equal,
  greater,
  greaterEqual,
  isfinite,
  isinf,
  isnan,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
} from '../src/ops/index.ts'
import { expectArray, f32, i32, of } from './support/arrays.ts'

const [inf, nan] = [Infinity, NaN]
const bools = (...data: boolean[]) => of('bool', data)

describe('comparisons', () => {
  const x = f32([1, 2, 3, nan, -0, inf])
  const y = f32([2, 2, 2, nan, 0, inf])

  test('of floats: NaN equals nothing, 0 equals -0', () => {
    expectArray(equal(x, y), 'bool', [false, true, false, false, true, true])
    expectArray(notEqual(x, y), 'bool', [true, false, true, true, false, false])
    expectArray(less(x, y), 'bool', [true, false, false, false, false, false])
    expectArray(lessEqual(x, y), 'bool', [true, true, false, false, true, true])
    expectArray(greater(x, y), 'bool', [false, false, true, false, false, false])
    expectArray(greaterEqual(x, y), 'bool', [false, true, true, false, true, true])
  })

  test('of 64-bit integers are exact, of bool have false before true', () => {
    expectArray(less(of('int64', [2n ** 53n]), of('int64', [2n ** 53n + 1n])), 'bool', [true])
    expectArray(equal(of('uint64', [2n ** 64n - 1n]), of('uint64', [2n ** 64n - 2n])), 'bool', [false])
    expectArray(less(bools(false, true), true), 'bool', [true, false])
  })

  test('a number is rounded to the dtype of the array before it is compared', () => {
    expectArray(equal(f32([0.1]), 0.1), 'bool', [true])
    expectArray(less(f32([0.1]), 0.1), 'bool', [false])
    expectArray(greater(i32([3]), 2.5), 'bool', [true])
  })

  test('broadcast, also over no elements', () => {
    expectArray(less(f32([[1], [3]]), f32([2, 4])), 'bool', [
      [true, true],
      [false, true],
    ])
    expectArray(equal(f32([]), 1), 'bool', [])
  })
})

describe('logic', () => {
  test('truth tables', () => {
    const [a, b] = [bools(false, false, true, true), bools(false, true, false, true)]
    expectArray(logicalAnd(a, b), 'bool', [false, false, false, true])
    expectArray(logicalOr(a, b), 'bool', [false, true, true, true])
    expectArray(logicalXor(a, b), 'bool', [false, true, true, false])
    expectArray(logicalNot(a), 'bool', [true, true, false, false])
  })

  test('takes bool only', () => {
    expect(() => logicalAnd(i32([1]), i32([1]))).toThrow('logicalAnd: dtype int32: it takes bool arrays.')
    expect(() => logicalNot(f32([1]))).toThrow('it takes bool arrays')
    expect(() => logicalOr(bools(true), 1)).toThrow('it takes bool arrays')
  })

  test('isnan, isinf and isfinite, also of integers', () => {
    const x = f32([1, nan, inf, -inf])
    expectArray(isnan(x), 'bool', [false, true, false, false])
    expectArray(isinf(x), 'bool', [false, false, true, true])
    expectArray(isfinite(x), 'bool', [true, false, false, false])
    expectArray(isnan(i32([1])), 'bool', [false])
    expectArray(isfinite(of('int64', [2n ** 62n])), 'bool', [true])
  })
})

describe('where', () => {
  test('chooses, broadcasts and promotes', () => {
    expectArray(where(bools(true, false), f32([nan, nan]), f32([1, 2])), 'float32', [nan, 2])
    expectArray(where(bools(true, false), i32([[1], [2]]), 0), 'int32', [
      [1, 0],
      [2, 0],
    ])
    expectArray(where(bools(true, false), of('int64', [2n ** 60n, 1n]), 7), 'int64', [2n ** 60n, 7n])
    expectArray(where(true, of('uint8', [1]), of('int8', [-1])), 'int16', [1])
    expectArray(where(bools(true, false), true, false), 'bool', [true, false])
    expectArray(where(bools(false), 1, -0), 'float32', [-0])
  })

  test('takes a bool condition only', () => {
    expect(() => where(i32([1]), 1, 2)).toThrow('where: dtype int32: it takes bool arrays.')
    expect(() => where(bools(true, true), f32([1, 2, 3]), 0)).toThrow('do not fit')
  })
})

describe('bits', () => {
  test('of integers and bool', () => {
    expectArray(bitwiseAnd(i32([5, -1]), i32([3, 6])), 'int32', [1, 6])
    expectArray(bitwiseOr(of('uint8', [5]), of('uint8', [10])), 'uint8', [15])
    expectArray(bitwiseXor(of('uint32', [4294967295]), 1), 'uint32', [4294967294])
    expectArray(bitwiseAnd(of('int64', [-1n]), of('int64', [2n ** 40n])), 'int64', [2n ** 40n])
    expectArray(bitwiseAnd(bools(true, true), bools(true, false)), 'bool', [true, false])
    expectArray(bitwiseXor(bools(true, true), bools(true, false)), 'bool', [false, true])
    expectArray(bitwiseInvert(i32([0, 5])), 'int32', [-1, -6])
    expectArray(bitwiseInvert(of('uint8', [0, 5])), 'uint8', [255, 250])
    expectArray(bitwiseInvert(of('uint64', [0n])), 'uint64', [2n ** 64n - 1n])
    expectArray(bitwiseInvert(bools(true, false)), 'bool', [false, true])
    expect(() => bitwiseAnd(f32([1]), 1)).toThrow('it takes integer or bool arrays')
  })

  test('shifts keep the sign to the right, and lose bits to the left', () => {
    expectArray(bitwiseLeftShift(i32([1, 3, 1, 1, 1]), i32([2, 31, 31, 32, 40])), 'int32', [
      4,
      -(2 ** 31),
      -(2 ** 31),
      0,
      0,
    ])
    expectArray(bitwiseLeftShift(of('int8', [1, 1]), of('int8', [7, 8])), 'int8', [-128, 0])
    expectArray(bitwiseLeftShift(of('uint32', [3]), 31), 'uint32', [2 ** 31])
    expectArray(bitwiseRightShift(i32([8, -8, -1, 5]), i32([2, 2, 40, 32])), 'int32', [2, -2, -1, 0])
    expectArray(bitwiseRightShift(of('uint32', [4294967295]), 4), 'uint32', [268435455])
    expectArray(bitwiseLeftShift(of('int64', [1n, 1n, 1n]), of('int64', [62n, 63n, 64n])), 'int64', [
      2n ** 62n,
      -(2n ** 63n),
      0n,
    ])
    expectArray(bitwiseRightShift(of('int64', [-4n, 4n]), of('int64', [1n, 64n])), 'int64', [-2n, 0n])
    expectArray(bitwiseLeftShift(i32([1]), -1), 'int32', [0])
    expectArray(bitwiseRightShift(i32([-9, 9]), -1), 'int32', [-1, 0])
    expect(() => bitwiseLeftShift(bools(true), bools(true))).toThrow('it takes integer arrays')
  })
})
