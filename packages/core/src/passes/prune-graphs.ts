import { type Control, rolesOf } from '../ir/control.ts'
import { type Atom, type Graph, makeGraph, makeNode, type Node } from '../ir/graph.ts'
import { makeSubgraph } from '../ir/subgraph.ts'
import { deadCode, liveNodes } from './dead-code.ts'
import { definePass } from './pass.ts'

/** Drops what graphs inside carry, take or give and nobody needs. */
export const pruneGraphs = definePass({
  name: 'prune-graphs',
  run(graph) {
    const used = new Set<Atom | null>(graph.outputs)
    let changed = false
    const kept: Node[] = []
    for (const node of graph.nodes.toReversed()) {
      const { control } = node.op.def
      const next = control === undefined ? node : pruned(node, control, (atom) => used.has(atom))
      changed ||= next !== node
      for (const input of next.inputs) used.add(input)
      kept.push(next)
    }
    return changed ? makeGraph({ ...graph, nodes: kept.toReversed() }) : graph
  },
})

/** The inputs that some of a graph's outputs need. */
function needsOf(graph: Graph, outputs: readonly Atom[]): ReadonlySet<number> {
  const used = new Set<Atom | null>(outputs)
  for (const node of liveNodes(graph.nodes, outputs)) for (const input of node.inputs) used.add(input)
  return new Set(graph.inputs.flatMap((input, i) => (used.has(input) ? [i] : [])))
}

/** A node without the values that no wanted result depends on; the same object when there are none. */
function pruned(node: Node, control: Control, isUsed: (out: Atom) => boolean): Node {
  const { params, inputs, outs } = node
  const { lead, carried, scanned, counted } = rolesOf(control, params)
  const { decides } = control
  const giving = control.graphs.filter((name) => name !== decides).map((name) => params[name] as Graph)
  const made = outs.flatMap((out, i) => (i >= carried && isUsed(out) ? [i] : []))
  const stays = new Set(outs.flatMap((out, i) => (i < carried && isUsed(out) ? [i] : [])))
  const needed = new Set<number>()
  const need = (graph: Graph, outputs: readonly Atom[]): void => {
    for (const i of needsOf(graph, outputs)) {
      if (i < counted) continue
      needed.add(i - counted)
      if (i - counted < carried) stays.add(i - counted)
    }
  }
  if (decides !== undefined) need(params[decides] as Graph, (params[decides] as Graph).outputs)
  for (let size = -1; size !== stays.size;) {
    size = stays.size
    for (const graph of giving)
      need(
        graph,
        [...made, ...stays].map((i) => graph.outputs[i]!),
      )
  }
  // The rows tell how many turns there are.
  if (scanned > 0 && params['length'] === null && !hasAny(needed, carried, carried + scanned))
    needed.add(carried)
  const operands = [...Array.from({ length: inputs.length - lead }).keys()].filter((i) =>
    i < carried ? stays.has(i) : needed.has(i),
  )
  const results = outs.flatMap((_, i) => ((i < carried ? stays.has(i) : made.includes(i)) ? [i] : []))
  if (operands.length === inputs.length - lead && results.length === outs.length) return node
  const narrowed = Object.entries(params).map(([name, value]) => {
    if (name === 'carried') return [name, stays.size]
    if (name === 'scanned')
      return [name, operands.filter((i) => i >= carried && i < carried + scanned).length]
    if (!control.graphs.includes(name)) return [name, value]
    return [name, part(value as Graph, counted, operands, name === decides ? undefined : results)]
  })
  return makeNode({
    ...node,
    inputs: [...inputs.slice(0, lead), ...operands.map((i) => inputs[lead + i]!)],
    params: Object.freeze(Object.fromEntries(narrowed)),
    outs: results.map((i) => outs[i]!),
  })
}

const hasAny = (numbers: ReadonlySet<number>, from: number, to: number): boolean =>
  [...numbers].some((i) => i >= from && i < to)

/** A graph with some of its inputs, and some of its results where not all. */
function part(
  graph: Graph,
  counted: number,
  operands: readonly number[],
  results: readonly number[] | undefined,
): Graph {
  return deadCode.run(
    makeSubgraph({
      ...graph,
      inputs: [...graph.inputs.slice(0, counted), ...operands.map((i) => graph.inputs[counted + i]!)],
      outputs: results === undefined ? graph.outputs : results.map((i) => graph.outputs[i]!),
    }),
  )
}
