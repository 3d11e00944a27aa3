import { type Atom, type Graph, isVar, makeGraph, type Node } from '../ir/graph.ts'
import { noteSame } from '../ir/stands-for.ts'
import { withInputs } from '../ir/uses.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { definePass } from './pass.ts'

const equal = (a: TensorType, b: TensorType): boolean =>
  a === b ||
  (a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, i) => size === b.shape[i]))

/** Drops ops that give their input back because its type is the result's: a reshape to the same shape. */
export const identities = definePass({
  name: 'identities',
  run(graph: Graph): Graph {
    const replaced = new Map<Atom, Atom>()
    const nodes: Node[] = []
    for (const original of graph.nodes) {
      const node = withInputs(original, replaced)
      const [input = null] = node.inputs
      const [out] = node.outs
      if (node.op.def.traits.identity && isVar(input) && equal(input.type, out!.type)) {
        replaced.set(out!, input)
        noteSame(input, node, 0)
      } else nodes.push(node)
    }
    if (replaced.size === 0) return graph
    const outputs = graph.outputs.map((atom) => replaced.get(atom) ?? atom)
    return makeGraph({ ...graph, nodes, outputs })
  },
})
