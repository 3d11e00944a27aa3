import { isGpu } from '../gpu/device.ts'
import { astype, type DType, NDArray, permuteDims, reshape } from '@tendril/core/fn'

export const toDType = (x: NDArray, dtype: DType): NDArray => (x.dtype === dtype ? x : astype(x, dtype))

export const toShape = (x: NDArray, shape: readonly number[]): NDArray =>
  x.ndim === shape.length && shape.every((size, i) => size === x.shape[i]) ? x : reshape(x, shape)

export const permuted = (x: NDArray, axes: readonly number[]): NDArray =>
  axes.every((axis, i) => axis === i) ? x : permuteDims(x, axes)

/** Booleans count as 0 and 1 in tfjs. */
export const numeric = (x: NDArray): NDArray => (x.dtype === 'bool' ? astype(x, 'int32') : x)

/** The number in a constant without axes, which tfjs makes of every number that it is given. */
function numberIn(x: NDArray): number | undefined {
  // A GPU does not hand it out at once; there it stays an array.
  if (x.recorder !== null || x.ndim > 0 || x.dtype === 'bool' || isGpu(x.device)) return undefined
  const value = x.item()
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Two operands of one dtype, numbers written as such. */
export function operands(a: NDArray, b: NDArray): readonly [NDArray | number, NDArray | number] {
  const [x, y] = [numeric(a), numeric(b)]
  if (x.dtype !== y.dtype) return [x, y]
  const number = numberIn(y)
  if (number !== undefined) return [x, number]
  return [numberIn(x) ?? x, y]
}

export const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
