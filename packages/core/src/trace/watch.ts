import { locate, StateError } from '../errors.ts'
import { isValue, recording } from '../interpreter.ts'
import { isBeside, notePlace, notePlaceRead, noteWrite } from '../runtime/beside.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'
import { Tracer } from './tracer.ts'

/** Marks objects that see to their reads and writes themselves: Containers and Variables. */
export const followed: unique symbol = Symbol('tendril.followed')

/** The trace that runs now, unless the object was made in it or is state that it follows. */
export function tracerOf(object: object): Tracer | undefined {
  const tracer = recording()
  return tracer instanceof Tracer && !tracer.owns(object) ? tracer : undefined
}

/** Where a change of state would be lost: it ends the trace, even if the function catches the error. */
export function refuseChange(
  tracer: Tracer,
  fields: ConstructorParameters<typeof StateError>[0],
  below: Caller,
): never {
  const error = locate(new StateError(fields), below) as StateError
  tracer.poison(error)
  throw error
}

const classOf = (object: object): string =>
  (Object.getPrototypeOf(object) as object | null)?.constructor?.name ?? 'Object'

/**
 * What a trace gives for a value read from a place outside of its arguments: an array is read again at each call of the
 * graph, any other value has to be the same, and nested objects and lists are watched as well.
 */
export function readEntry(
  tracer: Tracer,
  owner: object,
  key: string | symbol,
  value: unknown,
  below: Caller,
): unknown {
  const read = (): unknown => Reflect.get(owner, key)
  if (isValue(value))
    return value.recorder === null
      ? tracer.slot(owner, key, value as NDArray, { read, label: String(key) })
      : value
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  // A getter may give another object each time; what it reads is watched.
  if (!isObject || !isComputed(owner, key))
    tracer.places.guard({ owner, key: typeof key === 'string' ? `.${key}` : key, read, value })
  if (typeof value !== 'object' || value === null || followed in value || unchanging(value)) return value
  const because = unwatchable(value)
  if (because === undefined) return watched(value)
  const instead = `Keep its arrays in a plain object, a list or a Container, instead of the field '${String(key)}'`
  return refuseChange(tracer, { className: classOf(value), because, instead }, below)
}

function isComputed(owner: object, key: string | symbol): boolean {
  for (let at: object | null = owner; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, key)
    if (found !== undefined) return found.get !== undefined || found.set !== undefined
  }
  return false
}

const unchanging = (value: object): boolean =>
  value instanceof Promise || value instanceof RegExp || value instanceof Error

function unwatchable(value: object): string | undefined {
  if (value instanceof Map || value instanceof Set || value instanceof WeakMap || value instanceof WeakSet)
    return 'its entries are not properties, so a trace does not see them change'
  if (value instanceof Date) return 'its time is not a property, so a trace does not see it change'
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return 'a trace does not see its elements change'
  return undefined
}

const proxies = new WeakMap<object, object>()
const made = new WeakSet<object>()

/**
 * The object as a traced function sees it as `this`: every field that is read while a trace runs is read again at each
 * call of the graph, nested plain objects and lists included; writing one is refused. One object has one such view.
 */
export function watched<T extends object>(object: T): T {
  if (made.has(object)) return object
  const known = proxies.get(object)
  if (known !== undefined) return known as T
  // A target of its own, because a Proxy has to give frozen fields of its target as they are.
  const shadow: object = Array.isArray(object)
    ? []
    : (Object.create(Object.getPrototypeOf(object) as object | null) as object)
  return view(object, shadow)
}

function view<T extends object>(object: T, shadow: object): T {
  const proxy = new Proxy(shadow, new Watcher(object))
  proxies.set(object, proxy)
  made.add(proxy)
  return proxy as T
}

/**
 * A new object as everybody sees it, who calls it as a function too: traced functions that close over it see its fields
 * change. One that is made while a function is traced is part of that function. `call` is given the function that was
 * called, too, for the lines of errors.
 */
export function watchedAndCalled<T extends object>(
  object: T,
  call: (args: readonly unknown[], called: Caller) => unknown,
): T {
  const tracer = recording()
  if (tracer instanceof Tracer) tracer.own(object)
  else if (isBeside()) notePlace(object)
  const shadow = (...args: unknown[]): unknown => call(args, shadow)
  // The fields of functions would hide those of the object.
  delete (shadow as { name?: string }).name
  delete (shadow as { length?: number }).length
  // What looks through a Proxy, as console.log does, finds the class there.
  Object.setPrototypeOf(shadow, Object.getPrototypeOf(object) as object)
  return view(object, shadow)
}

class Watcher implements ProxyHandler<object> {
  readonly #object: object
  constructor(object: object) {
    this.#object = object
  }

  get(_: object, key: string | symbol, receiver: unknown): unknown {
    const value: unknown = Reflect.get(this.#object, key, receiver)
    const tracer = tracerOf(this.#object)
    const isBuiltIn = typeof key === 'symbol' && typeof value === 'function'
    if (tracer !== undefined && !isBuiltIn) return readEntry(tracer, this.#object, key, value, this.get)
    if (isBeside()) noteEntryRead(this.#object, key, value)
    return value
  }

  has(_: object, key: string | symbol): boolean {
    const is = key in this.#object
    if (typeof key === 'string') noteGuard(this.#object, `has ${key}`, () => key in this.#object)
    if (isBeside()) notePlaceRead(this.#object, is)
    return is
  }

  ownKeys(): (string | symbol)[] {
    const keys = Reflect.ownKeys(this.#object)
    guardKeys(this.#object)
    return keys
  }

  getOwnPropertyDescriptor(shadow: object, key: string | symbol): PropertyDescriptor | undefined {
    const found = Reflect.getOwnPropertyDescriptor(this.#object, key)
    guardOwn(this.#object, key)
    // Only what the shadow has itself, the length of a list, may be called fixed.
    return found && { ...found, configurable: !Object.hasOwn(shadow, key) }
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.#object)
  }

  set(_: object, key: string | symbol, value: unknown, receiver: unknown): boolean {
    // What a setter writes is watched.
    if (isComputed(this.#object, key)) return Reflect.set(this.#object, key, value, receiver)
    this.#refuse(key, 'written', this.set)
    return Reflect.set(this.#object, key, value)
  }

  defineProperty(_: object, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    this.#refuse(key, 'defined', this.defineProperty)
    return Reflect.defineProperty(this.#object, key, descriptor)
  }

  deleteProperty(_: object, key: string | symbol): boolean {
    this.#refuse(key, 'deleted', this.deleteProperty)
    return Reflect.deleteProperty(this.#object, key)
  }

  #refuse(key: string | symbol, verb: string, below: Caller): void {
    const tracer = tracerOf(this.#object)
    if (tracer === undefined) return isBeside() ? noteWrite(this.#object) : undefined
    const because = `its field '${String(key)}' is ${verb} while it is traced`
    const instead = 'Keep what changes in a Variable, or name the object in stateful'
    refuseChange(tracer, { className: classOf(this.#object), because, instead }, below)
  }
}

const noteGuard = (owner: object, key: string, read: () => unknown): void =>
  tracerOf(owner)?.places.guard({ owner, key, read, value: read() })

/** The trace holds while the object has the same own keys. */
export function guardKeys(object: object): void {
  const read = (): string => JSON.stringify(Object.keys(object))
  noteGuard(object, 'keys', read)
  if (isBeside()) notePlaceRead(object, read)
}

/** The trace holds while the object has, or has not, the key itself. */
export function guardOwn(object: object, key: string | symbol): void {
  const read = (): boolean => Object.hasOwn(object, key)
  if (typeof key === 'string') noteGuard(object, `own ${key}`, read)
  if (isBeside()) notePlaceRead(object, read)
}

/** Notes an entry or a field that is read beside traces that wait; some tell what is read of them, and methods of classes stay. */
export function noteEntryRead(owner: object, key: string | symbol, value: unknown): void {
  const tells = typeof value === 'object' && value !== null && (followed in value || made.has(value))
  const isMethod = typeof value === 'function' && !made.has(value) && !Object.hasOwn(owner, key)
  if (!tells && !isMethod) notePlaceRead(owner, value)
}

const brandChecks = /private|#|incompatible receiver|must be an instance of class|not the right class/

/** Private fields do not pass the view that a traced function has of its object; JavaScript says so in its own words. */
export function explainPrivate(error: unknown, receiver: unknown): unknown {
  if (!(error instanceof TypeError) || !brandChecks.test(error.message)) return error
  if (typeof receiver !== 'object' || receiver === null || !made.has(receiver)) return error
  const told = new StateError({
    className: classOf(receiver),
    because: `a trace does not see into private fields: ${error.message}`,
    instead: 'Make the field public, without #, and keep what changes in a Variable',
  })
  told.cause = error
  return told
}
