import { fromHalfBits, halfBits } from './half-bits.ts'
import type { FloatDtype } from './ulp.ts'

const view = new DataView(new ArrayBuffer(8))

/** The number of the dtype next to `from` in the direction of `to`; NaN where either is, `to` where both are equal. */
export function nextAfter(from: number, to: number, dtype: FloatDtype): number {
  if (Number.isNaN(from) || Number.isNaN(to)) return NaN
  if (from === to) return to
  const isUp = to > from
  if (from === 0) return isUp ? smallest[dtype] : -smallest[dtype]
  // Bits count up away from zero, on either side of it.
  const step = isUp === from > 0 ? 1 : -1
  if (dtype === 'float16') return fromHalfBits(halfBits(from) + step)
  if (dtype === 'float32') {
    view.setFloat32(0, from)
    view.setUint32(0, view.getUint32(0) + step)
    return view.getFloat32(0)
  }
  view.setFloat64(0, from)
  view.setBigUint64(0, view.getBigUint64(0) + BigInt(step))
  return view.getFloat64(0)
}

const smallest: Readonly<Record<FloatDtype, number>> = {
  float16: 2 ** -24,
  float32: 2 ** -149,
  float64: Number.MIN_VALUE,
}
