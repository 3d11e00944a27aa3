import { countLeaves } from '../ir/tree-spec.ts'
import { keep } from '../runtime/memory.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { CallTree } from './call-tree.ts'
import { ObjectState } from './object-state.ts'
import type { Homes } from './state-writer.ts'
import type { StateAccess } from './state-protocol.ts'
import type { Trace } from './trace.ts'
import { unflatten } from './tree.ts'

/** Gives stateful objects and Variables what the function left in them. */
export function writeBack({ raw, sinks }: Trace, states: CallTree['states'], outs: readonly NDArray[]): void {
  raw.writes.forEach(({ spec, from }, i) => {
    const sink = sinks[i]!
    const written = outs.slice(from, from + countLeaves(spec))
    // State outlives a `tidy` around the call.
    written.forEach(keep)
    const value = unflatten(spec, written)
    if (sink.of === 'place') sink.write(value as NDArray)
    else give(states[sink.index]!.access, value, sink.homes)
  })
}

/** The protocol of an object takes a tree and nothing else. */
function give(access: StateAccess, value: unknown, homes: Homes | undefined): void {
  if (access instanceof ObjectState) access.set(value, homes)
  else access.set(value)
}
