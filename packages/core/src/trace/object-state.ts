import { StateError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { engineOf } from '../runtime/native.ts'
import { invisible, isPlainBranch, isProxy, standsAlone } from './state-kinds.ts'
import { contentKey } from './call-key.ts'
import { holdOne, isSame, type Shape, shapeOf } from './object-shape.ts'
import type { StateAccess } from './state-protocol.ts'
import { accessorOf, again, nameOf, takenOut, tokenOf } from './state-tokens.ts'
import { type Homes, Writer } from './state-writer.ts'

type Key = string | symbol

interface View {
  readonly tree: unknown
  /** Objects, lists and arrays in the order in which they are met. */
  readonly met: readonly object[]
}

/**
 * The state of an object by its own properties, in place: data of every kind of key, in plain objects, lists and instances
 * that it holds as well.
 */
export class ObjectState implements StateAccess {
  readonly #object: object
  /** What there was when it was looked at first. */
  #first: View | undefined
  /** What its parts were when a tree had been put into them. */
  #placed: ReadonlyMap<object, Shape> = new Map()

  constructor(object: object) {
    this.#object = object
  }

  get(): unknown {
    const view = this.#view()
    this.#first ??= view
    return view.tree
  }

  /** What is taken out of the state and was changed before is seen as well: others may hold it. */
  #view(): View {
    const view = viewOf(this.#object)
    const out = [...this.#placed].filter(
      ([one, placed]) => !view.met.includes(one) && !isUnchanged(one, placed),
    )
    return out.length === 0
      ? view
      : viewOf(
          this.#object,
          out.map(([one]) => one),
        )
  }

  /** The classes of what it holds, which a traced function may ask: equal ones share a trace. */
  get classes(): readonly object[] {
    return (this.#first ??= viewOf(this.#object)).met.flatMap((one) =>
      isValue(one) || isPlainBranch(one) ? [] : [Object.getPrototypeOf(one) as object],
    )
  }

  /** Which parts are those of the state at first, for `set` in other calls. */
  homes(): Homes {
    const { met } = this.#first!
    const now = this.#view().met
    for (const one of this.#branches) checkKept(one, this.#placed.get(one)!)
    for (const one of now) if (!met.includes(one)) checkNew(one)
    return now.map((one) => {
      const at = met.indexOf(one)
      return at < 0 || isValue(one) ? undefined : at
    })
  }

  /** Puts a tree into the objects; `homes` say which, where it is not by their places. */
  set(tree: unknown, homes?: Homes): void {
    new Writer(this.#first?.met ?? [], homes).write(tree, this.#object)
    // A call that only writes asks for nothing after it.
    if (homes === undefined) this.#placed = new Map(this.#branches.map((one) => [one, shapeOf(one)]))
  }

  get #branches(): readonly object[] {
    return this.#first?.met.filter((one) => !isValue(one)) ?? []
  }

  /** What puts everything back as it is now: values, keys and their order, attributes, prototypes. */
  hold(): () => void {
    const { met } = viewOf(this.#object)
    const restores = met.filter((one) => !isValue(one)).map(holdOne)
    return () => {
      for (const restore of restores) restore()
    }
  }
}

function viewOf(root: object, out: readonly object[] = []): View {
  const met: object[] = []
  const places = new Map<object, number>()
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'function') return value
    if (typeof value !== 'object' || value === null) return value
    const known = places.get(value)
    if (known !== undefined) return again(known)
    if (isValue(value)) {
      places.set(value, met.push(value) - 1)
      return value
    }
    if (value !== root && standsAlone(value)) return tokenOf(value)
    // It is taken for what it is, as among the arguments.
    const isPlain = isPlainBranch(value)
    if (value !== root && !isPlain && engineOf(value) !== undefined) return value
    check(value, path, value === root, isPlain)
    places.set(value, met.push(value) - 1)
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}[${i}]`))
    const entries = Reflect.ownKeys(value).map((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(value, key)!
      const isData = descriptor.get === undefined && descriptor.set === undefined
      const item = isData ? walk(descriptor.value, `${path}.${String(key)}`) : accessorOf(descriptor)
      if (isValue(item) && !descriptor.writable && !descriptor.configurable)
        refuse(value, `its property '${String(key)}' holds an array and cannot be changed`)
      return [nameOf(key), item] as const
    })
    if (value === root && out.length > 0) {
      const rest = out.flatMap((one) => (places.has(one) ? [] : [walk(one, '')]))
      return Object.fromEntries([...entries, [nameOf(takenOut), rest]])
    }
    return Object.fromEntries(entries)
  }
  return { tree: walk(root, ''), met }
}

function check(object: object, path: string, isRoot: boolean, isPlain: boolean): void {
  const because =
    (isPlain ? undefined : invisible(object)) ??
    (isProxy(object) ? 'it is a Proxy, and what its traps do is invisible' : undefined) ??
    (Array.isArray(object) && isRoot ? 'the places of an array are not followed' : undefined) ??
    (Object.isExtensible(object) || !(isRoot || holdsArrays(object)) ? undefined : fixed(object))
  if (because === undefined) return
  refuse(object, isRoot ? because : `what it holds at ${path.replace(/^\./, '')}: ${because}`)
}

const fixed = (object: object): string =>
  Object.isSealed(object) ? 'it is frozen or sealed' : 'it is not extensible'

const holdsArrays = (object: object): boolean =>
  Reflect.ownKeys(object).some((key) => isValue(Object.getOwnPropertyDescriptor(object, key)!.value))

/** An object that the function made is made anew by each call. */
function checkNew(object: object): void {
  if (isValue(object)) return
  if (!isPlainBranch(object) || Object.getPrototypeOf(object) === null)
    refuse(object, 'the function makes it, and a graph would not call its constructor')
  for (const key of Reflect.ownKeys(object))
    if (key !== 'length' || !Array.isArray(object)) checkPlain(object, key)
}

/** Attributes and prototypes stay. */
function checkKept(object: object, placed: Shape): void {
  const now = shapeOf(object)
  if (now.prototype !== placed.prototype) refuse(object, 'the function gives it another prototype')
  for (const [key, descriptor] of now.properties) {
    const before = placed.properties.get(key)
    if (before === undefined) checkPlain(object, key)
    else if (!isSame({ ...before, value: null }, { ...descriptor, value: null }))
      refuse(object, `the function changes the attributes of its property '${String(key)}'`)
  }
}

const isUnchanged = (object: object, placed: Shape): boolean => {
  const { properties } = shapeOf(object)
  return (
    properties.size === placed.properties.size &&
    [...placed.properties].every(([key, { value }]) => Object.is(properties.get(key)?.value, value))
  )
}

function checkPlain(object: object, key: Key): void {
  const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(object, key)!
  if (writable === true && enumerable === true && configurable === true) return
  refuse(
    object,
    `the function defines its property '${String(key)}' with attributes that a graph would not give it`,
  )
}

export const protocol =
  'Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container'

export const classOf = (object: unknown): string =>
  typeof object !== 'object' || object === null
    ? String(object)
    : ((Object.getPrototypeOf(object) as object | null)?.constructor?.name ?? 'Object')

export function refuse(object: unknown, because: string): never {
  throw new StateError({ className: classOf(object), because, instead: protocol })
}

/** Equal for calls whose stateful objects are of the same classes. */
export const classKey = (states: readonly { readonly access: StateAccess }[]): string =>
  states
    .flatMap(({ access }) => (access instanceof ObjectState ? access.classes : []))
    .map((one) => contentKey(tokenOf(one)))
    .join()
