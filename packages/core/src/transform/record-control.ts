import { applied, type Value } from '../interpreter.ts'
import { type Graph, type Var } from '../ir/graph.ts'
import { closed, freeVars } from '../ir/subgraph.ts'
import { leaf, type TreeSpec } from '../ir/tree-spec.ts'
import type { Op, Params } from '../op.ts'
import { type Difference, expectSame, expectTruth, keepsType } from '../ops/control-rules.ts'
import type { Recorder } from '../recorder.ts'
import type { Caller } from '../source.ts'
import { TracedArray } from '../trace/traced-array.ts'
import { Tracer } from '../trace/tracer.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { expectStructure, leafNames, type Leaves, leavesOf, type Place, type Step } from './leaves.ts'

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
  step: Step,
  like?: readonly Value[],
): Recorded {
  let leaves: Leaves | undefined
  const graph = recorder.apart(`'${step.param}' of ${step.op}`, types, (values) => {
    leaves = leavesOf(step.run(values), step, like)
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
  rule: (of: string) => Difference,
): void {
  const places = leafNames(names.spec, names.of)
  have.arrays.forEach((array, i) => {
    try {
      expectSame(op, typeNow(array), typeNow(want[i]!), rule(places[i]!))
    } catch (error) {
      // The user may catch it and go on: other sizes may not throw.
      if (recorder instanceof Tracer)
        for (const { atom } of [array, want[i]!].filter((value) => value instanceof TracedArray))
          atom.type.shape.forEach((_, axis) => recorder.observe(atom, axis))
      throw error
    }
  })
}

/** What a body gives to the next turn is what it was given, but for the elements. */
export function expectCarry(recorder: Recorder | undefined, body: Place, after: Leaves, first: Leaves): void {
  expectStructure(after.spec, first.spec, body, "what 'init' is")
  if (after.arrays.every((array, i) => array.type === first.arrays[i]!.type)) return
  expectTypes(recorder, body, after, first.arrays, { spec: first.spec, of: 'init' }, keepsType)
}

/** A test gives one truth value. */
export function expectVerdict(test: Place, { spec, arrays }: Leaves): void {
  expectStructure(spec, leaf, test, 'one truth value')
  expectTruth(test.op, 'what the test gives', typeNow(arrays[0]!))
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
  return applied(op, all, Object.freeze(ordered), below)
}
