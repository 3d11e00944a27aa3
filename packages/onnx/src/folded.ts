import {
  type ConcreteType,
  type ConstantArray,
  foldNode,
  isSymbolic,
  type LegalGraph,
  type LegalNode,
  nameOfArray,
} from '@tendril/core/adapter'

type Atom = LegalGraph['outputs'][number]

/**
 * A graph without what follows from numbers alone, which decompositions count and compare: files hold what it makes. What is
 * made of arrays with names stays, so that files have these.
 */
export function folded(graph: LegalGraph): LegalGraph {
  const constants = [...graph.constants]
  const known = new Map<Atom | null, ConstantArray>(
    constants.flatMap(({ out, array }) => (nameOfArray(array) === undefined ? [[out, array] as const] : [])),
  )
  const nodes = graph.nodes.filter((node) => {
    if (!isFixed(node, known)) return true
    const results = foldNode(node, known as ReadonlyMap<Atom, ConstantArray>, () => {})
    results?.forEach((array, i) => {
      const out = node.outs[i]!
      known.set(out, array)
      constants.push({ out, array })
    })
    return results === undefined
  })
  return { ...graph, constants, nodes }
}

/** Whether the reference can compute it, the same each time. */
const isFixed = (
  { op: { def }, inputs, outs, params }: LegalNode,
  known: ReadonlyMap<Atom | null, ConstantArray>,
): boolean =>
  (def.reference !== undefined || def.decompose !== undefined) &&
  def.control === undefined &&
  params['key'] === undefined &&
  inputs.every((atom) => atom === null || atom.kind === 'lit' || known.has(atom)) &&
  outs.every(({ type }) => !(type as ConcreteType).shape.some(isSymbolic))
