import type { HostArray } from '../op.ts'
import { type DType, isBigInt, kindOf } from '../types/dtype.ts'
import { allocate } from './host.ts'

/**
 * The array in another dtype: floats are cut towards zero, everything but zero is true, integers wrap.
 *
 * A float outside an integer's range is left open by the standard; here NaN gives 0 and the rest wraps.
 */
export function convert(array: HostArray, dtype: DType): HostArray {
  if (array.dtype === dtype) return array
  const { data, shape } = array
  const out = allocate(dtype, data.length)
  if (kindOf(dtype) === 'bool') {
    for (let i = 0; i < data.length; i++) (out as Uint8Array)[i] = Number(data[i]) === 0 ? 0 : 1
  } else if (isBigInt(dtype)) {
    for (let i = 0; i < data.length; i++) (out as BigInt64Array)[i] = toBigInt(data[i]!)
  } else if (isBigInt(array.dtype) && kindOf(dtype) !== 'float') {
    for (let i = 0; i < data.length; i++)
      (out as Int32Array)[i] = Number(BigInt.asIntN(32, data[i] as bigint))
  } else {
    for (let i = 0; i < data.length; i++) (out as Float64Array)[i] = Number(data[i])
  }
  return { dtype, shape, data: out }
}

function toBigInt(value: number | bigint): bigint {
  if (typeof value === 'bigint') return value
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
}
