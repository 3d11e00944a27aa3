import { same } from '../../types/dim.ts'
import { isComplex } from '../../types/dtype.ts'
import { printType, type TensorType } from '../../types/tensor-type.ts'

/** Whether a value can stand in place of a result: broadcasting and promotion may have changed the type. */
export function keepsType(value: TensorType, result: TensorType): true | string {
  const { dtype, shape } = value
  const kept =
    dtype === result.dtype &&
    shape.length === result.shape.length &&
    shape.every((size, axis) => same(size, result.shape[axis]!))
  return kept || `${printType(value)} becomes ${printType(result)} there`
}

/** `when` of rules that leave only their first hole. */
export const firstKeepsType = (
  [value]: readonly [TensorType, ...TensorType[]],
  _captures: unknown,
  result: TensorType,
): true | string => keepsType(value, result)

/** As `firstKeepsType`, of ops whose complex meaning has more to it: `x * 1` adds `im * 0` to the real part. */
export const realKeepsType: typeof firstKeepsType = (holes, captures, result) =>
  isComplex(result.dtype) ? 'complex numbers have two parts' : firstKeepsType(holes, captures, result)
