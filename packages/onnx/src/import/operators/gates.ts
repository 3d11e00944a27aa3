import * as td from '@tendril/core/fn'
import type { Operator, Operators } from '../node-call.ts'
import { floorDiv } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { single } from './heads.ts'

/** Root mean squares of parts of the last axis, and a gate. */
const gatedNorm: Operator = (call) => {
  const [x, scale, gate] = [call.array(0), call.array(1), call.array(2)]
  const features = sizesOf(scale)[0]!
  const sizes = sizesOf(x)
  const parts = td.reshape(single(x), [...sizes.slice(0, -1), floorDiv(sizes.at(-1)!, features)!, features])
  const normal = td.rmsNorm(parts, single(scale), { axis: -1, eps: call.float('epsilon', 1e-5) })
  return td.astype(td.multiply(td.reshape(normal, sizes), td.silu(single(gate))), x.dtype)
}

/** Gates of linear attention: how much is kept, by its logarithm, and how much is taken. */
const attentionGates: Operator = (call) => {
  const x = call.array(0)
  const kept = td.multiply(td.softplus(td.add(single(x), call.array(1))), call.array(2))
  const taken = call.has(3) ? td.astype(td.sigmoid(single(call.array(3))), x.dtype) : null
  return [td.astype(kept, x.dtype), taken]
}

/** Gates of models whose attention is a state. */
export const gates: Operators = {
  GatedAdd: (call) => td.add(call.array(0), td.multiply(call.array(1), call.array(2))),
  GatedRMSNorm: gatedNorm,
  LinearAttentionGate: attentionGates,
}
