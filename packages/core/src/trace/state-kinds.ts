import { isValue } from '../interpreter.ts'
import { privateName } from './private-name.ts'
import { followed } from './watch.ts'

/** Why the state of an object cannot be followed; undefined where it can. */
export function invisible(object: unknown): string | undefined {
  if (typeof object !== 'object' || object === null) return 'it is not an object'
  if (isValue(object)) return 'arrays never change'
  if (
    object instanceof Map ||
    object instanceof Set ||
    object instanceof WeakMap ||
    object instanceof WeakSet
  )
    return 'its entries are not properties'
  if (object instanceof Date) return 'its time is not a property'
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return 'its elements change unseen'
  if (object instanceof Promise || object instanceof RegExp || object instanceof WeakRef)
    return 'what it holds is no property'
  const hidden = privateField(object)
  return hidden === undefined ? undefined : `its private field ${hidden} is invisible`
}

/** The same of what may be a proxy, where the platform tells. */
export const isProxy = (object: object): boolean => proxyTest?.(object) === true

interface BuiltIns {
  getBuiltinModule?(name: string): { readonly types?: { isProxy(object: object): boolean } } | undefined
}
const proxyTest = (globalThis as { process?: BuiltIns }).process?.getBuiltinModule?.('node:util')?.types
  ?.isProxy

const classes = new WeakMap<object, string | null>()

/** The first `#name` in the source of the object's classes; private fields compiled to WeakMaps are not found. */
function privateField(object: object): string | undefined {
  let prototype = Object.getPrototypeOf(object) as object | null
  for (
    ;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const { constructor } = prototype
    if (typeof constructor !== 'function') continue
    let found = classes.get(constructor)
    if (found === undefined) {
      found = privateName(Function.prototype.toString.call(constructor)) ?? null
      classes.set(constructor, found)
    }
    if (found !== null) return found
  }
  return undefined
}

/** Plain objects and lists: their class says nothing of them. */
export function isPlainBranch(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return Array.isArray(object)
    ? prototype === Array.prototype
    : prototype === Object.prototype || prototype === null
}

/** What sees to its own reads and writes, or is no state at all: it stays as it is. */
export const standsAlone = (value: object): boolean =>
  typeof value === 'function' ||
  followed in value ||
  value instanceof Promise ||
  value instanceof RegExp ||
  value instanceof Error
