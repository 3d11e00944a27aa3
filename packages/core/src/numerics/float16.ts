let Constructor: Float16ArrayConstructor | undefined = globalThis.Float16Array

/** Gives a platform without Float16Array one that does for it. */
export const setFloat16Array = (ponyfill: Float16ArrayConstructor): void => void (Constructor ??= ponyfill)

/** Loads one where the platform has none: few need it, and it is large. */
export async function loadFloat16Array(): Promise<void> {
  if (Constructor === undefined) setFloat16Array((await import('./float16-ponyfill.ts')).ponyfill)
}

/** A float16 array of that many zeros, of those numbers, each rounded, or on that buffer. */
export function float16Array(lengthOrData: number | ArrayLike<number> | Iterable<number>): Float16Array
export function float16Array(buffer: ArrayBufferLike, byteOffset?: number, length?: number): Float16Array
export function float16Array(
  from: number | ArrayLike<number> | Iterable<number> | ArrayBufferLike,
  byteOffset?: number,
  length?: number,
): Float16Array {
  if (Constructor !== undefined) return new Constructor(from as ArrayBuffer, byteOffset, length)
  throw new TypeError(
    "there is no Float16Array here: load an engine first, which brings one, or import '@tendril/core'",
  )
}

/** From here on numbers are infinities when they are rounded to float16. */
const endless = 65520
/** The smallest number with all digits, and the distance of those below. */
export const leastNormal = 2 ** -14
export const least = 2 ** -24

/** The float16 number nearest to `x`, ties to even; from 65520 on it is an infinity. */
export function roundToFloat16(x: number): number {
  const size = Math.abs(x)
  // 0 keeps its sign, NaN is itself.
  if (!(size > 0)) return x
  const rounded = size < leastNormal ? (size / least + 2 ** 52 - 2 ** 52) * least : withElevenBits(size)
  return x < 0 ? -rounded : rounded
}

/** By Veltkamp's product, which leaves 11 of the 53 bits of a fraction. */
function withElevenBits(size: number): number {
  if (size >= endless) return Infinity
  const shifted = (2 ** 42 + 1) * size
  return shifted - (shifted - size)
}
