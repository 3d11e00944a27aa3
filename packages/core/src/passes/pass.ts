import type { Graph } from '../ir/graph.ts'
import type { LazyLine } from '../source.ts'

/** Something that a pass did, or why it left a node alone. */
export interface Note {
  readonly op: string
  readonly text: string
  readonly loc: LazyLine | undefined
}

/** One clean-up of graphs: pure, and the same object back when there is nothing to do. */
export interface Pass {
  readonly name: string
  /** `note` hears what was done and what was left alone, for reports. */
  run(graph: Graph, note?: (note: Note) => void): Graph
}

export const definePass = (pass: Pass): Pass => pass
