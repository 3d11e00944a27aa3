import type { Atom } from '../ir/graph.ts'
import { ownOrigin, type ResultOf } from '../ir/stands-for.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { TracedArray } from './traced-array.ts'

/** Where the value of a traced array comes from: a result of an op that the trace follows, or an input by an origin of its own. */
export type ValueSource = ResultOf

const known = new WeakMap<Atom, ValueSource>()

/**
 * Where a traced array comes from; undefined for one of a graph that an op runs, and for what is read at each call.
 *
 * Each call of an op has an origin of its own, which passes hand on, so exporters find the op again.
 */
export function sourceOf(array: NDArray): ValueSource | undefined {
  if (!(array instanceof TracedArray) || array.tracer.inside !== undefined) return undefined
  const { tracer, atom } = array
  const found = known.get(atom)
  if (found !== undefined) return found
  const source = madeIn(tracer.nodes, atom) ?? inputIn(tracer.inputs, atom)
  if (source !== undefined) known.set(atom, source)
  return source
}

function madeIn(nodes: TracedArray['tracer']['nodes'], atom: Atom): ValueSource | undefined {
  // Mostly it is one of the last.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { outs, loc } = nodes[i]!
    const result = outs.indexOf(atom as never)
    if (result !== -1) return loc && { origin: loc, result }
  }
  return undefined
}

function inputIn(inputs: readonly Atom[], atom: Atom): ValueSource | undefined {
  return inputs.includes(atom) ? { origin: ownOrigin(atom), result: 0 } : undefined
}
