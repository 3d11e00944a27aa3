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

/** Whether an object shows its state itself; modules are such objects, and functions as well. */
export const isStateful = (object: unknown): object is Stateful =>
  ((typeof object === 'object' && object !== null) || typeof object === 'function') && state in object

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

const isBranch = (value: unknown): value is Branch => isRecord(value) || Array.isArray(value)
/** A plain object or a list. */
type Branch = Record<string, unknown>

/** The object or list that a copy was made of, so that putting the copy back finds it. */
const homes = new WeakMap<Branch, Branch>()

/** Nested plain objects and lists are written in place, so a snapshot has its own. */
function copied(value: Branch): Branch {
  const inner = (item: unknown): unknown => (isBranch(item) ? copied(item) : item)
  const copy = Array.isArray(value)
    ? (value.map(inner) as unknown as Branch)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]))
  homes.set(copy, value)
  return copy
}

/** Gives the object, or the list, exactly these entries; nested ones stay the same objects. */
function write(target: Branch, tree: Branch): void {
  if (Array.isArray(target)) target.length = (tree as unknown as unknown[]).length
  for (const key of Object.keys(target)) if (!Object.hasOwn(tree, key)) delete target[key]
  for (const [key, value] of Object.entries(tree)) {
    const old = target[key]
    const home = isBranch(value) ? (homes.get(value) ?? sameKind(old, value)) : undefined
    if (home !== undefined && home !== value) write(home, value as Branch)
    const now = home ?? value
    if (!Object.is(old, now)) target[key] = now
  }
}

const sameKind = (old: unknown, value: Branch): Branch | undefined =>
  isBranch(old) && Array.isArray(old) === Array.isArray(value) ? old : undefined
