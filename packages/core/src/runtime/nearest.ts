import { bitsOf, type DType, dtypes, kindOf } from '../types/dtype.ts'

/** For each dtype that an engine lacks, the widest one of its kind that it holds; signed integers serve for unsigned ones. */
export function nearestDTypes(held: ReadonlySet<DType>): ReadonlyMap<DType, DType> {
  const widest = (kind: string): DType | undefined =>
    dtypes
      .filter((dtype) => held.has(dtype) && kindOf(dtype) === kind)
      .toSorted((a, b) => bitsOf(b) - bitsOf(a))[0]
  const map = new Map<DType, DType>()
  for (const dtype of dtypes) {
    if (held.has(dtype)) continue
    const to = widest(kindOf(dtype)) ?? (kindOf(dtype) === 'uint' ? widest('int') : undefined)
    if (to !== undefined) map.set(dtype, to)
  }
  return map
}
