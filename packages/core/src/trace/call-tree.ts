import { ParamError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { leaf, type TreeSpec } from '../ir/tree-spec.ts'
import { array as toArray } from '../runtime/array.ts'
import { wrapNative } from '../runtime/native.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { TypedArray } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { Container } from './container.ts'
import type { TraceOptions } from './options.ts'
import { stateOf } from './state.ts'
import type { StateAccess } from './state-protocol.ts'

/** A stateful object of a call. */
export interface StatefulObject {
  readonly label: string
  readonly object: object
  readonly access: StateAccess
}

/** The arguments of a call taken apart. */
export interface CallTree {
  readonly leaves: readonly NDArray[]
  readonly spec: TreeSpec
  /** Equal for calls that share a trace, sizes aside: structure, dtypes, ranks and bit-exact values. */
  readonly key: string
  readonly states: readonly StatefulObject[]
  /** Whether an array of a running trace is among the arguments. */
  readonly traced: boolean
  /** Whether all arrays came as an engine's own; the results are given so too. */
  readonly native: boolean
  /** The arguments again with other arrays for the leaves; stateful objects are given their state in place. */
  rebuild(leaves: readonly NDArray[]): unknown[]
}

type Make = (leaves: readonly NDArray[]) => unknown
interface Part {
  readonly spec: TreeSpec
  readonly make: Make
}

/** Which arguments a traced function treats in a special way. */
export type CallRules = Pick<
  TraceOptions,
  'staticArgnums' | 'staticArgnames' | 'stateful' | 'argStatefulIdxs' | 'kwargStatefulIdxs'
>

/**
 * Takes the arguments of a call apart.
 *
 * @throws ParamError for an argument that a graph cannot see into, StateError for a stateful one that cannot be followed
 */
export function callTree(args: readonly unknown[], rules: CallRules): CallTree {
  return new Splitter(args, rules).tree
}

const many = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]

let identities = 0
const identity = new WeakMap<object, number>()
function identityOf(object: object): number {
  const known = identity.get(object)
  if (known !== undefined) return known
  identity.set(object, ++identities)
  return identities
}

class Splitter {
  readonly tree: CallTree
  readonly #leaves: NDArray[] = []
  readonly #states: StatefulObject[] = []
  readonly #stateful = new Set<string>()
  #traced = false
  #natives = 0

  constructor(args: readonly unknown[], rules: CallRules) {
    for (const path of rules.argStatefulIdxs ?? []) this.#stateful.add(path.join('/'))
    for (const path of rules.kwargStatefulIdxs ?? []) this.#stateful.add([args.length - 1, ...path].join('/'))
    const statics = new Set(many(rules.staticArgnums).map(String))
    for (const name of many(rules.staticArgnames)) statics.add(`${args.length - 1}/${name}`)
    const parts = args.map((arg, i) => this.#part(arg, [String(i)], statics, []))
    const extra = (rules.stateful ?? []).map((object, i) => this.#state(object, `stateful[${i}]`))
    this.tree = {
      leaves: this.#leaves,
      spec: { kind: 'list', items: [...parts, ...extra].map((part) => part.spec) },
      key: keyOf(
        { kind: 'list', items: [...parts, ...extra].map((part) => part.spec) },
        this.#leaves.map((array) => array.type),
      ),
      states: this.#states,
      traced: this.#traced,
      native: this.#natives > 0 && this.#natives === this.#leaves.length,
      rebuild: (leaves) => {
        for (const part of extra) part.make(leaves)
        return parts.map((part) => part.make(leaves))
      },
    }
  }

  #part(
    value: unknown,
    path: readonly string[],
    statics: ReadonlySet<string>,
    above: readonly unknown[],
  ): Part {
    const at = path.join('/')
    if (statics.has(at)) return this.#static(value)
    if (this.#stateful.has(at)) return this.#state(value, `argument ${at}`)
    if (isValue(value)) return this.#leaf(value as NDArray)
    if (ArrayBuffer.isView(value)) return this.#leaf(toArray(value as TypedArray))
    if (typeof value !== 'object' || value === null) return this.#plain(value)
    if (above.includes(value))
      throw new ParamError({ op: 'graph', param: `argument ${at}`, value, because: 'it contains itself' })
    return this.#nested(value, path, statics, [...above, value])
  }

  #nested(
    value: object,
    path: readonly string[],
    statics: ReadonlySet<string>,
    above: readonly unknown[],
  ): Part {
    if (Array.isArray(value)) {
      const parts = value.map((item, i) => this.#part(item, [...path, String(i)], statics, above))
      return {
        spec: { kind: 'list', items: parts.map((part) => part.spec) },
        make: (leaves) => parts.map((part) => part.make(leaves)),
      }
    }
    const isContainer = value instanceof Container
    const prototype: unknown = Object.getPrototypeOf(value)
    if (!isContainer && prototype !== Object.prototype && prototype !== null) {
      const wrapped = wrapNative(value)
      if (wrapped !== undefined) {
        this.#natives++
        return this.#leaf(wrapped)
      }
      throw new ParamError({
        op: 'graph',
        param: `argument ${path.join('/')}`,
        value,
        because:
          'a graph sees arrays, numbers, strings, lists, plain objects and Containers, and this is none of them',
        instead: 'Pass its arrays, name it in argStatefulIdxs, or make it static by staticArgnums',
      })
    }
    const keys = Object.keys(value)
    const parts = keys.map((key) =>
      this.#part((value as Record<string, unknown>)[key], [...path, key], statics, above),
    )
    const items = parts.map((part) => part.spec)
    const record: Make = (leaves) => Object.fromEntries(keys.map((key, i) => [key, parts[i]!.make(leaves)]))
    return {
      spec: { kind: isContainer ? 'container' : 'record', keys, items },
      make: isContainer ? (leaves) => new Container(record(leaves) as Record<string, unknown>) : record,
    }
  }

  #leaf(value: NDArray): Part {
    if (value.recorder !== null) this.#traced = true
    const index = this.#leaves.push(value) - 1
    return { spec: leaf, make: (leaves) => leaves[index] }
  }

  #plain(value: unknown): Part {
    if (typeof value === 'function' || typeof value === 'symbol')
      return { spec: { kind: 'opaque', value }, make: () => value }
    return { spec: { kind: 'static', value: value as Scalar | string | null }, make: () => value }
  }

  /** A static argument stays as it is. */
  #static(value: unknown): Part {
    return typeof value === 'object' && value !== null
      ? { spec: { kind: 'opaque', value }, make: () => value }
      : this.#plain(value)
  }

  #state(object: unknown, label: string): Part {
    const access = stateOf(object)
    this.#states.push({ label, object: object as object, access })
    const before = access.get()
    const tree = object instanceof Container ? new Container(before as Record<string, unknown>) : before
    const part = this.#part(tree, [label], new Set(), [])
    return {
      spec: part.spec,
      make: (leaves) => {
        access.set(part.make(leaves))
        return object
      },
    }
  }
}

/** Equal for calls that share a trace, sizes aside: structure, dtypes, ranks and bit-exact values. */
export function keyOf(spec: TreeSpec, types: readonly TensorType[]): string {
  let at = 0
  const walk = (node: TreeSpec): string => {
    switch (node.kind) {
      case 'leaf': {
        const { dtype, shape } = types[at++]!
        return `${dtype}:${shape.length}`
      }
      case 'static':
        return scalarKey(node.value as Scalar | string | null | undefined)
      case 'opaque':
        return `!${contentKey(node.value, [])}`
      case 'list':
        return `[${node.items.map(walk).join()}]`
      default:
        return `${node.kind === 'container' ? 'C' : ''}{${node.items.map((item, i) => `${JSON.stringify(node.keys[i])}:${walk(item)}`).join()}}`
    }
  }
  return walk(spec)
}

/** 0 and -0 are different values. */
function scalarKey(value: Scalar | string | null | undefined): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return Object.is(value, -0) ? '-0' : typeof value === 'bigint' ? `${value}n` : String(value)
}

/** Static values count by their content, arrays by their elements; functions and instances by identity. */
function contentKey(value: unknown, above: readonly unknown[]): string {
  if (value instanceof NDArray)
    return `${value.dtype}[${value.type.shape}]${Array.from(value.dataSync() as Iterable<Scalar>, scalarKey).join()}`
  if (typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return `f${identityOf(value)}`
  if (typeof value !== 'object' || value === null) return scalarKey(value as Scalar)
  if (above.includes(value)) return '^'
  const prototype: unknown = Object.getPrototypeOf(value)
  const seen =
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    prototype === Object.prototype ||
    value instanceof Container
  if (!seen) return `o${identityOf(value)}`
  return `${Array.isArray(value) ? '[' : '{'}${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${contentKey(item, [...above, value])}`)
    .join()}`
}
