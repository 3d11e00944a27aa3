import { carrierOf } from '../carriers.ts'
import type { OnnxEmitter } from '../emitter.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** The array with one more element before each line. */
function started(e: OnnxEmitter, a: OnnxRef, axis: number, value: number): OnnxRef {
  const pads = e.ints(Array.from({ length: 2 * a.rank }, (_, i) => (i === axis ? 1 : 0)))
  return e.node('Pad', [a, pads, e.scalar(a.dtype, value)], a, { mode: 'constant' })
}

export const scans: readonly OnnxLowering[] = [
  lower('cumulativeSum', (e, [a], { axis, includeInitial }) => {
    const terms = e.cast(a, carrierOf('CumSum', a.dtype, true)!)
    const line = includeInitial ? started(e, terms, axis!, 0) : terms
    return e.cast(e.node('CumSum', [line, e.scalar('int64', axis!)], line), a.dtype)
  }),
  lower('cumulativeProd', (e, [a], { axis, includeInitial }) => {
    const line = includeInitial ? started(e, a, axis!, 1) : a
    return e.node('CumProd', [line, e.scalar('int64', axis!)], line)
  }),
]
