import { type Bounded, type BoundedOperand, exact, isValue, truthOf } from '@tendril/core/testing'
import { boundCall, type Call } from './call.ts'

/** The right results of a call. */
export function truthOfCall(call: Call): readonly Bounded[] {
  const { operands, params, hosts } = boundCall(call)
  return truthOf(
    call.op,
    operands.map((operand): BoundedOperand => (isValue(operand) ? exact(hosts.get(operand)!) : operand)),
    params,
  )
}
