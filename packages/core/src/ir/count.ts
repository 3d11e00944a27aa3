import type { ParamValue } from '../types/param.ts'
import { type Dim, isPoly, isSymbol, printDim, symbolsOf } from '../types/dim.ts'
import { graphsOf } from './control.ts'
import { type Atom, isVar, type Node, type Var } from './graph.ts'

/** A size that data decide, and the value that tells it. */
export interface Count {
  readonly name: string
  readonly value: Var
}

/** The size of a node's results that its data decide; undefined where there is none, or it is a number. */
export function countOf({ op, inputs, params }: Node): Count | undefined {
  const size = params['size'] as Dim | null | undefined
  const value = inputs.at(-1) ?? null
  if (op.def.counts === undefined || size === undefined || size === null || !isSymbol(size) || !isVar(value))
    return undefined
  return { name: printDim(size), value }
}

/** The names of all sizes that a node has: of its results, in its parameters, in graphs inside. */
export const namesIn = (node: Node): readonly string[] => dimsIn(node).flatMap(symbolsOf)

const dimsIn = ({ params, outs }: Node): readonly Dim[] => [
  ...outs.flatMap(({ type }) => type.shape),
  ...Object.values(params).flatMap(sizesIn),
  ...graphsOf(params).flatMap(([, { nodes }]) => nodes.flatMap(dimsIn)),
]

const sizesIn = (value: ParamValue): readonly Dim[] =>
  isPoly(value) ? [value] : Array.isArray(value) ? (value as readonly ParamValue[]).flatMap(sizesIn) : []

/** The nodes that outputs need where some tell sizes: an array may have a size that nothing it is made of has. */
export function liveWithTellers(
  nodes: readonly Node[],
  outputs: readonly Atom[],
): readonly Node[] | undefined {
  if (!nodes.some(countOf)) return undefined
  const live = new Set<unknown>(outputs)
  const kept = nodes
    .toReversed()
    .filter((node) => {
      if (!node.outs.some((out) => live.has(out)) && !live.has(countOf(node)?.name)) return false
      for (const need of [...node.inputs, ...namesIn(node)]) live.add(need)
      return true
    })
    .toReversed()
  return kept.length === nodes.length ? nodes : kept
}
