import type { Lowering } from '@tendril/core/adapter'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'
import { control } from './control.ts'
import { creation } from './creation.ts'
import { elementwise } from './elementwise.ts'
import { matmul } from './matmul.ts'
import { movement } from './movement.ts'
import { order } from './order.ts'
import { reductions } from './reduce.ts'
import { scatters } from './scatter.ts'
import { windows } from './windows.ts'

/** How each op is spelled as loops or as a call of a kernel. */
export const lowerings: readonly Lowering<NumjsEmitter, Value>[] = [
  ...control,
  ...elementwise,
  ...reductions,
  ...movement,
  ...matmul,
  ...windows,
  ...order,
  ...creation,
  ...scatters,
]
