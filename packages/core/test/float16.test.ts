import { f16round, getFloat16, setFloat16 } from '@petamoriken/float16'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { float16Array, roundToFloat16 } from '../src/numerics/float16.ts'
import { fromHalfBits, halfBits } from '../src/numerics/half-bits.ts'
import { ulpDistance } from '../src/numerics/ulp.ts'

test('every float16 number has its bits back', () => {
  const all = Array.from({ length: 65536 }, (_, bits) => bits).filter(
    (bits) => !Number.isNaN(fromHalfBits(bits)),
  )
  expect(all).toHaveLength(65536 - 2 * 1023)
  expect(all.filter((bits) => halfBits(fromHalfBits(bits)) !== bits)).toEqual([])
  expect(all.filter((bits) => !Object.is(roundToFloat16(fromHalfBits(bits)), fromHalfBits(bits)))).toEqual([])
})

test('bits and rounding are those of the ponyfill', () => {
  const view = new DataView(new ArrayBuffer(2))
  const wrong: number[] = []
  const compare = (x: number): void => {
    setFloat16(view, 0, x)
    // The bits of NaN are any of many.
    const isSame = view.getUint16(0) === halfBits(x) || Number.isNaN(x)
    if (!isSame || !Object.is(f16round(x), roundToFloat16(x))) wrong.push(x)
  }
  for (let bits = 0; bits < 65536; bits++) {
    view.setUint16(0, bits)
    const number = getFloat16(view, 0)
    if (!Object.is(number, fromHalfBits(bits))) wrong.push(number)
    // The number, the middle to the next one, and what is beside that.
    const middle = number === 65504 ? 65520 : (number + fromHalfBits(bits + 1)) / 2
    for (const x of [number, middle, middle * (1 - 2 ** -53), middle * (1 + 2 ** -52)]) compare(x)
  }
  expect(wrong).toEqual([])
  fc.assert(fc.property(fc.double(), compare))
  expect(wrong).toEqual([])
})

test('rounding goes to the nearest, ties to even', () => {
  expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, -(2 ** -25), NaN].map(roundToFloat16)).toEqual([
    1,
    1 + 2 ** -9,
    65504,
    Infinity,
    -0,
    NaN,
  ])
  fc.assert(
    fc.property(fc.double(), (x) => {
      expect(fromHalfBits(halfBits(x))).toBe(roundToFloat16(x))
      expect(float16Array([x])[0]).toBe(roundToFloat16(x))
    }),
  )
})

test('arrays by length, by numbers and on a buffer', () => {
  expect([...float16Array(2)]).toEqual([0, 0])
  expect([...float16Array(Float32Array.of(0.1, 2))]).toEqual([roundToFloat16(0.1), 2])
  expect([...float16Array(Uint16Array.of(0, 0x3c00, 0xc000).buffer, 2, 2)]).toEqual([1, -2])
})

test('ulp distances', () => {
  for (const dtype of ['float16', 'float32', 'float64'] as const) {
    const eps = { float16: 2 ** -10, float32: 2 ** -23, float64: 2 ** -52 }[dtype]
    const largest = { float16: 65504, float32: 3.4028234663852886e38, float64: Number.MAX_VALUE }[dtype]
    expect(ulpDistance(1, 1 + 3 * eps, dtype)).toBe(3)
    expect(ulpDistance(1, 1 - eps, dtype)).toBe(2)
    expect(ulpDistance(0, -0, dtype)).toBe(0)
    expect(ulpDistance(largest, Infinity, dtype)).toBe(1)
    expect(ulpDistance(-Infinity, Infinity, dtype)).toBe(2 * ulpDistance(0, Infinity, dtype))
    expect(ulpDistance(NaN, NaN, dtype)).toBe(0)
    expect(ulpDistance(NaN, 1, dtype)).toBe(Infinity)
  }
  expect(ulpDistance(-5e-324, 5e-324, 'float64')).toBe(2)
})
