/** Windows one tap at a time, for dtypes that onnxruntime's own kernels lack. */
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxRef } from '../refs.ts'

export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

/** The padded array; two axes before the spatial ones. */
export function padded(e: OnnxEmitter, a: OnnxRef, pads: readonly number[], value: number): OnnxRef {
  if (pads.every((width) => width === 0)) return a
  const rank = pads.length / 2
  const widths = [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)]
  return e.node('Pad', [a, e.ints(widths), x.number(e, a, value)], a, { mode: 'constant' })
}

/** For each tap of the window the elements that lie under it, one for each position in `space`. */
export function taps(
  e: OnnxEmitter,
  a: OnnxRef,
  { kernel, strides, dilations }: Windows,
  space: readonly number[],
): readonly OnnxRef[] {
  const axes = e.ints(kernel.map((_, i) => i + 2))
  const steps = e.ints(strides)
  const reach = space.map((size, i) => (size - 1) * strides[i]! + 1)
  return indices(kernel).map((index) => {
    const from = index.map((k, i) => k * dilations[i]!)
    const to = e.sizes(from.map((start, i) => start + reach[i]!))
    return e.node('Slice', [a, e.ints(from), to, axes, steps], a)
  })
}

/** All places in an array of these sizes, in row-major order. */
const indices = (sizes: readonly number[]): readonly (readonly number[])[] =>
  sizes.reduce<readonly (readonly number[])[]>(
    (heads, size) => heads.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])),
    [[]],
  )
