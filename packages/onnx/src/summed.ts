import type { Atom, ConcreteType, LegalGraph, LegalNode } from '@tendril/core/adapter'

/** Terms of each sum from which on errors of 1e-7 of the largest of them are lost among its own. */
const manyTerms = 64

/**
 * Values that nothing reads but long sums of products, by way of moves and products of elements at most. A sum is right to 1e-6 of the magnitudes of
 * its terms, so digits of those that are small beside the others do not reach its result.
 */
export function summedIn(graph: LegalGraph, outputs: readonly Atom[]): ReadonlySet<Atom> {
  const read = new Set<Atom>(outputs)
  const summed = new Set<Atom>()
  for (const node of graph.nodes.toReversed()) {
    const { movement, scales } = node.op.def.traits
    const isPassedOn = movement === true || scales === true
    const isLost = isPassedOn ? node.outs.every((out) => summed.has(out) && !read.has(out)) : isLongSum(node)
    for (const atom of node.inputs) if (atom !== null) (isLost ? summed : read).add(atom)
  }
  for (const atom of read) summed.delete(atom)
  return summed
}

/** Whether a node sums many products for each element: a product of matrices of m k and k n elements has m n sums of k. */
function isLongSum({ op, inputs, outs }: LegalNode): boolean {
  if (op.def.traits.contraction !== true) return false
  const sizes = inputs.flatMap((atom) => (atom === null ? [] : [countOf(atom)])).toSorted((a, b) => b - a)
  const [first = 0, second = 0] = sizes
  return first * second >= manyTerms ** 2 * countOf(outs[0]!)
}

const countOf = ({ type }: Atom): number =>
  (type as ConcreteType).shape.reduce((count, size) => count * size, 1)
