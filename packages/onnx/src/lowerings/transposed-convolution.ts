import { runs } from '../carriers.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { allFinite } from './convolution.ts'

interface Attributes extends Record<string, number | readonly number[]> {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly output_padding: readonly number[]
  readonly dilations: readonly number[]
  readonly group: number
}

/** ConvTranspose multiplies elements alone, and a weight that is not finite makes NaN of the zeros that are put between them. */
function withNaN(
  e: OnnxEmitter,
  [a, w, y]: readonly [OnnxRef, OnnxRef, OnnxRef],
  attributes: Attributes,
  [channels, filters]: readonly number[],
): OnnxRef {
  const { group } = attributes
  const isWild = e.cast(x.isNaN(e, x.mul(e, w, x.number(e, w, 0))), w.dtype)
  const ones = e.node('Expand', [x.number(e, a, 1), x.shapeOf(e, a)], a)
  const met = e.node('ConvTranspose', [ones, isWild], a, attributes)
  const parted = x.reshape(e, isWild, e.sizes([group, channels! / group, filters!, -1]), 4)
  const axes = e.ints([1, 3])
  const all = e.node('ReduceSum', [parted, axes], { dtype: w.dtype, rank: 2 }, { keepdims: 0 })
  const ofFilters = x.reshape(e, all, e.ints([1, -1, ...Array<number>(a.rank - 2).fill(1)]), a.rank)
  return x.where(e, x.less(e, met, ofFilters), x.number(e, a, NaN), y)
}

const transposed = (
  op: 'conv1dTranspose' | 'conv2dTranspose' | 'conv3dTranspose',
  rank: number,
): OnnxLowering => {
  const each = (value: number | readonly number[]): readonly number[] =>
    Array.from({ length: rank }, (_, i) => (typeof value === 'number' ? value : value[i % value.length]!))
  /** Before each axis, then after each. */
  const padsOf = (padding: 'same' | 'valid' | readonly number[]): readonly number[] => {
    const listed = typeof padding === 'string' ? [0] : padding
    return listed.length === 2 * rank ? listed : [...each(listed), ...each(listed)]
  }
  return lower(
    op,
    (e, [a, w, bias], { strides, padding, outputPadding, dilations, groups }, { inputs }) => {
      const attributes: Attributes = {
        strides: each(strides),
        pads: padsOf(padding),
        output_padding: each(outputPadding as readonly number[]),
        dilations: each(dilations),
        group: groups,
      }
      const y = e.node('ConvTranspose', [a, w, bias], a, attributes)
      if (!e.exact || e.isFinite(w)) return y
      const same = (): OnnxRef => e.node('Identity', [y], y)
      return e.either(allFinite(e, w), same, () => withNaN(e, [a, w, y], attributes, inputs[1]!.shape))
    },
    {
      supports: ([a], { strides, padding, outputPadding }) => {
        const kernel = runs('ConvTranspose', a.dtype)
        if (kernel !== true) return kernel
        if (padding === 'same') return 'how much it cuts follows from the window'
        if (a.shape[1] === 0) return 'it has no channels'
        const grown = each(outputPadding as readonly number[])
        return each(strides).every((step, i) => grown[i]! < step) || 'it is longer than the windows reach'
      },
    },
  )
}

export const transposedConvolutions: readonly OnnxLowering[] = [
  transposed('conv1dTranspose', 1),
  transposed('conv2dTranspose', 2),
  transposed('conv3dTranspose', 3),
]
