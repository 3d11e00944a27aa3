import { StateError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { state, type StateAccess, type Stateful } from './state-protocol.ts'

/**
 * Access to an object's state: by its protocol, else by its own properties, in place.
 *
 * @throws StateError for objects whose state is invisible or cannot be put back
 */
export function stateOf(object: unknown): StateAccess {
  if (isStateful(object)) return object[state]()
  const className = classOf(object)
  const because = invisible(object)
  if (because !== undefined) {
    throw new StateError({
      className,
      because,
      instead:
        'Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container',
    })
  }
  const target = object as Record<string, unknown>
  return {
    get: () => copied(target),
    set: (tree) => write(target, tree as Record<string, unknown>),
  }
}

const isStateful = (object: unknown): object is Stateful =>
  typeof object === 'object' && object !== null && state in object

const classOf = (object: unknown): string =>
  typeof object !== 'object' || object === null
    ? String(object)
    : ((Object.getPrototypeOf(object) as object | null)?.constructor?.name ?? 'Object')

function invisible(object: unknown): string | undefined {
  if (typeof object !== 'object' || object === null) return 'it is not an object'
  if (isValue(object)) return 'arrays never change'
  if (Array.isArray(object)) return 'the places of an array are not followed'
  if (
    object instanceof Map ||
    object instanceof Set ||
    object instanceof WeakMap ||
    object instanceof WeakSet
  )
    return 'its entries are not properties'
  if (object instanceof Date) return 'its time is not a property'
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return 'its elements change unseen'
  if (Object.isFrozen(object) || Object.isSealed(object)) return 'it is frozen or sealed'
  const hidden = privateField(object)
  return hidden === undefined ? undefined : `its private field ${hidden} is invisible`
}

const literals = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g

/** The first `#name` in the source of the object's classes; private fields compiled to WeakMaps are not found. */
function privateField(object: object): string | undefined {
  for (
    let prototype: object | null = Object.getPrototypeOf(object) as object | null;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const { constructor } = prototype
    const found = /#[\p{L}_$][\p{L}\p{N}_$]*/u.exec(
      Function.prototype.toString.call(constructor).replace(literals, ''),
    )
    if (found) return found[0]
  }
  return undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !isValue(value) &&
  Object.getPrototypeOf(value) === Object.prototype

/** The object that a copy was made of, so that putting the copy back finds it. */
const homes = new WeakMap<object, Record<string, unknown>>()

/** Nested plain objects are written in place, so a snapshot has its own. */
function copied(value: Record<string, unknown>): Record<string, unknown> {
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isRecord(inner) ? copied(inner) : inner]),
  )
  homes.set(copy, value)
  return copy
}

/** Gives the object exactly these properties; nested plain objects stay the same objects. */
function write(target: Record<string, unknown>, tree: Record<string, unknown>): void {
  for (const key of Object.keys(target)) if (!Object.hasOwn(tree, key)) delete target[key]
  for (const [key, value] of Object.entries(tree)) {
    const old = target[key]
    const home = isRecord(value) ? (homes.get(value) ?? (isRecord(old) ? old : undefined)) : undefined
    if (home !== undefined && home !== value) write(home, value as Record<string, unknown>)
    const now = home ?? value
    if (!Object.is(old, now)) target[key] = now
  }
}
