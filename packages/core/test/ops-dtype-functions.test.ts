import { describe, expect, test } from 'vitest'
import { canCast, finfo, iinfo, isdtype, resultType } from '../src/ops/dtype-functions.ts'
import { f32, i32 } from './support/arrays.ts'

describe('dtype functions', () => {
  test('resultType promotes arrays, dtypes and numbers', () => {
    expect(resultType('int8', 'uint8')).toBe('int16')
    expect(resultType(i32([1]), 'float16')).toBe('float16')
    expect(resultType('uint8', 5)).toBe('uint8')
    expect(resultType('uint8', 5.5)).toBe('float32')
    expect(resultType('bool', 1n)).toBe('int64')
    expect(resultType(f32([1]), 'complex128')).toBe('complex128')
    expect(() => resultType('uint64', 'int8')).toThrow('the standard names no dtype that holds both')
    expect(() => resultType(1, 2)).toThrow('it takes at least one array or dtype')
    expect(() => resultType('float' as 'float32')).toThrow('resultType: \'arraysAndDtypes\' is "float"')
  })

  test('isdtype knows dtypes, kinds and lists of them', () => {
    expect(isdtype('float16', 'real floating')).toBe(true)
    expect(isdtype('int8', 'unsigned integer')).toBe(false)
    expect(isdtype('uint8', 'integral')).toBe(true)
    expect(isdtype('bool', 'numeric')).toBe(false)
    expect(isdtype('bool', 'bool')).toBe(true)
    expect(isdtype('complex64', ['integral', 'complex floating'])).toBe(true)
    expect(isdtype('int8', ['int16', 'float32'])).toBe(false)
    expect(() => isdtype('int8', ['int8', 'toString' as 'numeric'])).toThrow(
      'it takes a dtype or one of bool',
    )
    expect(() => isdtype('int' as 'int8', 'numeric')).toThrow('there is no such dtype')
  })

  test('canCast follows promotion', () => {
    expect(canCast('int8', 'int32')).toBe(true)
    expect(canCast('int32', 'int8')).toBe(false)
    expect(canCast(f32([1]), 'float64')).toBe(true)
    expect(canCast('uint64', 'int64')).toBe(false)
    expect(canCast('float32', 'int32')).toBe(false)
    expect(canCast('float32', 'float32')).toBe(true)
  })

  test('finfo and iinfo', () => {
    expect(finfo('float64')).toEqual({
      dtype: 'float64',
      bits: 64,
      eps: Number.EPSILON,
      max: Number.MAX_VALUE,
      min: -Number.MAX_VALUE,
      smallestNormal: 2.2250738585072014e-308,
    })
    expect(finfo('complex64')).toMatchObject({ dtype: 'float32', bits: 32, max: 3.4028234663852886e38 })
    expect(finfo('float16')).toMatchObject({ max: 65504, eps: 2 ** -10, smallestNormal: 2 ** -14 })
    expect(iinfo(i32([1]))).toEqual({ dtype: 'int32', bits: 32, max: 2147483647, min: -2147483648 })
    expect(iinfo('uint64')).toEqual({ dtype: 'uint64', bits: 64, max: 2n ** 64n - 1n, min: 0n })
    expect(() => finfo('int8')).toThrow('it takes floats')
    expect(() => iinfo('bool')).toThrow('it takes integers')
  })
})
