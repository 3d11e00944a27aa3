import {
  type Atom,
  type ConstantArray,
  type Graph,
  makeGraph,
  makeNode,
  type Node,
  variable,
} from '../ir/graph.ts'
import { producers, withInputs } from '../ir/uses.ts'
import type { Op, OpDef } from '../op.ts'
import { liveNodes } from './dead-code.ts'

/** Values of a graph that an exporter spells in its own way, by a node with a name that it has a lowering for. */
export interface SpelledApart {
  readonly name: string
  /** Values of the graph, and arrays that it need not hold yet. */
  readonly inputs: readonly (Atom | ConstantArray)[]
  /** Values of the graph: what the node gives is the same. */
  readonly outs: readonly Node['outs'][number][]
}

/**
 * The graph with nodes of an exporter's own in place of what makes some values.
 *
 * One that would stand before what it is made of is left out.
 */
export function spelledApart(graph: Graph, all: readonly SpelledApart[]): Graph {
  const constants = [...graph.constants]
  const known = new Map<ConstantArray, Atom>(constants.map(({ array, out }) => [array, out]))
  const constantOf = (array: ConstantArray): Atom => {
    const out = known.get(array) ?? variable(array.type)
    if (!known.has(array)) constants.push({ out: out as Node['outs'][number], array })
    known.set(array, out)
    return out
  }
  const place = new Map<Atom, number>(
    graph.nodes.flatMap((node, i) => node.outs.map((out): [Atom, number] => [out, i])),
  )
  const makers = producers(graph.nodes)
  const before = new Map<Node, SpelledApart[]>()
  for (const one of all) {
    const first = Math.min(...one.outs.map((out) => place.get(out) ?? -1))
    const isMade = one.inputs.every((input) => !isAtom(input) || (place.get(input) ?? -1) < first)
    if (first < 0 || !isMade) continue
    const node = graph.nodes[first]!
    before.set(node, [...(before.get(node) ?? []), one])
  }
  const renamed = new Map<Atom, Atom>()
  const nodes = graph.nodes.flatMap((node) => {
    const own = (before.get(node) ?? []).map(({ name, inputs, outs }) => {
      const atoms = inputs.map((input) => (isAtom(input) ? (renamed.get(input) ?? input) : constantOf(input)))
      const made = outs.map(({ type }) => variable(type))
      outs.forEach((out, i) => renamed.set(out, made[i]!))
      const { loc } = makers.get(outs[0]!)!
      return makeNode({ op: opOf(name, made), inputs: atoms, params: {}, outs: made, loc })
    })
    return [...own, withInputs(node, renamed)]
  })
  const outputs = graph.outputs.map((atom) => renamed.get(atom) ?? atom)
  const live = liveNodes(nodes, outputs)
  const used = new Set<Atom | null>([...outputs, ...live.flatMap(({ inputs }) => inputs)])
  return makeGraph({
    ...graph,
    nodes: live,
    outputs,
    constants: constants.filter(({ out }) => used.has(out)),
  })
}

const isAtom = (input: Atom | ConstantArray): input is Atom => 'kind' in input

/** An op that an exporter alone knows: its results have the types that they had. */
function opOf(name: string, outs: Node['outs']): Op {
  const types = outs.map(({ type }) => type)
  const def: OpDef = {
    name,
    doc: '',
    inputs: ['...operands'],
    params: {},
    asides: {},
    before: [],
    order: [],
    outputs: types.length === 1 ? undefined : 'list',
    traits: {},
    cast: undefined,
    infer: () => (types.length === 1 ? types[0]! : types),
    reference: undefined,
    decompose: undefined,
    expand: undefined,
    control: undefined,
    gradient: undefined,
    counts: undefined,
    variant: undefined,
    source: undefined,
  }
  const refuse = (): never => {
    throw new Error(`${name} is spelled and never run.`)
  }
  return Object.assign(refuse, { def })
}
