import { realOf } from '../infer.ts'
import type { Atom, Lit, Var } from '../ir/graph.ts'
import { group } from '../op.ts'
import type { LegalGraph, LegalNode } from '../passes/legalize.ts'
import type { DType } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import type { Emitted, Emitter, Lowering, NodeInfo } from './emitter.ts'

/** Spells a legal graph in an engine's language; values are released after their last use. */
export function emitGraph<Artifact, Ref>(
  graph: LegalGraph,
  outputs: readonly Var[],
  emitter: Emitter<Artifact, Ref>,
): Emitted<Artifact> {
  const refs = new Map<Atom, Ref>()
  const inputs = [...graph.inputs, ...graph.draws.flatMap((node) => node.outs)]
  for (const atom of inputs) refs.set(atom, emitter.input(atom.type as ConcreteType))
  const results = emitNodes(graph, inputs, outputs, refs, emitter)
  return emitter.finish(
    results,
    outputs.map((out) => out.type as ConcreteType),
  )
}

type Spellings = <Artifact, Ref>(
  graphs: NonNullable<LegalNode['graphs']>,
  emitter: Emitter<Artifact, Ref>,
) => NonNullable<NodeInfo<Ref>['graphs']>

let spellings: Spellings | undefined

/** Sets how the graphs are spelled that a node runs: it is loaded with such ops. */
export const setSpellings = (spell: Spellings): void => void (spellings = spell)

/** Spells the nodes of a graph, whose inputs have names already; gives those of its outputs. */
export function emitNodes<Artifact, Ref>(
  graph: LegalGraph,
  inputs: readonly Var[],
  outputs: readonly Atom[],
  refs: Map<Atom, Ref>,
  emitter: Emitter<Artifact, Ref>,
): readonly Ref[] {
  emitter.enter?.(graph, outputs)
  const uses = countUses(graph, outputs)
  for (const { out, array } of graph.constants) refs.set(out, emitter.constant(array))
  const kept = new Set<Atom>([...inputs, ...graph.constants.map(({ out }) => out), ...outputs])
  const last = lastUses(graph)
  graph.nodes.forEach((node, i) => {
    const { graphs, ...own } = node
    const info: NodeInfo<Ref> = {
      ...own,
      inputs: node.inputs.map((atom) => atom && (atom.type as ConcreteType)),
      outputs: node.outs.map((out) => out.type as ConcreteType),
      uses: node.outs.map((out) => uses.get(out) ?? 0),
      ...(graphs && { graphs: spellings!(graphs, emitter) }),
    }
    emitter.begin?.(info)
    const operands = node.inputs.map((atom) =>
      atom === null ? null : atom.kind === 'lit' ? emitter.literal(...scalarIn(atom)) : refs.get(atom)!,
    )
    const lowering = node.lowering as unknown as Lowering<Emitter<Artifact, Ref>, Ref>
    const result = lowering.emit(emitter, group(node.op.def, operands), node.params, info)
    const results =
      node.outs.length === 1 && !Array.isArray(result) ? [result as Ref] : (result as readonly Ref[])
    node.outs.forEach((out, k) => refs.set(out, results[k]!))
    const dead = [...new Set([...node.inputs, ...node.outs])].filter(
      (atom) => atom !== null && atom.kind === 'var' && !kept.has(atom) && (last.get(atom) ?? i) === i,
    )
    emitter.release?.(dead.map((atom) => refs.get(atom!)!))
  })
  return outputs.map((atom) => (atom.kind === 'lit' ? emitter.literal(...scalarIn(atom)) : refs.get(atom)!))
}

/** Legal graphs hold complex numbers as constants. */
const scalarIn = ({ value, type: { dtype } }: Lit): readonly [Scalar, DType] => [
  realOf('graph', value, dtype),
  dtype,
]

function countUses(graph: LegalGraph, outputs: readonly Atom[]): ReadonlyMap<Atom, number> {
  const uses = new Map<Atom, number>()
  for (const atom of [...graph.nodes.flatMap((node) => node.inputs), ...outputs]) {
    if (atom !== null) uses.set(atom, (uses.get(atom) ?? 0) + 1)
  }
  return uses
}

/** Index of the last node that uses each value. */
function lastUses(graph: LegalGraph): ReadonlyMap<Atom, number> {
  const last = new Map<Atom, number>()
  graph.nodes.forEach(({ inputs }, i) => {
    for (const atom of inputs) if (atom !== null) last.set(atom, i)
  })
  return last
}
