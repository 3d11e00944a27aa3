/** Kinds of parameters that few ops have. */
import type { Value } from '../interpreter.ts'
import type { Graph } from '../ir/graph.ts'
import type { Key } from '../numerics/threefry.ts'
import { type Draw, factory, isDraw, isGraph, isKey, make, type ParamKind, type Spec } from './param-kind.ts'

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
