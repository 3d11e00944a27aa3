import type { OpDef, Params } from '../op.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { graphsOf, rolesOf } from './control.ts'
import {
  type Atom,
  type Constant,
  type Graph,
  makeGraph,
  makeNode,
  type Node,
  type Var,
  variable,
} from './graph.ts'
import { leaf, list } from './tree-spec.ts'
import { withInputs } from './uses.ts'

/** A graph that an op holds: plain lists of inputs and outputs, and nothing outside that it reads or writes. */
export const makeSubgraph = (
  graph: Pick<Graph, 'inputs' | 'constants' | 'nodes' | 'outputs' | 'draws'>,
): Graph =>
  makeGraph({
    ...graph,
    slots: [],
    args: list(graph.inputs.map(() => leaf)),
    result: list(graph.outputs.map(() => leaf)),
    writes: [],
  })

/** The values that nodes and outputs use and that nothing here defines, in the order in which they are met. */
export function freeVars({
  inputs,
  constants,
  nodes,
  outputs,
}: Pick<Graph, 'inputs' | 'constants' | 'nodes' | 'outputs'>): readonly Var[] {
  const defined = new Set<Atom>([
    ...inputs,
    ...constants.map(({ out }) => out),
    ...nodes.flatMap(({ outs }) => outs),
  ])
  const used = [...nodes.flatMap((node) => node.inputs), ...outputs]
  const free = used.filter((atom): atom is Var => atom?.kind === 'var' && !defined.has(atom))
  return [...new Set(free)]
}

/** The types that an op's graphs are given for operands of these types. */
export function fedTypes(
  def: OpDef,
  types: readonly (TensorType | null)[],
  params: Params,
): readonly TensorType[] {
  const control = def.control!
  const { lead, carried, fixed } = rolesOf(control, params)
  const given = types as readonly TensorType[]
  const rows = given.slice(lead + carried, fixed).map(({ dtype, shape }) => tensorType(dtype, shape.slice(1)))
  const counter = control.counter ? [tensorType(control.counter(types), [])] : []
  return [...counter, ...given.slice(lead, lead + carried), ...rows, ...given.slice(fixed)]
}

/** The constants of a graph, then those of the graphs inside, in the order in which files hold them. */
export function allConstants(graph: Graph): readonly Constant[] {
  const inner = graph.nodes.flatMap(({ params }) => graphsOf(params).flatMap(([, one]) => allConstants(one)))
  return inner.length === 0 ? graph.constants : [...graph.constants, ...inner]
}

/** The nodes of a graph and of the graphs inside. */
export const allNodes = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((node) => [node, ...graphsOf(node.params).flatMap(([, graph]) => allNodes(graph.nodes))])

/** A graph's nodes with other values for its inputs, under new names, so that it can stand in several places. */
export function inlined(
  graph: Graph,
  operands: readonly Atom[],
): {
  readonly nodes: readonly Node[]
  readonly constants: readonly Constant[]
  readonly outs: readonly Atom[]
} {
  const renamed = new Map<Atom, Atom>(graph.inputs.map((input, i) => [input, operands[i]!]))
  const define = (out: Var): Var => {
    const copy = variable(out.type)
    renamed.set(out, copy)
    return copy
  }
  const constants = graph.constants.map(({ out, array }) => ({ out: define(out), array }))
  const nodes = graph.nodes.map((node) => {
    const moved = withInputs(node, renamed)
    return makeNode({ ...moved, outs: node.outs.map(define) })
  })
  return { nodes, constants, outs: graph.outputs.map((atom) => renamed.get(atom) ?? atom) }
}

/** A graph that takes further values from outside, under names of its own. */
export function closed(
  {
    inputs,
    constants,
    nodes,
    outputs,
    draws,
  }: Pick<Graph, 'inputs' | 'constants' | 'nodes' | 'outputs' | 'draws'>,
  outside: readonly Var[],
): Graph {
  const own = new Map<Atom, Atom>(outside.map((atom) => [atom, variable(atom.type)]))
  return makeSubgraph({
    inputs: [...inputs, ...outside.map((atom) => own.get(atom) as Var)],
    constants,
    nodes: nodes.map((node) => withInputs(node, own)),
    outputs: outputs.map((atom) => own.get(atom) ?? atom),
    draws,
  })
}
