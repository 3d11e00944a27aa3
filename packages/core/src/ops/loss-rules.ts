import type { ArrayValue } from '../op.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal } from './compare.ts'
import { log } from './exp-log.ts'
import { sum } from './reduce.ts'
import { broadcastTypes } from './type-rules.ts'
import { countOver } from './statistics.ts'
import { where } from './where.ts'

/** What becomes of the losses of the elements. */
export type Reduction = 'mean' | 'sum' | 'none'

/** The losses, or what they are gathered to. */
export function reduced(loss: ArrayValue, reduction: Reduction): ArrayValue {
  if (reduction === 'none') return loss
  return reduction === 'sum' ? sum(loss) : divide(sum(loss), countOver(loss, null, 0))
}

/** Type of the losses of arrays that broadcast. */
export function lossType(
  op: string,
  types: readonly (TensorType | undefined)[],
  reduction: string,
): TensorType {
  const each = broadcastTypes(op, types)
  return reduction === 'none' ? each : tensorType(each.dtype, [])
}

/** x * log(y), which is 0 where x is 0. */
export const timesLog = (x: ArrayValue, y: ArrayValue): ArrayValue =>
  where(equal(x, 0), 0, multiply(x, log(y)))
