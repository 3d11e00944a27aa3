import { creation } from './creation.ts'
import { elements } from './elements.ts'
import type { TfLowering } from './lower.ts'
import { matrices } from './matrices.ts'
import { movement } from './movement.ts'
import { order } from './order.ts'
import { pairs } from './pairs.ts'
import { reductions } from './reductions.ts'
import { scatters } from './scatter.ts'
import { windows } from './windows.ts'

/** How TensorFlow's operators spell the ops. */
export const tfLowerings: readonly TfLowering[] = [
  ...elements,
  ...pairs,
  ...reductions,
  ...movement,
  ...matrices,
  ...windows,
  ...order,
  ...creation,
  ...scatters,
]
