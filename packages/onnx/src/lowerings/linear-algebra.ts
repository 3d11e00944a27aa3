import { carrierOf } from '../carriers.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

export const linearAlgebra: readonly OnnxLowering[] = [
  lower('matmul', (e, [a, b], _params, { outputs: [type] }) => {
    const dtype = carrierOf('MatMul', a.dtype, true)!
    const given: OnnxRef[] = [e.cast(a, dtype), e.cast(b, dtype)]
    return e.cast(e.node('MatMul', given, { dtype, rank: type!.shape.length }), a.dtype)
  }),
]
