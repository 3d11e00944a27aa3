import type { HostArray } from '../op.ts'
import { type DType, isBigInt, isComplex, kindOf } from '../types/dtype.ts'
import { allocate } from './host.ts'

/**
 * The array in another dtype: floats are cut towards zero, everything but zero is true, integers wrap.
 *
 * A complex number is true where either part is; nothing else real becomes of it, which callers see to.
 *
 * A float outside an integer's range is left open by the standard; here NaN gives 0 and the rest wraps.
 */
export function convert(array: HostArray, dtype: DType): HostArray {
  if (array.dtype === dtype) return array
  const { data, shape } = array
  if (isComplex(array.dtype)) return ofComplex(array, dtype)
  const out = allocate(dtype, data.length)
  if (isComplex(dtype)) {
    for (let i = 0; i < data.length; i++) (out as Float64Array)[2 * i] = Number(data[i])
  } else if (kindOf(dtype) === 'bool') {
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

/** A complex array in the other complex dtype, or as bool. */
function ofComplex({ data, shape }: HostArray, dtype: DType): HostArray {
  const count = data.length / 2
  const out = allocate(dtype, count)
  if (isComplex(dtype)) out.set(data as never)
  else
    for (let i = 0; i < count; i++)
      (out as Uint8Array)[i] = data[2 * i] === 0 && data[2 * i + 1] === 0 ? 0 : 1
  return { dtype, shape, data: out }
}

function toBigInt(value: number | bigint): bigint {
  if (typeof value === 'bigint') return value
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
}
