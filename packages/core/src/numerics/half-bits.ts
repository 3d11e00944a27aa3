import { least, leastNormal, roundToFloat16 } from './float16.ts'

const view = new DataView(new ArrayBuffer(4))
/** What exponents are above those of float16 in float32, in the bits of float16. */
const bias = (127 - 15) << 10

/** The 16 bits of `x` rounded to float16: sign, 5 of exponent, 10 of fraction. */
export function halfBits(x: number): number {
  const rounded = roundToFloat16(x)
  const size = Math.abs(rounded)
  const sign = Object.is(size, rounded) ? 0 : 0x8000
  if (!(size < Infinity)) return size === Infinity ? sign | 0x7c00 : 0x7e00
  if (size < leastNormal) return sign | (size / least)
  view.setFloat32(0, size)
  return sign | ((view.getUint32(0) >>> 13) - bias)
}

/** The number whose float16 bits these are; only the lowest 16 count. */
export function fromHalfBits(bits: number): number {
  const size = sizeOfBits(bits & 0x7fff)
  return bits & 0x8000 ? -size : size
}

function sizeOfBits(bits: number): number {
  if (bits >= 0x7c00) return bits === 0x7c00 ? Infinity : NaN
  if (bits < 0x400) return bits * least
  view.setUint32(0, (bits + bias) << 13)
  return view.getFloat32(0)
}
