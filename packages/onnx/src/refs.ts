import type { OnnxDType } from './dtypes.ts'
import type { ValueName } from './model-builder.ts'

/** A value inside a program. */
export interface OnnxRef {
  readonly name: ValueName
  readonly dtype: OnnxDType
  readonly rank: number
  /** The value with one axis of size 1 in place of none, which costs less and broadcasts alike. */
  readonly loose?: ValueName
  /** The same integers as int64, of which it was cast. */
  readonly wide?: OnnxRef
}

export const isFloat = ({ dtype }: OnnxRef): boolean => dtype.startsWith('float')
