import type { DataOf, DType } from '../types/dtype.ts'
import type { Complex } from '../types/promotion.ts'

/** What is known of an array whose dtype is known. */
export interface OfDType<D extends DType> {
  readonly dtype: D
  data(): Promise<DataOf[D]>
  dataSync(): DataOf[D]
  item(): ElementOf<D>
}

/** The elements of a dtype as JavaScript shows them. */
type ElementOf<D extends DType> = D extends 'bool'
  ? boolean
  : D extends 'int64' | 'uint64'
    ? bigint
    : D extends 'complex64' | 'complex128'
      ? Complex
      : number
