import { halfBits } from './half-bits.ts'

export type FloatDtype = 'float16' | 'float32' | 'float64'

const view = new DataView(new ArrayBuffer(8))

/**
 * How many steps of the dtype lie between `a` and `b`, both rounded to it first.
 *
 * NaN is 0 from NaN and Infinity from all else; an infinity is one step beyond the largest number; 0 and -0 are equal.
 */
export function ulpDistance(a: number, b: number, dtype: FloatDtype): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity
  if (dtype !== 'float64') return Math.abs(position(a, dtype) - position(b, dtype))
  const distance = position64(a) - position64(b)
  return Number(distance < 0n ? -distance : distance)
}

/** Rank among the numbers of the dtype, 0 for zero. */
function position(x: number, dtype: 'float16' | 'float32'): number {
  if (dtype === 'float16') {
    const bits = halfBits(x)
    return bits & 0x8000 ? -(bits & 0x7fff) : bits
  }
  view.setFloat32(0, x)
  const bits = view.getInt32(0)
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}

function position64(x: number): bigint {
  view.setFloat64(0, x)
  const bits = view.getBigInt64(0)
  return bits < 0n ? -BigInt.asUintN(63, bits) : bits
}
