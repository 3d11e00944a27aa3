import type { Atom, Node } from '../../ir/graph.ts'
import { printNodeOf } from '../../ir/print.ts'
import { graphRunsOf } from '../../judge/control.ts'
import { scalarData } from '../../numerics/host.ts'
import type { HostArray } from '../../op.ts'
import type { GraphCall } from '../../trace/graph-call.ts'
import { printLine } from '../../source.ts'
import { type Apart, apartFromTruth } from './compare.ts'
import { Way } from './way.ts'

/** The first node that an engine computes wrong. */
export interface WrongNode extends Apart {
  readonly op: string
  /** The node as it stands in the text of the graph. */
  readonly text: string
  /** The user's line: `model.ts:12`. */
  readonly line: string | undefined
}

export const wrongNode = ({ graph }: Way, node: Node, apart: Apart): WrongNode => ({
  ...apart,
  op: node.op.def.name,
  text: printNodeOf(graph, node),
  line: node.loc?.line && printLine(node.loc.line),
})

/**
 * The first node whose result is not right for what it is given on an engine; else the first one whose value is not right
 * when the graph is cleaned up and asked for it alone.
 */
export async function locate(way: Way, call: GraphCall, flushes: boolean): Promise<WrongNode | undefined> {
  return (await wrongByItself(way, call, flushes)) ?? (await wrongInGraph(way, call, flushes))
}

async function wrongByItself(way: Way, call: GraphCall, flushes: boolean): Promise<WrongNode | undefined> {
  const { nodes } = way.graph
  const outs = nodes.flatMap((node) => node.outs)
  const values = new Map<Atom, HostArray>(way.known)
  ;(await way.valuesOn(call.engine, outs)).forEach((value, i) => values.set(outs[i]!, value))
  for (const node of nodes) {
    const truth = way.truthOfNode(node, (atom) => values.get(atom)!, flushes)
    for (const [i, out] of node.outs.entries()) {
      const apart = apartFromTruth(values.get(out)!, truth[i]!)
      if (apart === undefined) continue
      return (await wrongInside(way, node, values, call, flushes)) ?? wrongNode(way, node, apart)
    }
  }
  return undefined
}

/** The first wrong node of the graphs that a node runs, in the first turn where one is wrong. */
async function wrongInside(
  way: Way,
  { op, inputs, params }: Node,
  values: ReadonlyMap<Atom, HostArray>,
  call: GraphCall,
  flushes: boolean,
): Promise<WrongNode | undefined> {
  if (op.def.control === undefined) return undefined
  const operands = inputs.map((atom) => hostOfAtom(atom!, values))
  for (const { graph, given } of graphRunsOf(op, operands, params)) {
    // Its draws are those of a turn, which are not made again here.
    if (graph.draws > 0) continue
    const wrong = await wrongByItself(new Way(graph, given, way.seed), call, flushes)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Beyond this many nodes every further one would be a program that is built for nothing but to be asked once. */
const mostNodes = 512

async function wrongInGraph(way: Way, call: GraphCall, flushes: boolean): Promise<WrongNode | undefined> {
  const truth = way.truth(flushes)
  for (const node of way.graph.nodes.slice(0, mostNodes)) {
    const values = await way.cleanedOn(call, node.outs)
    for (const [i, out] of node.outs.entries()) {
      const apart = apartFromTruth(values[i]!, truth.get(out)!)
      if (apart !== undefined) return wrongNode(way, node, apart)
    }
  }
  return undefined
}

/** The elements of an output of a way. */
export const hostOfAtom = (atom: Atom, values: ReadonlyMap<Atom, HostArray>): HostArray =>
  atom.kind === 'lit'
    ? { dtype: atom.type.dtype, shape: [], data: scalarData(atom.value, atom.type.dtype) }
    : values.get(atom)!
