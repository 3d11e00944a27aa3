import { ParamError } from '../errors.ts'
import { type DType, isComplex, type TypedArray } from '../types/dtype.ts'
import type { Element } from '../types/promotion.ts'
import { type ConcreteType, printType } from '../types/tensor-type.ts'

/** An element of host data as JavaScript shows it. */
export function elementOf(dtype: DType, data: TypedArray, i: number): Element {
  if (dtype === 'bool') return data[i] !== 0
  if (isComplex(dtype)) return { re: data[2 * i] as number, im: data[2 * i + 1] as number }
  return data[i]!
}

/** Whether arrays of a type hold one real number. */
export const isOneNumber = ({ dtype, shape }: ConcreteType): boolean =>
  !isComplex(dtype) && shape.every((size) => size === 1)

/** The only element of an array. */
export function single(type: ConcreteType, data: TypedArray): Element {
  const count = isComplex(type.dtype) ? data.length / 2 : data.length
  if (count === 1) return elementOf(type.dtype, data, 0)
  throw new ParamError({
    op: 'item',
    param: 'x',
    value: printType(type),
    because: `it has ${count} elements, not one`,
    instead: 'Read all of them: await x.data() or x.toArray()',
  })
}
