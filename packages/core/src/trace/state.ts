import { refuse, ObjectState } from './object-state.ts'
import { invisible } from './state-kinds.ts'
import { state, type StateAccess, type Stateful } from './state-protocol.ts'

/**
 * Access to an object's state: by its protocol, else by its own properties, in place.
 *
 * @throws StateError for objects whose state is invisible or cannot be put back
 */
export function stateOf(object: unknown): StateAccess {
  if (isStateful(object)) return object[state]()
  const because = invisible(object)
  if (because !== undefined) refuse(object, because)
  return new ObjectState(object as object)
}

/** Whether an object shows its state itself; modules are such objects, and functions as well. */
export const isStateful = (object: unknown): object is Stateful =>
  ((typeof object === 'object' && object !== null) || typeof object === 'function') && state in object

/** What puts the state back as it is now. */
export function held(access: StateAccess): () => void {
  if (access instanceof ObjectState) return access.hold()
  const before = access.get()
  return () => access.set(before)
}
