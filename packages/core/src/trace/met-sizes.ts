import type { Graph } from '../ir/graph.ts'
import { Recent } from '../runtime/recent.ts'
import type { Variant } from './variant.ts'

/** How many sizes are kept: of one graph, and of all graphs of a function. */
export const mostSizes = { ofOne: 256, ofAll: 4096 }

interface Met {
  /** Texts and files show this one. */
  readonly first: Variant
  readonly firstKey: string
  readonly others: Recent<string, Variant>
}

/** The sizes that the graphs of a function were met with; of more than there is room for, those used longest ago go. */
export class MetSizes {
  readonly #byGraph = new WeakMap<Graph, Met>()
  /** Never less than there are. */
  #count = 0

  get(graph: Graph, key: string): Variant | undefined {
    const met = this.#byGraph.get(graph)
    return met?.firstKey === key ? met.first : met?.others.get(key)
  }

  /** `graphs` are all of the function, those that were used longest ago first. */
  add(graph: Graph, key: string, variant: Variant, graphs: () => Iterable<Graph>): void {
    const met = this.#byGraph.get(graph)
    if (met === undefined) {
      const others = new Recent<string, Variant>(mostSizes.ofOne - 1)
      this.#byGraph.set(graph, { first: variant, firstKey: key, others })
    } else met.others.set(key, variant)
    if (++this.#count > mostSizes.ofAll) this.#makeRoom([...graphs()])
  }

  /** The first one first. */
  of(graph: Graph): readonly Variant[] {
    const met = this.#byGraph.get(graph)
    return met === undefined ? [] : [met.first, ...met.others.values]
  }

  #makeRoom(graphs: readonly Graph[]): void {
    const all = graphs.flatMap((graph) => this.#byGraph.get(graph) ?? [])
    let count = all.reduce((sum, { others }) => sum + 1 + others.size, 0)
    for (const { first, others } of all) {
      if (count <= mostSizes.ofAll / 2) break
      count -= others.size
      others.clear()
      // Its programs are built again where it is called.
      first.programs.clear()
    }
    // The next time is when as many have come again.
    this.#count = Math.min(count, mostSizes.ofAll / 2)
  }
}
