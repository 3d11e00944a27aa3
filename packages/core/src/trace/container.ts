import { ParamError } from '../errors.ts'
import { isValue, recording, setContainers } from '../interpreter.ts'
import { invoke } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { state, type StateAccess } from './state-protocol.ts'
import { Tracer } from './tracer.ts'

const raw = Symbol('entries')

/** A nested dictionary as `toJSON` and `state` give it. */
export type Entries = Record<string, unknown>

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
  declare readonly [raw]: this

  constructor(entries: Readonly<Record<string, unknown>> = {}) {
    Object.defineProperty(this, raw, { value: this })
    for (const [key, value] of Object.entries(entries)) this[key] = nested(value)
    return new Proxy(this, handler)
  }

  /** Applies `fn(leaf, keyChain)` to every leaf; the keys stay. */
  map(fn: (leaf: unknown, keyChain: string) => unknown): Container {
    const walk = (node: Container, chain: string): Container =>
      new Container(
        Object.fromEntries(
          Object.entries(node).map(([key, value]) => [
            key,
            value instanceof Container ? walk(value, `${chain}${key}/`) : fn(value, chain + key),
          ]),
        ),
      )
    return walk(this, '')
  }

  /** Applies `fn(leaves, keyChain)` to the leaves that this Container and others have at the same place. */
  multiMap(
    fn: (leaves: readonly unknown[], keyChain: string) => unknown,
    others: readonly Container[],
  ): Container {
    return this.map((leaf, chain) =>
      fn([leaf, ...others.map((other) => entryAt(other, chain, 'multiMap'))], chain),
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
    return (typeof chains === 'string' ? [chains] : chains).reduce(
      (kept, chain) => kept.setAtKeyChain(chain, entryAt(this, chain, 'atKeyChains')),
      new Container(),
    )
  }

  /** A copy with another value at a key chain; missing levels are made. */
  setAtKeyChain(chain: string, value: unknown): Container {
    const [key, ...rest] = keysOf(chain, 'setAtKeyChain')
    const copy = new Container({ ...this })
    const inner = this[key!]
    copy[key!] =
      rest.length === 0
        ? nested(value)
        : (inner instanceof Container ? inner : new Container()).setAtKeyChain(rest.join('/'), value)
    return copy
  }

  /** The leaves with their key chains, in order. */
  flatten(): readonly (readonly [keyChain: string, leaf: unknown])[] {
    return Object.entries(this).flatMap(([key, value]): (readonly [string, unknown])[] =>
      value instanceof Container
        ? value.flatten().map(([chain, leaf]) => [`${key}/${chain}`, leaf] as const)
        : [[key, value]],
    )
  }

  /** A copy of all levels; the arrays, which never change, are shared. */
  deepCopy(): Container {
    return this.map((leaf) => leaf)
  }

  toJSON(): Entries {
    return Object.fromEntries(Object.entries(this).map(([key, value]) => [key, value]))
  }

  toString(): string {
    const lines = this.flatten().map(([chain, leaf]) => `  ${chain}: ${String(leaf)}`)
    return lines.length === 0 ? 'Container {}' : `Container {\n${lines.join('\n')}\n}`
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }

  [state](): StateAccess<Entries> {
    return {
      get: (): Entries => ({ ...this[raw] }),
      set: (entries: Entries): void => {
        for (const key of Object.keys(this[raw])) if (!Object.hasOwn(entries, key)) delete this[raw][key]
        for (const [key, value] of Object.entries(entries))
          this[raw][key as keyof this] = nested(value) as never
      },
    }
  }
}

/** The entry at a key chain. Not a method: private ones do not pass the Proxy. */
function entryAt(container: Container, chain: string, op: string): unknown {
  let node: unknown = container
  for (const key of keysOf(chain, op)) {
    if (!(node instanceof Container) || !Object.hasOwn(node, key)) {
      throw new ParamError({
        op: `Container.${op}`,
        param: 'keyChain',
        value: chain,
        because: `there is no entry at '${chain}'`,
        instead: `There are ${
          container
            .flatten()
            .map(([known]) => known)
            .join(', ') || 'none'
        }`,
      })
    }
    node = node[key]
  }
  return node
}

function keysOf(chain: string, op: string): readonly string[] {
  const keys = typeof chain === 'string' ? chain.split('/') : []
  if (keys.length > 0 && keys.every((key) => key !== '')) return keys
  throw new ParamError({
    op: `Container.${op}`,
    param: 'keyChain',
    value: chain,
    because: "it takes keys joined by '/', such as 'a/b'",
  })
}

const isPlain = (value: unknown): value is Entries =>
  typeof value === 'object' &&
  value !== null &&
  !isValue(value) &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)

const nested = (value: unknown): unknown => (isPlain(value) ? new Container(value) : value)

const handler: ProxyHandler<Container> = {
  get(target, key, receiver): unknown {
    if (typeof key === 'symbol' || (!Object.hasOwn(target, key) && key in Container.prototype))
      return Reflect.get(target, key, key === raw ? target : receiver)
    const value: unknown = target[key]
    const tracer = recording()
    return tracer instanceof Tracer ? readEntry(tracer, target, key, value) : value
  },
  set(target, key, value): boolean {
    if (typeof key === 'string') target[key] = nested(value)
    return typeof key === 'string'
  },
}

/** A captured entry is read again at each call of the graph; one that is not an array guards the trace. */
export function readEntry(tracer: Tracer, owner: object, key: string, value: unknown): unknown {
  const read = (): unknown => (owner as Record<string, unknown>)[key]
  if (isValue(value))
    return value.recorder === null ? tracer.slot(owner, key, value as NDArray, { read, label: key }) : value
  if (!(value instanceof Container)) tracer.guard(read, value)
  return value
}

setContainers({
  is: (value) => value instanceof Container,
  map(op, args, below) {
    const first = args.find((arg) => arg instanceof Container) as Container
    return first.map((_, chain) =>
      invoke(
        op,
        args.map((arg) => (arg instanceof Container ? entryAt(arg, chain, op.def.name) : arg)),
        below,
      ),
    )
  },
})
