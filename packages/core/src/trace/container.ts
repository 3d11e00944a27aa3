import { locate, ParamError } from '../errors.ts'
import { recording, setContainers } from '../interpreter.ts'
import { isBeside, notePlace, noteWrite } from '../runtime/beside.ts'
import type { Caller } from '../source.ts'
import { rulesOf } from './container-calls.ts'
import { isPlain, keysOf, noEntry, within } from './container-entries.ts'
import { leafText, sameLeaf } from './container-leaf.ts'
import { ContainerState, type Entries, raw } from './container-state.ts'
import { state, type StateAccess } from './state-protocol.ts'
import { Tracer } from './tracer.ts'
import { followed, guardKeys, guardOwn, noteEntryRead, readEntry, refuseChange, tracerOf } from './watch.ts'

export type { Entries } from './container-state.ts'

/**
 * A nested dictionary of arrays whose entries are attributes: `c.a.b`.
 *
 * Functions of arrays accept one and are applied to every array in it. Plain objects given to it become Containers.
 * A graph sees the entries that it read at each of its calls.
 *
 * @example new Container({ w: { a: array([1]) } }).atKeyChains(['w/a'])   // Container of w.a alone
 */
export class Container {
  // Entries are own properties, so that they read as attributes; methods live on the prototype.
  [key: string]: unknown
  declare readonly [raw]: this | undefined

  constructor(entries: Readonly<Record<string, unknown>> = {}) {
    Object.defineProperty(this, raw, { value: this })
    const tracer = recording()
    if (tracer instanceof Tracer) tracer.own(this)
    else if (isBeside()) notePlace(this)
    for (const [key, value] of Object.entries(entries)) put(this, key, value, Container)
    return new Proxy(this, handler)
  }

  /** Applies `fn(leaf, keyChain)` to every leaf; the keys stay. */
  map(fn: (leaf: unknown, keyChain: string) => unknown): Container {
    return mapLeaves(this, (leaf, path) => fn(leaf, path.join('/')))
  }

  /** Applies `fn(leaves, keyChain)` to the leaves that this Container and others have at the same place. */
  multiMap(
    fn: (leaves: readonly unknown[], keyChain: string) => unknown,
    others: readonly Container[],
  ): Container {
    const below = this.multiMap
    return mapLeaves(this, (leaf, path) =>
      fn([leaf, ...others.map((other) => entryAt(other, path, 'multiMap', below))], path.join('/')),
    )
  }

  /** Folds all leaves, in order. */
  reduce<T>(fn: (total: T, leaf: unknown, keyChain: string) => T, initial: T): T {
    let total = initial
    for (const [chain, leaf] of this.flatten()) total = fn(total, leaf, chain)
    return total
  }

  /** A Container of the entries at these key chains (`'a/b'`) alone. */
  atKeyChains(chains: string | readonly string[]): Container {
    const below = this.atKeyChains
    return (typeof chains === 'string' ? [chains] : chains).reduce((kept, chain) => {
      const path = keysOf(chain, 'atKeyChains', below)
      return withEntry(kept, path, entryAt(this, path, 'atKeyChains', below), below)
    }, new Container())
  }

  /** A copy with another value at a key chain; missing levels are made. */
  setAtKeyChain(chain: string, value: unknown): Container {
    return withEntry(this, keysOf(chain, 'setAtKeyChain', this.setAtKeyChain), value, this.setAtKeyChain)
  }

  /** The leaves with their key chains, in order. */
  flatten(): readonly (readonly [keyChain: string, leaf: unknown])[] {
    return leavesOf(this).map(([path, leaf]) => [path.join('/'), leaf] as const)
  }

  /** Whether another one has the same keys at all levels, in any order, whatever its leaves are. */
  sameStructure(other: Container): boolean {
    const leaves = (one: Container): string[] =>
      leavesOf(one)
        .map(([path]) => JSON.stringify(path))
        .sort()
    return other instanceof Container && String(leaves(this)) === String(leaves(other))
  }

  /**
   * Whether another one has the same keys and equal leaves: arrays of the same dtype, shape and elements, where NaN equals
   * NaN and 0 equals -0, as in Map; other values as Map compares them. Elements are read.
   *
   * @throws BackendError where an engine answers only asynchronously
   */
  equals(other: Container): boolean {
    if (!this.sameStructure(other)) return false
    const below = this.equals
    return leavesOf(this).every(([path, leaf]) =>
      sameLeaf(leaf, entryAt(other, path, 'equals', below), below),
    )
  }

  /** Plain objects with the same leaves; `new Container(object)` is the way back. */
  toObject(): Entries {
    // One that contains itself is an error first.
    leavesOf(this)
    return Object.fromEntries(
      Object.entries(this).map(([key, value]) => [
        key,
        value instanceof Container ? value.toObject() : value,
      ]),
    )
  }

  /** A copy of all levels; the arrays, which never change, are shared. */
  deepCopy(): Container {
    return this.map((leaf) => leaf)
  }

  /** For `JSON.stringify`: plain objects, in which arrays become nested ones. */
  toJSON(): Entries {
    return this.toObject()
  }

  /** Its entries as text. */
  toString(): string {
    const lines = this.flatten().map(
      ([chain, leaf]) => `  ${chain}: ${leafText(leaf).replaceAll('\n', '\n  ')}`,
    )
    return lines.length === 0 ? 'Container {}' : `Container {\n${lines.join('\n')}\n}`
  }

  /** What Node prints for `console.log(c)`; deep in other objects its class only, as Node does. */
  [Symbol.for('nodejs.util.inspect.custom')](depth = 0): string {
    return depth < 0 ? '[Container]' : this.toString()
  }

  get [followed](): true {
    return true
  }

  [state](): StateAccess<Entries> {
    return new ContainerState(this, looks)
  }
}

/** What a trace knows a Container by. */
export const rawOf = (container: Container): object => container[raw] ?? container

/** The leaves with their paths, in order. */
function leavesOf(
  container: Container,
  path: readonly string[] = [],
  above: readonly unknown[] = [],
): (readonly [path: readonly string[], leaf: unknown])[] {
  const levels = within(container, path, above)
  return Object.entries(container).flatMap(([key, value]): (readonly [readonly string[], unknown])[] =>
    value instanceof Container ? leavesOf(value, [...path, key], levels) : [[[...path, key], value]],
  )
}

/** Every leaf replaced; keys may hold any sign, so places are told by their keys, not by chains. */
function mapLeaves(
  container: Container,
  fn: (leaf: unknown, path: readonly string[]) => unknown,
  path: readonly string[] = [],
  above: readonly unknown[] = [],
): Container {
  const levels = within(container, path, above)
  return new Container(
    Object.fromEntries(
      Object.entries(container).map(([key, value]) => [
        key,
        value instanceof Container ? mapLeaves(value, fn, [...path, key], levels) : fn(value, [...path, key]),
      ]),
    ),
  )
}

/** The entry at a path. Not a method: private ones do not pass the Proxy. */
function entryAt(container: Container, path: readonly string[], op: string, below: Caller): unknown {
  let node: unknown = container
  for (const key of path) {
    if (!(node instanceof Container) || !Object.hasOwn(node, key))
      return noEntry(container.flatten(), path, op, below)
    node = node[key]
  }
  return node
}

/** A copy with another value at a path. */
function withEntry(from: Container, path: readonly string[], value: unknown, below: Caller): Container {
  const [key, ...rest] = path as [string, ...string[]]
  const inner = from[key]
  const entry =
    rest.length === 0
      ? value
      : withEntry(inner instanceof Container ? inner : new Container(), rest, value, below)
  const copy = new Container({ ...from })
  put(copy, key, entry, below)
  return copy
}

const nested = (value: unknown): unknown => (isPlain(value) ? new Container(value) : value)

/** Sets an entry; one that hid a method of Containers would break what uses it. */
function put(target: Container, key: string, value: unknown, below: Caller): void {
  if (key in Container.prototype) {
    const because = `'${key}' is a member of every Container, which an entry would hide`
    throw locate(
      new ParamError({ op: 'Container', param: key, value, because, instead: 'Choose another key' }),
      below,
    )
  }
  target[key] = nested(value)
}

const handler: ProxyHandler<Container> = {
  get(target, key, receiver): unknown {
    if (typeof key === 'symbol' || key in Container.prototype)
      return Reflect.get(target, key, key === raw ? target : receiver)
    const value: unknown = target[key]
    const tracer = tracerOf(target)
    if (tracer !== undefined) return readEntry(tracer, target, key, value, handler.get!)
    if (isBeside()) noteEntryRead(target, key, value)
    return value
  },
  has(target, key): boolean {
    guardOwn(target, key)
    return key in target
  },
  ownKeys(target): (string | symbol)[] {
    guardKeys(target)
    return Reflect.ownKeys(target)
  },
  getOwnPropertyDescriptor(target, key) {
    guardOwn(target, key)
    return Reflect.getOwnPropertyDescriptor(target, key)
  },
  set(target, key, value): boolean {
    if (typeof key === 'symbol') return false
    refuseWrite(target, key, 'set', handler.set!)
    put(target, key, value, handler.set!)
    return true
  },
  deleteProperty(target, key): boolean {
    refuseWrite(target, key, 'deleted', handler.deleteProperty!)
    return Reflect.deleteProperty(target, key)
  },
}

function refuseWrite(target: Container, key: string | symbol, verb: string, below: Caller): void {
  const tracer = tracerOf(target)
  if (tracer === undefined) return isBeside() ? noteWrite(target) : undefined
  const because = `its entry '${String(key)}' is ${verb} while it is traced, and a graph would not see it`
  const instead =
    'Name the Container in stateful, or by its place in argStatefulIdxs; or keep what changes in a Variable'
  refuseChange(tracer, { className: 'Container', because, instead }, below)
}

const looks = {
  is: (value: unknown): value is Container => value instanceof Container,
  put: (target: object, key: string, value: unknown): void =>
    put(target as Container, key, value, ContainerState.prototype.set),
}

setContainers(
  rulesOf({
    is: looks.is,
    paths: (container) => leavesOf(container).map(([path]) => path),
    map: (container, leaf) => mapLeaves(container, (_, path) => leaf(path)),
    entryAt: (container, path, op) => entryAt(container, path, op, Container),
  }),
)
