import type { Graph } from './graph.ts'
import type { Params } from '../op.ts'
import type { DType } from '../types/dtype.ts'
import { isGraph } from '../types/param-kind.ts'
import type { ConcreteType, TensorType } from '../types/tensor-type.ts'

/** What runs the graphs of an op, on values of some kind: arrays of the host, or of an engine. */
export interface Machine<V> {
  /** The results of the graph that is the parameter `graph`, as fresh values; random ops draw for this turn. */
  run(graph: string, values: readonly V[], turn: number): readonly V[]
  truth(value: V): boolean
  integer(value: V): number
  /** An integer without axes. */
  counter(value: number, dtype: DType): V
  /** Gives the parts of a value along its first axis. */
  rows(value: V, type: ConcreteType): (at: number) => V
  /** Puts values together along a new first axis. */
  stack(type: ConcreteType): { put(at: number, row: V): void; done(): V }
  /** Frees values that `run`, `counter` or `rows` gave. */
  free(values: readonly V[]): void
}

/** What an op with control does, with the types of its operands and results. */
export interface Steered<V> {
  readonly machine: Machine<V>
  readonly operands: readonly V[]
  readonly types: readonly ConcreteType[]
  readonly params: Params
  readonly outs: readonly ConcreteType[]
}

/**
 * How an op runs the graphs that it holds as parameters; shared code asks this, never the op's name.
 *
 * The operands are `lead` ones that no graph is given, then those that are carried from turn to turn, then those that are
 * taken row by row, then those that stay. Each graph is given, in this order, the number of the turn where it is counted,
 * what is carried, a row of each, and what stays. It gives what is carried to the next turn, then what becomes a row of a
 * result; a graph that decides gives one truth value.
 */
export interface Control {
  /** Operands that no graph is given: a predicate, bounds. */
  readonly lead: number
  /** Parameters that are graphs, those that give results last. */
  readonly graphs: readonly string[]
  /** The graph that tells whether there is another turn. */
  readonly decides?: string
  /** Dtype of the number of the turn, which the graphs are given first. */
  readonly counter?: (types: readonly (TensorType | null)[]) => DType
  /** The graph that runs for a truth value of the first operand; absent where all run. */
  readonly chooses?: (truth: boolean) => string
  /** The results; a value that is an operand may be among them. */
  readonly run: <V>(steered: Steered<V>) => readonly V[]
}

/** How many operands of each role an op with control has. */
export interface Roles {
  readonly lead: number
  readonly carried: number
  readonly scanned: number
  /** Place of the first operand that stays the same. */
  readonly fixed: number
  /** How many inputs of the graphs come before what is carried. */
  readonly counted: number
}

export function rolesOf(control: Control, params: Params): Roles {
  const { lead } = control
  const carried = (params['carried'] ?? 0) as number
  const scanned = (params['scanned'] ?? 0) as number
  return { lead, carried, scanned, fixed: lead + carried + scanned, counted: control.counter ? 1 : 0 }
}

/** The graphs among parameters, by name. */
export const graphsOf = (params: Params): readonly (readonly [string, Graph])[] =>
  Object.entries(params).filter((entry): entry is [string, Graph] => isGraph(entry[1]))

/** The parameters with each graph replaced; the same object when none changes. */
export function mapGraphs(params: Params, change: (graph: Graph, name: string) => Graph): Params {
  const changed = graphsOf(params).flatMap(([name, graph]) => {
    const next = change(graph, name)
    return next === graph ? [] : [[name, next] as const]
  })
  return changed.length === 0 ? params : Object.freeze({ ...params, ...Object.fromEntries(changed) })
}
