import { attr, type AttributeValue } from '../attributes.ts'
import type { OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import { ModelBuilder } from '../model-builder.ts'
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
export function scanned(e: OnnxEmitter, kernel: 'CumSum' | 'CumProd', a: OnnxRef, axis: number): OnnxRef {
  if (kernel === 'CumProd' && e.opset < opsetOfCumProd) return productsByScan(e, a, axis)
  return e.node(kernel, [a, e.scalar('int64', axis)], a)
}

const opsetOfCumProd = 26

/** What `CumProd` is short for. */
function productsByScan(e: OnnxEmitter, a: OnnxRef, axis: number): OnnxRef {
  const rank = a.rank - 1
  const sizes = x.shapeOf(e, a)
  const parts = [e.ints([0]), e.ints([axis]), e.ints([axis + 1]), e.ints([a.rank])] as const
  const [head, tail] = [0, 2].map((i) => e.node('Slice', [sizes, parts[i], parts[i + 1]], sizes))
  const others = e.node('Concat', [head, tail], sizes, { axis: 0 })
  const ones = e.node('Expand', [x.number(e, a, 1), others], { dtype: a.dtype, rank })
  const results = [{ dtype: a.dtype, rank }, a]
  const attributes = { num_scan_inputs: 1, scan_input_axes: [axis], scan_output_axes: [axis] }
  return e.nodes('Scan', [ones, a], results, { ...attributes, body: productStep(a.dtype) })[1]!
}

function productStep(dtype: OnnxDType): AttributeValue {
  const g = new ModelBuilder({ name: `product of ${dtype}` })
  const [total, factor] = ['scan_total', 'scan_factor'].map((name) => g.input(dtype, null, name))
  g.nodeNamed('Mul', [total!, factor!], ['scan_next'])
  g.nodeNamed('Identity', ['scan_next'], ['scan_result'])
  g.output('scan_next', dtype, null)
  g.output('scan_result', dtype, null)
  return attr.graph(g.proto)
}

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
