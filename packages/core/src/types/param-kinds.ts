/**
 * The kinds of parameters. Each is called with its default, or with nothing when it is required. They are several modules,
 * as bundlers keep in an app what is in a module that it loads at once, also if only what is loaded later asks for it.
 */
import { type DType, isDType } from './dtype.ts'
import type { Value } from '../interpreter.ts'
import type { Graph } from '../ir/graph.ts'
import type { Key } from '../numerics/threefry.ts'
import { type Draw, factory, isDraw, isGraph, isKey, make, type ParamKind, type Spec } from './param-kind.ts'

export * from './axis-order-params.ts'
export * from './axis-params.ts'
export * from './number-params.ts'
export * from './size-params.ts'
export * from './window-params.ts'

export const bool = /* @__PURE__ */ factory<boolean, boolean>({
  takes: 'a boolean',
  accept: (v) => (typeof v === 'boolean' ? v : undefined),
})

export const dtype = /* @__PURE__ */ factory<DType, DType>({
  takes: 'the name of a dtype',
  nullable: true,
  accept: (v) => (isDType(v) ? v : undefined),
})

/** Where the result goes: a loaded device. */
export const device = /* @__PURE__ */ factory<string, string>({
  aside: 'device',
  takes: 'the name of a device',
  accept: (v) => (typeof v === 'string' ? v : undefined),
})

/** A wish that the standard names and that is met anyway: arrays never change, sorting keeps the order of equals. */
export const granted = /* @__PURE__ */ factory<boolean, boolean>({
  aside: 'void',
  takes: 'a boolean',
  accept: (v) => (typeof v === 'boolean' ? v : undefined),
})

export const string = /* @__PURE__ */ factory<string, string>({
  takes: 'a string',
  accept: (v) => (typeof v === 'string' ? v : undefined),
})

/** An array by which a call means another op. */
export const array = /* @__PURE__ */ factory<null, Value>({
  aside: 'void',
  takes: 'an array',
  accept: () => undefined,
})

export const key = /* @__PURE__ */ factory<Key | Draw, Key>({
  role: 'literal',
  takes: 'a key made by random.key',
  accept: (v) => (isKey(v) || isDraw(v) ? Object.freeze(v) : undefined),
})

/** A graph that the op runs; it sees its inputs and its own constants only. */
export const graph = /* @__PURE__ */ factory<Graph, Graph>({
  takes: 'a graph',
  accept: (v) => (isGraph(v) ? v : undefined),
})

export function oneOf<const T extends string, const D extends T = never>(
  names: readonly T[],
  ...fallback: [D?]
): ParamKind<T, T, [D] extends [never] ? false : true> {
  const spec: Spec<T> = {
    choices: names,
    takes: `one of ${names.map((n) => `'${n}'`).join(', ')}`,
    accept: (v) => (names.includes(v as T) ? (v as T) : undefined),
  }
  return make<T, T>(spec, fallback[0]) as ParamKind<T, T, [D] extends [never] ? false : true>
}
