import { isSymbolic } from '@tendril/core/adapter'
import { lower, type OnnxLowering } from '../lower.ts'

/** Ops whose results have a size that their data decide. */
export const counted: readonly OnnxLowering[] = [
  lower(
    'nonzero',
    (e, [a], { size }) => {
      const places = e.cast(e.node('NonZero', [a], { dtype: 'int64', rank: 2 }), 'int32')
      e.named(size!, places, 1)
      return Array.from({ length: a.rank }, (_, axis) =>
        e.node('Gather', [places, e.scalar('int64', axis)], { dtype: 'int32', rank: 1 }, { axis: 0 }),
      )
    },
    { supports: ([, count]) => count !== undefined || 'it finds as many as there are, not a given number' },
  ),
  // Nothing needs its elements.
  lower(
    'told',
    (e, [count], { size }) => {
      e.told(size!, count!)
      return count!
    },
    { supports: (_, { size }) => isSymbolic(size!) || 'its size is known' },
  ),
  // What makes the array checks its sizes.
  lower('ofSizes', (_, [a]) => a, {
    supports: ([type], { shape }) => [...type.shape, ...shape].some(isSymbolic) || 'its sizes are checked',
  }),
]
