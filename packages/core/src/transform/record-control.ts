import type { Value } from '../interpreter.ts'
import { type Atom, type Graph, type Var } from '../ir/graph.ts'
import { closed, freeVars } from '../ir/subgraph.ts'
import type { TreeSpec } from '../ir/tree-spec.ts'
import type { Op, Params } from '../op.ts'
import { expectSame } from '../ops/control-rules.ts'
import type { Recorder } from '../recorder.ts'
import type { Caller } from '../source.ts'
import { Tracer } from '../trace/tracer.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { leafNames, type Leaves, leavesOf, type Place } from './leaves.ts'

/** A function that is recorded into a graph of its own. */
export interface Recorded extends Leaves {
  readonly graph: Pick<Graph, 'inputs' | 'constants' | 'nodes' | 'outputs' | 'draws'>
}

/** The types of values as a graph knows them, sizes that may be others by name. */
export const typesIn = (recorder: Recorder, values: readonly Value[]): readonly TensorType[] =>
  values.map((value) => recorder.lift(value)!.type)

/** The type with the sizes of this call, which are those that the user knows. */
export const typeNow = ({ type, unobserved }: Value): TensorType =>
  unobserved === undefined ? type : tensorType(type.dtype, unobserved)

/** What a function does with values of these types; it gives a tree, whose arrays are the results of the graph. */
export function recordFunction(
  recorder: Recorder,
  types: readonly TensorType[],
  place: Place,
  run: (values: readonly Value[]) => unknown,
  like?: readonly Value[],
): Recorded {
  let leaves: Leaves | undefined
  const graph = recorder.apart(`${place.name} of ${place.op}`, types, (values) => {
    leaves = leavesOf(run(values), place, like)
    return leaves.arrays.map((array) => recorder.lift(array)!)
  })
  return { ...leaves!, graph }
}

/** Refuses arrays whose types differ from others at the same places. */
export function expectTypes(
  recorder: Recorder | undefined,
  { op }: Place,
  have: Leaves,
  want: readonly Value[],
  names: { readonly spec: TreeSpec; readonly of: string },
  rule: (of: string) => { readonly what: string; readonly instead: string },
): void {
  const places = leafNames(names.spec, names.of)
  have.arrays.forEach((array, i) => {
    try {
      expectSame(op, typeNow(array), typeNow(want[i]!), rule(places[i]!))
    } catch (error) {
      // The user may catch it and go on: other sizes may not throw.
      if (recorder instanceof Tracer)
        for (const { type } of [recorder.lift(array)!, recorder.lift(want[i]!)!] as Atom[])
          type.shape.forEach((dim) => recorder.observe(dim))
      throw error
    }
  })
}

/** Appends an op that runs graphs; values that they take from outside become operands. */
export function appendControl(
  recorder: Recorder,
  op: Op,
  operands: readonly Value[],
  functions: Readonly<Record<string, Recorded>>,
  params: Params,
  below: Caller,
): readonly Value[] {
  const outside: Var[] = [...new Set(Object.values(functions).flatMap(({ graph }) => freeVars(graph)))]
  const graphs = Object.fromEntries(
    Object.entries(functions).map(([name, { graph }]) => [name, closed(graph, outside)]),
  )
  const all = [...operands, ...outside.map((atom) => recorder.wrap(atom))]
  // In the order of the definition, as prints and files have them.
  const complete = { ...params, ...graphs }
  const ordered = Object.fromEntries(Object.keys(op.def.params).map((name) => [name, complete[name]!]))
  return recorder.apply(op, all, Object.freeze(ordered), below)
}
