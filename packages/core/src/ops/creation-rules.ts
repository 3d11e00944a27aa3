import { DTypeError, ParamError } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { type Dim, isPoly } from '../types/dim.ts'
import { atLeast } from '../types/at-least.ts'
import { type DType, isComplex, isFloat } from '../types/dtype.ts'
import { commonWeak, type Complex, type Element, isComplexNumber } from '../types/promotion.ts'

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

/** Refuses dtypes that are neither floats nor, where they are taken too, complex. */
export function floatDType(op: string, dtype: DType, orComplex = false): DType {
  if (isFloat(dtype) || (orComplex && isComplex(dtype))) return dtype
  throw new DTypeError({ op, dtypes: [dtype], because: 'it makes floats' })
}

/** Refuses what is no finite number. */
export function finite(op: string, param: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw new ParamError({ op, param, value, because: 'it takes a finite number' })
}

/** A number or a complex one by its parts. */
export const pointOf = (value: unknown): Complex =>
  isComplexNumber(value) ? value : { re: Number(value), im: 0 }

/** Refuses a point that is not finite; tells whether it is complex. */
export function finitePoint(op: string, param: string, value: unknown): 'real' | 'complex' {
  const { re, im } = pointOf(value)
  finite(op, param, re)
  finite(op, param, im)
  return isComplexNumber(value) ? 'complex' : 'real'
}
