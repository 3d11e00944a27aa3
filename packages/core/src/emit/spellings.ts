import type { Atom } from '../ir/graph.ts'
import type { LegalNode } from '../passes/legalize.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import { emitNodes } from './emit-graph.ts'
import type { Emitter, NodeInfo } from './emitter.ts'

/** How the graphs are spelled that a node runs. */
export function spellings<Artifact, Ref>(
  graphs: NonNullable<LegalNode['graphs']>,
  emitter: Emitter<Artifact, Ref>,
): NonNullable<NodeInfo<Ref>['graphs']> {
  return Object.fromEntries(
    Object.entries(graphs).map(([name, graph]) => {
      const spell = (inputs: readonly Ref[]): readonly Ref[] => {
        const refs = new Map<Atom, Ref>(graph.inputs.map((input, i) => [input, inputs[i]!]))
        for (const node of graph.draws) refs.set(node.outs[0]!, emitter.draw!(node))
        return emitNodes(graph, graph.inputs, graph.outputs, refs, emitter)
      }
      return [name, { inputs: graph.inputs.map(({ type }) => type as ConcreteType), spell }]
    }),
  )
}
