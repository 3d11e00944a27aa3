import { Float16Array as Ponyfill, f16round, getFloat16, setFloat16 } from '@petamoriken/float16'

const native: Float16ArrayConstructor | undefined = globalThis.Float16Array
const Constructor = native ?? (Ponyfill as unknown as Float16ArrayConstructor)

// A DataView is a plain read and write; the array of the ponyfill is a Proxy.
const view = new DataView(new ArrayBuffer(2))

/** A float16 array of that many zeros, of those numbers, each rounded, or on that buffer. */
export function float16Array(lengthOrData: number | ArrayLike<number> | Iterable<number>): Float16Array
export function float16Array(buffer: ArrayBufferLike, byteOffset?: number, length?: number): Float16Array
export function float16Array(
  from: number | ArrayLike<number> | Iterable<number> | ArrayBufferLike,
  byteOffset?: number,
  length?: number,
): Float16Array {
  return new Constructor(from as ArrayBuffer, byteOffset, length)
}

/** The float16 number nearest to `x`, ties to even; from 65520 on it is an infinity. */
export function roundToFloat16(x: number): number {
  return f16round(x)
}

/** The 16 bits of `x` rounded to float16: sign, 5 of exponent, 10 of fraction. */
export function halfBits(x: number): number {
  setFloat16(view, 0, x)
  return view.getUint16(0)
}

/** The number whose float16 bits these are; only the lowest 16 count. */
export function fromHalfBits(bits: number): number {
  view.setUint16(0, bits)
  return getFloat16(view, 0)
}
