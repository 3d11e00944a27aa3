/** Fourier transforms in products of matrices, for engines without complex dtypes. */
import type { ArrayValue, ByParts } from '../op.ts'
import { type DType, partDType } from '../types/dtype.ts'
import { multiply } from './multiplication.ts'
import { remainder } from './remainders.ts'
import { astype } from './astype.ts'
import { complex } from './complex-parts.ts'
import { arange } from './creation.ts'
import type { fftFft, fftIfft } from './fourier.ts'
import { divisor, type Norm, resized } from './fourier-rules.ts'
import { matmul } from './matmul.ts'
import { permuteDims, reshape } from './movement.ts'
import { cos, sin } from './trig.ts'

/** Up to this length a transform is one matrix product. */
const mostAtOnce = 32

/** A factor that leaves matrices of about the same size on both sides; 1 where there is none. */
function factorOf(n: number): number {
  for (let factor = Math.floor(Math.sqrt(n)); factor > 1; factor--) if (n % factor === 0) return factor
  return 1
}

/** `exp(-2 pi i j k / n)` for all rows j and columns k; whole angles are left out before they are rounded. */
function waves(rows: number, columns: number, n: number, dtype: DType, inverse: boolean): ArrayValue {
  const index = (count: number, shape: number[]): ArrayValue =>
    reshape(arange(count, { dtype: 'int32' }), shape)
  const turns = remainder(multiply(index(rows, [rows, 1]), index(columns, [1, columns])), n)
  const angle = multiply(astype(turns, partDType(dtype)), ((inverse ? 2 : -2) * Math.PI) / n)
  return complex(cos(angle), sin(angle))
}

/** The transform of the last axis in other ops, unscaled: matrix products, by factors where the length has any. */
function expanded(x: ArrayValue, inverse: boolean): ArrayValue {
  const batch = x.shape.slice(0, -1)
  const n = x.shape.at(-1)!
  const p = n <= mostAtOnce ? 1 : factorOf(n)
  if (p === 1) return matmul(x, waves(n, n, n, x.dtype, inverse))
  const q = n / p
  const swap = [...batch.map((_, i) => i), batch.length + 1, batch.length]
  const columns = expanded(permuteDims(reshape(x, [...batch, p, q]), swap), inverse)
  const turned = multiply(columns, waves(q, p, n, x.dtype, inverse))
  return reshape(permuteDims(expanded(permuteDims(turned, swap), inverse), swap), [...batch, n])
}

function transformByProducts(
  x: ArrayValue,
  n: number,
  axis: number,
  norm: Norm,
  inverse: boolean,
): ArrayValue {
  const whole = resized(x, axis, n)
  const last = x.ndim - 1
  const swap = whole.shape.map((_, i) => (i === axis ? last : i === last ? axis : i))
  const rows = axis === last ? whole : permuteDims(whole, swap)
  const made = expanded(rows, inverse)
  const back = axis === last ? made : permuteDims(made, swap)
  const scale = divisor(n, norm, inverse)
  return scale === 1 ? back : multiply(back, 1 / scale)
}

export const fftFftByParts: ByParts<typeof fftFft> = ([x], { n, axis, norm }) =>
  transformByProducts(x, n ?? x.shape[axis]!, axis, norm, false)
export const fftIfftByParts: ByParts<typeof fftIfft> = ([x], { n, axis, norm }) =>
  transformByProducts(x, n ?? x.shape[axis]!, axis, norm, true)
