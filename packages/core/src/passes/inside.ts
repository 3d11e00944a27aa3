import { mapGraphs } from '../ir/control.ts'
import { type Graph, makeGraph, makeNode } from '../ir/graph.ts'
import type { Pass } from './pass.ts'

/** A pass that cleans the graphs that nodes run, too, the innermost ones first. */
export const inside = (pass: Pass): Pass => {
  const run: Pass['run'] = (graph, note) =>
    pass.run(
      withInner(graph, (inner) => run(inner, note)),
      note,
    )
  return { ...pass, run }
}

/** Whether a graph has nodes that run graphs. */
export const hasInner = ({ nodes }: Graph): boolean => nodes.some(({ op }) => op.def.control !== undefined)

/** The graph with the graphs that its nodes run replaced; the same object when none changes. */
export function withInner(graph: Graph, change: (inner: Graph) => Graph): Graph {
  if (!hasInner(graph)) return graph
  const nodes = graph.nodes.map((node) => {
    const params = mapGraphs(node.params, change)
    return params === node.params ? node : makeNode({ ...node, params })
  })
  return nodes.every((node, i) => node === graph.nodes[i]) ? graph : makeGraph({ ...graph, nodes })
}
