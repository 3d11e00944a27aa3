import { relocate } from '@tendril/core/fn'
import type { Caller } from '@tendril/core/module'

/** The modules of this library: errors in them are of the line that called them. */
const ofLibrary = new WeakSet<object>()

export const markLibrary = (module: object): void => void ofLibrary.add(module)

/** Errors that have a line of the user's code already. */
const told = new WeakSet<object>()

/** What a module's `forward` throws, with the line where the user can change something. */
export function inForward(error: unknown, module: object, forward: Caller): unknown {
  if (ofLibrary.has(module)) return throughCall(error, forward)
  if (typeof error === 'object' && error !== null) told.add(error)
  return error
}

/** Does the work of a function by which a module is called. */
export function calling<T>(called: Caller, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw throughCall(error, called)
  }
}

const throughCall = (error: unknown, called: Caller): unknown =>
  typeof error === 'object' && error !== null && told.has(error) ? error : relocate(error, called)
