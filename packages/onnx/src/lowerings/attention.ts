import { type Dim, printDim } from '@tendril/core/adapter'
import { attr } from '../attributes.ts'
import { guarded, lower, type OnnxLowering } from '../lower.ts'

/** The operator set whose Attention gives zeros where a query may attend to nothing, as ours does. */
export const opsetOfAttention = 24

const areSame = (all: readonly Dim[]): boolean => new Set(all.map((size) => printDim(size))).size === 1

/** Attention whole, in files: as ONNX' operator where batches and heads are axes of all arrays. */
export const attention: OnnxLowering = guarded(
  lower(
    'scaledDotProductAttention',
    (e, [query, key, value, mask], { scale, isCausal }) =>
      e.node('Attention', [query, key, value, mask], query, {
        ...(scale !== null && { scale: attr.float(scale) }),
        ...(isCausal && { is_causal: 1 }),
      }),
    {
      supports: ([query, key, value, mask]) => {
        const arrays = [query, key, value]
        if (query.dtype !== 'float32' && query.dtype !== 'float16') return `no kernel holds ${query.dtype}`
        if (arrays.some(({ shape }) => shape.length !== 4)) return 'Attention takes batches of heads'
        if (![0, 1].every((axis) => areSame(arrays.map(({ shape }) => shape[axis]!))))
          return 'Attention does not broadcast batches and heads'
        if (mask === undefined) return true
        // Of a mask that is added the operator makes zeros where all products are -Infinity, ours NaN.
        if (mask.dtype !== 'bool') return 'a mask that is added may be -Infinity'
        const full = [query.shape[0]!, query.shape[1]!, query.shape[2]!, key.shape[2]!]
        const isWhole = mask.shape.length === 4 && mask.shape.every((size, i) => areSame([size, full[i]!]))
        return isWhole || 'Attention does not broadcast masks in each runtime'
      },
    },
  ),
)
