import { type Gap, UnsupportedOpError } from '../errors.ts'
import type { Lowering } from '../emit/emitter.ts'
import { graphsOf } from '../ir/control.ts'
import type { Node } from '../ir/graph.ts'
import type { Params } from '../op.ts'
import type { LegalGraph, LegalNode, Target } from './legal-graph.ts'
import { legalize } from './legalize.ts'

/**
 * An op that runs graphs in an engine's terms, or what stands in the way: by the engine if it can run all that is in them
 * so, else step by step.
 */
export function legalControl(
  node: Node,
  lowering: Lowering<never, never> | undefined,
  verdict: true | string,
  target: Target,
): LegalNode | { readonly gaps: readonly Gap[] } {
  const { op, params, loc } = node
  const { steers = false, drawsInside = false } = target
  const because = lowering === undefined ? 'branches and loops have no spelling there' : verdict
  const reasons: Gap[] = because === true ? [] : [{ op: op.def.name, because, at: loc?.line }]
  if (verdict === true) {
    const { graphs, gaps } = legalGraphs(params, { ...target, steers: false })
    reasons.push(...gaps)
    if (!drawsInside && Object.values(graphs).some(({ draws }) => draws.length > 0)) {
      const draws = 'it cannot draw random numbers in each turn'
      reasons.push({ op: op.def.name, because: draws, at: loc?.line })
    }
    if (reasons.length === 0) return Object.freeze({ ...node, lowering: lowering!, graphs })
  }
  if (!steers) return { gaps: reasons }
  const { graphs, gaps } = legalGraphs(params, target)
  return gaps.length > 0 ? { gaps } : Object.freeze({ ...node, lowering: undefined, graphs })
}

/** The graphs among parameters in an engine's terms, and what stands in the way. */
function legalGraphs(
  params: Params,
  target: Target,
): { readonly graphs: Readonly<Record<string, LegalGraph>>; readonly gaps: Gap[] } {
  const gaps: Gap[] = []
  const graphs: Record<string, LegalGraph> = {}
  for (const [name, graph] of graphsOf(params)) {
    try {
      graphs[name] = legalize(graph, target)
    } catch (error) {
      if (!(error instanceof UnsupportedOpError)) throw error
      gaps.push(...error.gaps)
    }
  }
  return { graphs, gaps }
}
