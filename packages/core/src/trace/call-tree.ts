import { ParamError } from '../errors.ts'
import { isValue, recording } from '../interpreter.ts'
import { leaf, type TreeSpec } from '../ir/tree-spec.ts'
import { fromTyped } from '../runtime/array.ts'
import type { Engine } from '../runtime/engine.ts'
import { wrapNative } from '../runtime/native.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { TypedArray } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import { Container } from './container.ts'
import { contentKey, keyOf } from './call-key.ts'
import type { TraceOptions } from './options.ts'
import { NamedSizes, Spec, SpecArray } from './spec.ts'
import { Token } from './state-tokens.ts'
import { stateOf } from './state.ts'
import type { StateAccess } from './state-protocol.ts'
import { checkUnchanged, type Made, noting } from './unchanged.ts'

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
  /** Where an array came as an engine's own: that one. */
  readonly natives: readonly unknown[]
  /** Sizes that specs among the arguments name, with numbers for them; such a call is for tracing alone. */
  readonly named: ReadonlyMap<string, number>
  readonly isOfSpecs: boolean
  /** The contents of static arguments; empty when there are none. */
  readonly statics: string
  /** The arguments again with other arrays for the leaves; stateful objects are given their state in place. */
  rebuild(leaves: readonly unknown[]): Rebuilt
}

/** Arguments made for a trace. */
export interface Rebuilt {
  readonly args: unknown[]
  /** @throws StateError when the function has changed one of them that is not stateful */
  checkUnchanged(): void
}

type Make = (leaves: readonly unknown[], made: Made[]) => unknown
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
export const callTree = (args: readonly unknown[], rules: CallRules, engine: Engine): CallTree =>
  new Splitter(args, rules, engine).tree

const many = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]

const deepest = 256

class Splitter {
  readonly tree: CallTree
  /** Holds what is given as typed arrays. */
  readonly #engine: Engine
  readonly #leaves: NDArray[] = []
  readonly #states: StatefulObject[] = []
  /** The stateful objects, wherever among the arguments they are met. */
  readonly #stateful: ReadonlySet<unknown>
  readonly #known = new Map<object, string>()
  readonly #statics: { readonly place: string; readonly value: unknown; readonly key: string }[] = []
  #traced = false
  readonly #natives: unknown[] = []
  readonly #named = new NamedSizes()

  constructor(args: readonly unknown[], rules: CallRules, engine: Engine) {
    this.#engine = engine
    const paths = [
      ...(rules.argStatefulIdxs ?? []),
      ...(rules.kwargStatefulIdxs ?? []).map((path) => [args.length - 1, ...path]),
    ]
    this.#stateful = new Set([...(rules.stateful ?? []), ...paths.map((path) => valueAt(args, path))])
    const statics = new Set(many(rules.staticArgnums).map(String))
    for (const name of many(rules.staticArgnames)) statics.add(`${args.length - 1}/${name}`)
    const parts = args.map((arg, i) => this.#part(arg, [String(i)], statics, []))
    const extra = (rules.stateful ?? []).map((object, i) => this.#state(object, `stateful[${i}]`))
    for (const path of paths) this.#checkFollowed(args, path)
    this.tree = {
      leaves: this.#leaves,
      spec: { kind: 'list', items: [...parts, ...extra].map((part) => part.spec) },
      key: keyOf(
        { kind: 'list', items: [...parts, ...extra].map((part) => part.spec) },
        this.#leaves.map((array) => array.type),
      ),
      states: this.#states,
      traced: this.#traced,
      native: this.#leaves.length > 0 && this.#leaves.every((_, i) => i in this.#natives),
      natives: this.#natives,
      named: this.#named.sizes,
      isOfSpecs: this.#leaves.some((array) => array instanceof SpecArray),
      statics: this.#statics.map(({ key }) => key).join(),
      rebuild: (leaves) => {
        const made: Made[] = this.#statics.map(({ place, value, key }) => ({
          place,
          value,
          isUnchanged: () => contentKey(value) === key,
        }))
        for (const part of extra) part.make(leaves, made)
        return {
          args: parts.map((part) => part.make(leaves, made)),
          checkUnchanged: () => checkUnchanged(made),
        }
      },
    }
  }

  /** Primitives are not stateful, and an unknown place is none. */
  #checkFollowed(args: readonly unknown[], path: readonly (number | string)[]): void {
    const value = valueAt(args, path)
    if (value !== undefined && value !== null) stateOf(value)
  }

  #part(
    value: unknown,
    path: readonly string[],
    statics: ReadonlySet<string>,
    above: readonly unknown[],
  ): Part {
    const at = path.join('/')
    const isState = isObject(value) && this.#stateful.has(value)
    if (isState && statics.has(at)) {
      const because = 'it is named as stateful and as static'
      throw new ParamError({ op: 'graph', param: `argument ${at}`, value, because })
    }
    if (statics.has(at)) return this.#static(value, at)
    if (isState) return this.#state(value, `argument ${at}`)
    if (isValue(value)) return this.#leaf(value as NDArray)
    if (value instanceof Spec) return this.#leaf(new SpecArray(this.#engine, value, this.#named))
    if (value instanceof Token) return { spec: { kind: 'opaque', value }, make: () => value }
    if (ArrayBuffer.isView(value)) return this.#leaf(fromTyped(this.#engine, value as TypedArray))
    if (typeof value !== 'object' || value === null) return this.#plain(value)
    if (above.includes(value))
      throw new ParamError({ op: 'graph', param: `argument ${at}`, value, because: 'it contains itself' })
    if (above.length === deepest)
      throw new ParamError({
        op: 'graph',
        param: `argument ${path[0]}`,
        value,
        because: `it is nested in more than ${deepest} levels`,
      })
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
        make: (leaves, made) =>
          noting(
            made,
            path,
            parts.map((part) => part.make(leaves, made)),
          ),
      }
    }
    const isContainer = value instanceof Container
    const prototype: unknown = Object.getPrototypeOf(value)
    if (!isContainer && prototype !== Object.prototype && prototype !== null) {
      const wrapped = (recording()?.adopt?.(value) as NDArray | undefined) ?? wrapNative(value)
      if (wrapped !== undefined) {
        this.#natives[this.#leaves.length] = value
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
    return {
      spec: { kind: isContainer ? 'container' : 'record', keys, items },
      make: (leaves, made) => {
        const record = Object.fromEntries(keys.map((key, i) => [key, parts[i]!.make(leaves, made)]))
        return noting(made, path, isContainer ? new Container(record) : record)
      },
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
  #static(value: unknown, place: string): Part {
    if (value instanceof Spec) {
      const because = 'a static argument is a value, and this stands for an array'
      throw new ParamError({ op: 'graph', param: `argument ${place}`, value, because })
    }
    this.#statics.push({ place, value, key: contentKey(value) })
    return typeof value === 'object' && value !== null
      ? { spec: { kind: 'opaque', value }, make: () => value }
      : this.#plain(value)
  }

  #state(object: object, label: string): Part {
    const known = this.#known.get(object)
    // The same object in two places has one state, and the trace holds for such calls only.
    if (known !== undefined) return { spec: { kind: 'opaque', value: sameAs(known) }, make: () => object }
    const access = stateOf(object)
    this.#known.set(object, label)
    this.#states.push({ label, object, access })
    const before = access.get()
    const tree = object instanceof Container ? new Container(before as Record<string, unknown>) : before
    const part = this.#part(tree, [label], new Set(), [])
    return {
      spec: part.spec,
      make: (leaves) => {
        access.set(part.make(leaves, []))
        return object
      },
    }
  }
}

/** Functions too: modules are called. */
const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** The value at a path into the arguments; undefined where there is none. */
function valueAt(args: readonly unknown[], path: readonly (number | string)[]): unknown {
  let value: unknown = args
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

const places = new Map<string, object>()
function sameAs(place: string): object {
  const known = places.get(place) ?? Object.freeze(new SameAs(place))
  places.set(place, known)
  return known
}
/** Stands for an object that is among the arguments already. */
export class SameAs {
  readonly place: string
  constructor(place: string) {
    this.place = place
  }
}
