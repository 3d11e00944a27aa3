import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { accumulator } from './scans.ts'

export const linearAlgebra: readonly OnnxLowering[] = [
  lower('matmul', (e, [a, b], _params, { outputs: [type] }) => {
    // Unsigned products of no terms fail; signed ones have the same bits.
    const dtype = accumulator(a.dtype)
    const given: OnnxRef[] = [e.cast(a, dtype), e.cast(b, dtype)]
    return e.cast(e.node('MatMul', given, { dtype, rank: type!.shape.length }), a.dtype)
  }),
]
