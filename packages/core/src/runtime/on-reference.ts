import { unrecorded } from '../interpreter.ts'
import type { HostArray } from '../op.ts'
import { tensorType, type ConcreteType } from '../types/tensor-type.ts'
import type { NDArray } from './nd-array.ts'
import { onEngine, referenceEngine } from './set-backend.ts'

/** Host data as an array of the reference, which follows the engines that it meets; a graph holds it as a constant. */
export const hostConstant = ({ dtype, shape, data }: HostArray): NDArray =>
  referenceEngine.upload(data, tensorType(dtype, shape) as ConcreteType)

/** Runs `fn` outside of any trace, its new arrays on the reference. Synchronous. */
export const onReference = <T>(fn: () => T): T =>
  onEngine(referenceEngine, () => unrecorded(fn), { isAsync: false })
