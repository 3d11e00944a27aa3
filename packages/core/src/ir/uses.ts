import type { Atom, Graph, Node, Var } from './graph.ts'

/** How often each value is used, by nodes and as a result. */
export function countUses(graph: Pick<Graph, 'nodes' | 'outputs'>): Map<Atom, number> {
  const uses = new Map<Atom, number>()
  for (const atom of [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs]) {
    if (atom !== null) uses.set(atom, (uses.get(atom) ?? 0) + 1)
  }
  return uses
}

/** The node with other atoms in place of its inputs; the same object when none is replaced. */
export function withInputs(node: Node, replaced: ReadonlyMap<Atom, Atom>): Node {
  if (replaced.size === 0 || !node.inputs.some((atom) => atom !== null && replaced.has(atom))) return node
  const inputs = node.inputs.map((atom) => atom && (replaced.get(atom) ?? atom))
  return Object.freeze({ ...node, inputs: Object.freeze(inputs) })
}

/** The node that gives each value. */
export function producers(nodes: readonly Node[]): Map<Var, Node> {
  const found = new Map<Var, Node>()
  for (const node of nodes) for (const out of node.outs) found.set(out, node)
  return found
}
