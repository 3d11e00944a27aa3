import { array, asarray, at, Container, NDArray, s, Variable } from '@tendril/core/fn'
import { attempt } from '@tendril/core/module'

/** Thrown where a function that is run to see what it does would do what cannot be undone. */
class NotTried extends Error {}

/** How many turns loops make in one trial at most: it may run what the program would not. */
const mostTurns = 10_000

let depth = 0
let turns = 0

const refuse = (): never => {
  throw new NotTried()
}

/** Whether what runs now is run to see what it does. */
export const isTrial = (): boolean => depth > 0

/** Ends a trial. */
export function leaveTrial(): void {
  if (depth > 0) refuse()
}

export function countTurn(): void {
  if (depth > 0 && ++turns > mostTurns) refuse()
}

/** What `fn` gives, or undefined where that cannot be told without doing what it does. */
export function tried<T>(fn: () => T): { readonly result: T } | undefined {
  if (depth++ === 0) turns = 0
  try {
    return { result: attempt(fn) }
  } catch {
    // If it is an error of the program's own, the program itself comes to it.
    return undefined
  } finally {
    depth--
  }
}

const pure: ReadonlySet<unknown> = new Set([array, asarray, at, s])

const isPure = (value: unknown): boolean => typeof value === 'function' && ('def' in value || pure.has(value))

/** Members of arrays that are no ops of it. */
const impure = new Set(['dispose', 'data', 'dataSync', 'native', 'ready', 'toBackend', 'item', 'toArray'])

/** A function that is called by its name. */
export function known<F>(fn: F): F {
  if (depth > 0 && !isPure(fn)) refuse()
  return fn
}

/** An object whose method is called. */
export function calling<O>(object: O, name: string): O {
  if (depth === 0) return object
  if (object instanceof NDArray ? impure.has(name) : !isPure(read(object, name))) refuse()
  return object
}

/** An object of which a property is read. */
export function on<O>(object: O, name: PropertyKey): O {
  if (depth > 0) read(object, name)
  return object
}

/** A property, where reading it does nothing else. */
function read(object: unknown, name: PropertyKey): unknown {
  if (object instanceof NDArray || object instanceof Variable || object instanceof Container)
    return Reflect.get(object, name)
  for (let each: unknown = object; each !== null && each !== undefined; each = Object.getPrototypeOf(each)) {
    const property = Object.getOwnPropertyDescriptor(each, name)
    if (property !== undefined) return 'value' in property ? property.value : refuse()
  }
  return object === null || object === undefined ? refuse() : undefined
}
