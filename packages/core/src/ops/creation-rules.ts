import { DTypeError, ParamError } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { atLeast, type Dim, isPoly } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import { isFloat } from '../types/dtype.ts'
import { commonWeak, type Element } from '../types/promotion.ts'

/** Sizes that an array can be made with: no -1, which only a reshape fills in. */
export function checkedShape(op: string, shape: readonly Dim[]): readonly Dim[] {
  return checkedSizes(op, 'shape', shape)
}

/** Sizes and counts of a parameter. */
export function checkedSizes(op: string, param: string, sizes: readonly Dim[]): readonly Dim[] {
  if (sizes.every((size) => atLeast(size, 0))) return sizes
  throw new ParamError({ op, param, value: sizes, because: 'sizes are integers >= 0' })
}

/** The dtype asked for, or the one of the number; refused when it cannot hold the number. */
export function dtypeOfFill(op: string, value: Element, dtype: DType | null): DType {
  // A size that is no number yet.
  if (isPoly(value)) return dtype ?? 'float32'
  const chosen = dtype ?? commonWeak([value])
  scalarOf(op, value, chosen)
  return chosen
}

/** Refuses dtypes that are not floats. */
export function floatDType(op: string, dtype: DType): DType {
  if (isFloat(dtype)) return dtype
  throw new DTypeError({ op, dtypes: [dtype], because: 'it makes floats' })
}

/** Refuses what is no finite number. */
export function finite(op: string, param: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new ParamError({ op, param, value, because: 'it takes a finite number' })
}
