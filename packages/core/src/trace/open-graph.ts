import type { Graph, SizedGraph } from '../ir/graph.ts'
import { specialize } from '../ir/specialize.ts'
import { type Assumption, assuming, type Dim, isSymbol, printDim, symbolsOf } from '../types/dim.ts'
import { substitute } from '../types/substitute.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import type { Trace } from './trace.ts'

/**
 * The graph of a trace as it holds for every size that its names can have: sizes that the function read are numbers, and
 * those that have to be equal share a name.
 */
export function openGraph(
  { raw, observed, named }: Trace,
  sizes: ReadonlyMap<string, number>,
  clean: (graph: Graph) => Graph,
): SizedGraph {
  const known = new Map<string, Dim>()
  observed.forEach((assumption) => assume(known, assumption, sizes, named))
  for (;;) {
    const types = raw.inputs.map(({ type }) => renamed(type, known))
    const { value, assumptions } = assuming(sizes, () => clean(specialize(raw, types)))
    const before = known.size
    // Sizes that differ, such as one that is not 1 where it meets 1, decide nothing that the ops do not ask again.
    assumptions.forEach((assumption) => assume(known, assumption, sizes, named))
    if (known.size === before) return { graph: value, sizes, assumes: [...observed, ...assumptions] }
  }
}

/** Notes what an assumption says of single names: each is another name or a number. */
function assume(
  known: Map<string, Dim>,
  { left, right, equal }: Assumption,
  sizes: ReadonlyMap<string, number>,
  named: ReadonlySet<string> = new Set(),
): void {
  if (!equal) return
  const [a, b] = [left, right].map((dim) => resolved(dim, known)) as [Dim, Dim]
  if (a === b) return
  if (isSymbol(a) && isSymbol(b)) known.set(printDim(b), a)
  // That named sizes divide evenly, or the like, is left to the calls.
  else
    for (const name of [...symbolsOf(a), ...symbolsOf(b)])
      if (!named.has(name)) known.set(name, sizes.get(name)!)
}

const resolved = (dim: Dim, known: ReadonlyMap<string, Dim>): Dim => {
  const next = substitute(dim, known)
  return next === dim ? dim : resolved(next, known)
}

const renamed = ({ dtype, shape }: TensorType, known: ReadonlyMap<string, Dim>): TensorType =>
  tensorType(
    dtype,
    shape.map((dim) => resolved(dim, known)),
  )
