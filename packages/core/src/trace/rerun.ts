import { isValue } from '../interpreter.ts'
import type { MaybePromise } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { onEngine } from '../runtime/set-backend.ts'
import type { CallTree } from './call-tree.ts'
import type { TraceStore } from './trace-store.ts'
import { flatten, unflatten } from './tree.ts'

/**
 * Runs the function itself for a call, on arrays of one engine: exact whatever it reads, since nothing is recorded.
 *
 * @throws StateError when it changes an argument that is not stateful, and whatever it throws itself
 */
export function runAgain(
  store: TraceStore,
  call: CallTree,
  engine: Engine,
  adopt: (array: NDArray) => NDArray,
): MaybePromise<unknown> {
  const { fn, receiver, isAsync } = store
  store.runs++
  const rebuilt = call.rebuild(call.leaves.map((array, i) => call.natives[i] ?? adopt(array)))
  const result = onEngine(engine, () => fn!.apply(receiver, rebuilt.args), { isAsync })
  const finish = (value: unknown): unknown => {
    rebuilt.checkUnchanged()
    // They were made for this call, and hold on to what the caller may want to free.
    for (const place in call.natives) call.leaves[place]!.dispose()
    return onThis(value, (array) => engine.alias(adopt(array)))
  }
  return result instanceof Promise ? result.then(finish) : finish(result)
}

/** Results belong to the engine of the graph and are handles of their own; what is no array of ours stays as it is. */
function onThis(value: unknown, give: (array: NDArray) => NDArray): unknown {
  if (isValue(value)) return give(value as NDArray)
  if (typeof value !== 'object' || value === null) return value
  const { leaves, spec } = flatten(value)
  return unflatten(
    spec,
    leaves.map((leaf) => give(leaf as NDArray)),
  )
}
