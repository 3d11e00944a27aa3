import { arange, full, linspace } from '@tendril/core/fn'
import type { FillAttrs, LinSpaceAttrs, RangeAttrs } from '@tensorflow/tfjs-core'
import { type Family, kernel, refuse } from '../kernel.ts'

/** Kernels that have no inputs. */
export const creation: Family = {
  Fill: kernel([], (_, { shape, value }: FillAttrs, [{ dtype }]) =>
    typeof value === 'number' || typeof value === 'boolean'
      ? full([...shape], dtype === 'bool' ? Boolean(value) : Number(value), { dtype })
      : refuse('it makes text, which graphs do not hold'),
  ),
  LinSpace: kernel([], (_, { start, stop, num }: LinSpaceAttrs) =>
    linspace(start, stop, num, { dtype: 'float32' }),
  ),
  // The number of elements is what counts: a negative step may stand where it is not needed.
  Range: kernel([], (_, { start, stop, step, dtype }: RangeAttrs) =>
    arange(start, stop, stop < start && step === 1 ? -1 : step, { dtype: dtype as 'float32' | 'int32' }),
  ),
}
