import { type DType, hostArray, type HostArray, stepped } from '@tendril/core/testing'
import { describe, expect, test } from 'vitest'
import { expectClose, sharedFolder } from '../src/index.ts'
import { typed } from '../src/values.ts'

const of = (dtype: DType, ...items: number[]): HostArray =>
  hostArray(dtype, [items.length], typed(dtype, items))
const f32 = (...items: number[]): HostArray => of('float32', ...items)

describe('expectClose', () => {
  test.each([
    ['the same', f32(1, NaN, Infinity, -Infinity), f32(1, NaN, Infinity, -Infinity)],
    ['100 steps of the largest number', f32(100, 1 + 1e-3), f32(100, 1)],
    ['zeros of either sign', f32(0), f32(-0)],
    ['equal integers', of('int32', 1, -2), of('int32', 1, -2)],
    ['nothing', f32(), f32()],
  ])('accepts %s', (_, got, want) => {
    expect(() => expectClose(got, want)).not.toThrow()
  })

  test.each([
    [f32(1), of('float64', 1), 'expectClose: dtype float32 where float64 is right'],
    [f32(1), f32(1, 1), 'expectClose: shape [1] where [2] is right'],
    [
      of('int32', 1, 2),
      of('int32', 1, 3),
      'expectClose: at [1] got 2 where 3 is right; allowed: the same bits',
    ],
    [
      f32(NaN),
      f32(1),
      'expectClose: at [0] got NaN where 1 is right; allowed: 100 steps of the largest number',
    ],
    [
      f32(1),
      f32(NaN),
      'expectClose: at [0] got 1 where NaN is right; allowed: 100 steps of the largest number',
    ],
    [f32(3e38), f32(Infinity), 'expectClose: at [0] got 3.00000000549'],
    [
      f32(1, 2),
      f32(1, stepped(2, 101, 'float32')),
      'expectClose: at [1] got 2 where 2.0000240802764893 is right, 101 ulp away',
    ],
  ])('refuses %o for %o', (got, want, message) => {
    expect(() => expectClose(got, want)).toThrow(message)
  })
})

test('steps lead through zero to the infinities of a dtype', () => {
  expect([-2, -1, 0, 1].map((count) => stepped(2 ** -149, count, 'float32'))).toEqual([
    -(2 ** -149),
    0,
    2 ** -149,
    2 ** -148,
  ])
  expect(stepped(65504, 1, 'float16')).toBe(Infinity)
  expect(stepped(65504, 5, 'float16')).toBe(Infinity)
  expect(stepped(1, 1, 'float64')).toBe(1 + Number.EPSILON)
  expect(stepped(-0, 0, 'float32')).toBe(-0)
  expect(stepped(NaN, 3, 'float32')).toBeNaN()
})

test('a shared folder that is absent is undefined', () => {
  expect(sharedFolder('nothing', new URL('../../../', import.meta.url))).toBeUndefined()
})
