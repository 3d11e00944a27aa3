import type { OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** The dtype that sums and products of a dtype are computed in; of integers it has the same low bits. */
export function accumulator(dtype: OnnxDType): OnnxDType {
  if (dtype.startsWith('float')) return dtype
  return dtype === 'int64' || dtype === 'uint64' ? 'int64' : 'int32'
}

/** The array with one more element before each line. */
export function started(e: OnnxEmitter, a: OnnxRef, axis: number, value: number): OnnxRef {
  const pads = e.ints(Array.from({ length: 2 * a.rank }, (_, i) => (i === axis ? 1 : 0)))
  return e.node('Pad', [a, pads, e.scalar(a.dtype, value)], a, { mode: 'constant' })
}

/** The sums or products of each line up to each place. */
export const scanned = (e: OnnxEmitter, kernel: 'CumSum' | 'CumProd', a: OnnxRef, axis: number): OnnxRef =>
  e.node(kernel, [a, e.scalar('int64', axis)], a)

export const scans: readonly OnnxLowering[] = [
  lower('cumulativeSum', (e, [a], { axis, includeInitial }) => {
    const terms = e.cast(a, accumulator(a.dtype))
    const line = includeInitial ? started(e, terms, axis!, 0) : terms
    return e.cast(scanned(e, 'CumSum', line, axis!), a.dtype)
  }),
  lower('cumulativeProd', (e, [a], { axis, includeInitial }) => {
    const factors = e.cast(a, accumulator(a.dtype))
    const line = includeInitial ? started(e, factors, axis!, 1) : factors
    return e.cast(scanned(e, 'CumProd', line, axis!), a.dtype)
  }),
]
