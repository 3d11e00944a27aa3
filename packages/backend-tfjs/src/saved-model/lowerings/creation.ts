import type { TfEmitter } from '../emitter.ts'
import type { TfRef } from '../ref.ts'
import { lower, type TfLowering } from './lower.ts'

const made = (e: TfEmitter): TfRef => e.host([])[0]!

/** Arrays without operands, which are computed once. */
export const creation: readonly TfLowering[] = [
  lower('arange', made),
  lower('linspace', made),
  lower('eye', made),
]
