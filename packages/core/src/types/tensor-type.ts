import type { DType } from './dtype.ts'
import type { Dim } from './dim.ts'
import { printDim } from './dim.ts'
import type { Weak } from './promotion.ts'

/** Dtype and sizes of an array; interned, so equal types are the same object. */
export interface TensorType {
  readonly dtype: DType
  readonly shape: readonly Dim[]
  /** Set for a JavaScript scalar, whose dtype gives way to the array it meets. */
  readonly weak: Weak | null
  readonly id: number
}

const interned = new Map<string, TensorType>()
// A miss after clearing costs a cache entry, never a wrong answer.
const limit = 1 << 16
let nextId = 0

/** The type of arrays with this dtype and these sizes. */
export function tensorType(dtype: DType, shape: readonly Dim[], weak: Weak | null = null): TensorType {
  const key = weak === null ? `${dtype}[${shape.join()}]` : `~${weak} ${dtype}`
  const known = interned.get(key)
  if (known !== undefined) return known
  if (interned.size >= limit) interned.clear()
  const type: TensorType = Object.freeze({ dtype, shape: Object.freeze([...shape]), weak, id: nextId++ })
  interned.set(key, type)
  return type
}

export const isConcrete = (type: TensorType): type is ConcreteType =>
  type.shape.every((size) => typeof size === 'number')

/** A type whose sizes are all numbers. */
export interface ConcreteType extends TensorType {
  readonly shape: readonly number[]
}

export const printShape = (shape: readonly Dim[]): string => `[${shape.map(printDim).join()}]`
export const printType = (type: TensorType): string => `${type.dtype}${printShape(type.shape)}`
