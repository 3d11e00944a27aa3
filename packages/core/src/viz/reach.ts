import type { Atom, Graph, Node } from '../ir/graph.ts'

/** Nodes and values that some result depends on. */
export function neededBy({ nodes, outputs }: Graph): ReadonlySet<Atom | Node> {
  const needed = new Set<Atom | Node>(outputs)
  for (const node of nodes.toReversed()) {
    if (!node.outs.some((out) => needed.has(out))) continue
    needed.add(node)
    for (const atom of node.inputs) if (atom !== null) needed.add(atom)
  }
  return needed
}

/** The nodes that use each value. */
export function usersOf({ nodes }: Graph): ReadonlyMap<Atom, readonly Node[]> {
  const users = new Map<Atom, Node[]>()
  for (const node of nodes) {
    for (const atom of new Set(node.inputs)) {
      if (atom !== null) users.set(atom, [...(users.get(atom) ?? []), node])
    }
  }
  return users
}
