import type { Graph } from '../ir/graph.ts'

/** One clean-up of graphs: pure, and the same object back when there is nothing to do. */
export interface Pass {
  readonly name: string
  run(graph: Graph): Graph
}

export const definePass = (pass: Pass): Pass => pass
