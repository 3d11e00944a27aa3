import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { float16Array } from '../src/numerics/float16.ts'
import { foldIn, keyFromSeed, threefry2x32 } from '../src/numerics/threefry.ts'
import { type NumberStore, fillBits, fillNormal, fillRandint, fillUniform } from '../src/numerics/draws.ts'

const key = keyFromSeed(42)
const count = 100_000

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length
const moment = (values: ArrayLike<number>, centre: number, power: number): number =>
  mean(Array.from(values, (v) => (v - centre) ** power))

function uniform<T extends NumberStore>(out: T, low: number, high: number): T {
  fillUniform(key, out, low, high)
  return out
}

describe('bits', () => {
  // Random123, tests/kat_vectors: counter, key, result.
  test.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('known answer for counter %j under key %j', ([c0, c1], [k0, k1], result) => {
    expect(threefry2x32(k0, k1, c0, c1)).toEqual(result)
  })

  test('keys and bits are those of jax 0.10.2', () => {
    expect(keyFromSeed(2 ** 40 + 7)).toEqual({ hi: 256, lo: 7 })
    expect(keyFromSeed(-1)).toEqual({ hi: 0xffffffff, lo: 0xffffffff })
    expect(keyFromSeed(2n ** 63n)).toEqual({ hi: 2 ** 31, lo: 0 })
    expect(foldIn(key, 7)).toEqual({ hi: 2547012911, lo: 1371500959 })
    expect(foldIn(key, 0xffffffff)).toEqual({ hi: 2398536845, lo: 3890976714 })
    const bits = new Uint32Array(6)
    fillBits(key, bits)
    expect([...bits]).toEqual([2098992034, 2919706841, 2646866425, 2409546199, 1935504149, 2516274904])
    expect(() => keyFromSeed(0.5)).toThrow(RangeError)
  })

  test('a longer array begins with the shorter one', () => {
    const short = [uniform(new Float64Array(7), 0, 1), new Int32Array(7), new Float32Array(7)] as const
    const long = [uniform(new Float64Array(50), 0, 1), new Int32Array(50), new Float32Array(50)] as const
    for (const [, ints, normals] of [short, long]) {
      fillRandint(key, ints, 0, 3 * 2 ** 29)
      fillNormal(key, normals, 0, 1)
    }
    for (const [i, values] of short.entries()) expect([...long[i]!].slice(0, 7)).toEqual([...values])
  })
})

describe('uniform', () => {
  test('has the moments of an even spread', () => {
    for (const out of [new Float32Array(count), new Float64Array(count), float16Array(count)]) {
      uniform(out, 0, 1)
      expect(mean(out)).toBeCloseTo(1 / 2, 2)
      expect(moment(out, 0.5, 2)).toBeCloseTo(1 / 12, 2)
      expect(Math.min(...out)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...out)).toBeLessThan(1)
    }
  })

  test('float32 draws are multiples of 2^-24', () => {
    expect(uniform(new Float32Array(1000), 0, 1).every((v) => Number.isInteger(v * 2 ** 24))).toBe(true)
  })

  test('rounding never gives the upper bound, nor less than the lower', () => {
    const make = [() => new Float32Array(64), () => new Float64Array(64), () => float16Array(64)]
    const bounds = fc.tuple(fc.float({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(fc.constantFrom(...make), bounds, (store, [low, steps]) => {
        fc.pre(Number.isFinite(low))
        const high = low + Math.max(Math.abs(low), 2 ** -10) * steps * 2 ** -9
        const out = uniform(store(), low, high)
        expect(Math.min(...out)).toBeGreaterThanOrEqual(low)
        expect(Math.max(...out)).toBeLessThan(high)
      }),
    )
  })

  test('bounds', () => {
    expect([...uniform(new Float32Array(2), 3, 3)]).toEqual([3, 3])
    expect(uniform([0, 0, 0], -1e308, 1e308).every((v) => Math.abs(v) < 1e308)).toBe(true)
    expect(() => uniform([0], 1, 0)).toThrow(RangeError)
    expect(() => uniform([0], 0, Infinity)).toThrow(RangeError)
  })
})

test('normal has the moments of a normal distribution', () => {
  const out = new Float64Array(count)
  fillNormal(key, out, 3, 2)
  expect(mean(out)).toBeCloseTo(3, 1)
  expect(Math.sqrt(moment(out, 3, 2))).toBeCloseTo(2, 1)
  expect(moment(out, 3, 3) / 8).toBeCloseTo(0, 1)
  expect(Math.abs(moment(out, 3, 4) / 16 - 3)).toBeLessThan(0.1)
  expect(out.every(Number.isFinite)).toBe(true)
})

describe('randint', () => {
  test('each integer comes up equally often', () => {
    const out = new Int8Array(count)
    fillRandint(key, out, -3, 4)
    for (let v = -3; v < 4; v++) {
      expect(Math.abs(out.filter((x) => x === v).length / count - 1 / 7)).toBeLessThan(0.005)
    }
    expect(out.every((v) => v >= -3 && v < 4)).toBe(true)
  })

  // The multiplication alone would send a third of all words to a span of 3/4 * 2^32 twice.
  test('spans that do not divide 2^32 are unbiased', () => {
    const span = 3 * 2 ** 30
    const out = new Uint32Array(count)
    fillRandint(key, out, 0, span)
    expect(mean(out) / span).toBeCloseTo(0.5, 2)
    expect(out.filter((v) => v % 3 === 0).length / count).toBeCloseTo(1 / 3, 2)
  })

  test('whole ranges of 32 and 64 bits', () => {
    const words = new Uint32Array(4)
    const bits = new Uint32Array(4)
    fillRandint(key, words, 0, 2 ** 32)
    fillBits(key, bits)
    expect(words).toEqual(bits)
    const long = new BigInt64Array(1000)
    fillRandint(key, long, -(2n ** 63n), 2n ** 63n)
    expect(long[0]).toBe(7871734211187709741n - 2n ** 63n)
    fillRandint(key, long, 2n ** 60n, 2n ** 60n + 6n)
    expect(new Set(long)).toEqual(new Set(Array.from({ length: 6 }, (_, i) => 2n ** 60n + BigInt(i))))
  })

  test('bounds', () => {
    expect(() => fillRandint(key, new Int32Array(1), 3, 3)).toThrow(RangeError)
    expect(() => fillRandint(key, new Int32Array(1), 0, 0.5)).toThrow(RangeError)
    expect(() => fillRandint(key, new Int32Array(1), 0, 2 ** 33)).toThrow(/cannot hold/)
  })
})
