import { fromHalfBits, halfBits } from '../numerics/half-bits.ts'
import type { FloatDtype } from '../numerics/ulp.ts'

const view = new DataView(new ArrayBuffer(8))

/** The number `count` steps of the dtype above `x` (below, for a negative count), which is rounded to it first. */
export function stepped(x: number, count: number, dtype: FloatDtype): number {
  if (Number.isNaN(x) || (x === 0 && count === 0)) return x
  const most = dtype === 'float64' ? 0x7ff0_0000_0000_0000n : dtype === 'float32' ? 0x7f80_0000n : 0x7c00n
  const rank = rankOf(x, dtype) + BigInt(count)
  const bounded = rank > most ? most : rank < -most ? -most : rank
  return bounded < 0n ? -numberOf(-bounded, dtype) : numberOf(bounded, dtype)
}

/** Place among the numbers of the dtype, 0 for zero. */
function rankOf(x: number, dtype: FloatDtype): bigint {
  const size = bitsOf(Math.abs(x), dtype)
  return x < 0 ? -size : size
}

function bitsOf(x: number, dtype: FloatDtype): bigint {
  if (dtype === 'float16') return BigInt(halfBits(x))
  if (dtype === 'float32') {
    view.setFloat32(0, x)
    return BigInt(view.getUint32(0))
  }
  view.setFloat64(0, x)
  return view.getBigUint64(0)
}

function numberOf(bits: bigint, dtype: FloatDtype): number {
  if (dtype === 'float16') return fromHalfBits(Number(bits))
  if (dtype === 'float32') {
    view.setUint32(0, Number(bits))
    return view.getFloat32(0)
  }
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}

/** Largest number of the dtype, smallest normal one, and smallest of all. */
export const limits: Readonly<Record<FloatDtype, { max: number; normal: number; tiny: number }>> = {
  float16: { max: 65504, normal: 2 ** -14, tiny: 2 ** -24 },
  float32: { max: 3.4028234663852886e38, normal: 2 ** -126, tiny: 2 ** -149 },
  float64: { max: Number.MAX_VALUE, normal: 2 ** -1022, tiny: Number.MIN_VALUE },
}
