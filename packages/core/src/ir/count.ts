import { type Dim, isSymbol, printDim, symbolsOf } from '../types/dim.ts'
import { graphsOf } from './control.ts'
import { isVar, type Node, type Var } from './graph.ts'
import { sizesIn } from './sized-params.ts'

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
  ...sizesIn(params),
  ...graphsOf(params).flatMap(([, { nodes }]) => nodes.flatMap(dimsIn)),
]
