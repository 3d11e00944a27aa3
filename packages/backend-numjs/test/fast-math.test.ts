import { describe, expect, test } from 'vitest'
import * as fast from '../src/fast-math.ts'

const floats = new Float32Array(1)
const bits = new Int32Array(floats.buffer)

/** Rank of the nearest float32 among all of them, 0 for zero. */
function rank(x: number): number {
  floats[0] = x
  return bits[0]! < 0 ? -(bits[0]! & 0x7fffffff) : bits[0]!
}

/** Every 20011th float32, of both signs and all magnitudes, infinities left out. */
const samples = Array.from({ length: Math.floor(2 ** 32 / 20011) }, (_, i) => {
  bits[0] = i * 20011
  return floats[0]!
}).filter(Number.isFinite)

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

describe.each([
  [fast.tanh, Math.tanh],
  [fast.exp, Math.exp],
  [fast.log, Math.log],
  [fast.sigmoid, sigmoid],
  [fast.sin, Math.sin],
  [fast.cos, Math.cos],
] as const)('%o', (f, truth) => {
  test('is within 1 ulp of float32', () => {
    const off = samples.filter((x) => !Number.isNaN(truth(x)) && Math.abs(rank(f(x)) - rank(truth(x))) > 1)
    expect(off).toEqual([])
  })

  test('is right for special values', () => {
    for (const x of [NaN, Infinity, -Infinity, 0, -0, -1]) {
      expect(Math.fround(f(x))).toBe(Math.fround(truth(x)))
    }
  })
})

// Math has no erf: values of mpmath.
test('erf', () => {
  const pairs = [
    [0.5, 0.5204998778130465],
    [-1, -0.8427007929497149],
    [2, 0.9953222650189527],
    [3.5, 0.9999992569016276],
  ]
  for (const [x, y] of pairs) expect(Math.abs(rank(fast.erf(x!)) - rank(y!))).toBeLessThanOrEqual(1)
  expect([NaN, Infinity, -Infinity, 0, -0].map(fast.erf)).toEqual([NaN, 1, -1, 0, -0])
})
