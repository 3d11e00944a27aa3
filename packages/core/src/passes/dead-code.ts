import { type Atom, type Graph, makeGraph, type Node } from '../ir/graph.ts'
import { definePass } from './pass.ts'

/** How nodes hang together by sizes that data decide. */
export interface Tellers {
  /** The name of the size that a node tells. */
  told(node: Node): string | undefined
  /** The names of sizes that it has. */
  names(node: Node): readonly string[]
}

let tellersIn: ((nodes: readonly Node[]) => Tellers | undefined) | undefined

/** Sets what knows of such sizes: it is loaded with graphs. */
export const setTellers = (find: typeof tellersIn): void => void (tellersIn = find)

/** The nodes that the outputs need, in order: those that they are made of, and those that tell sizes of these. */
export function liveNodes<N extends Node>(nodes: readonly N[], outputs: readonly Atom[]): readonly N[] {
  const live = new Set<unknown>(outputs)
  const tellers = tellersIn?.(nodes)
  const kept: N[] = []
  for (const node of nodes.toReversed()) {
    if (!node.outs.some((out) => live.has(out)) && !live.has(tellers?.told(node))) continue
    for (const need of [...node.inputs, ...(tellers?.names(node) ?? [])]) live.add(need)
    kept.push(node)
  }
  return kept.length === nodes.length ? nodes : kept.toReversed()
}

/** Drops nodes, constants and slots that no output needs; every op is pure. */
export const deadCode = definePass({
  name: 'dead-code',
  run(graph: Graph): Graph {
    const nodes = liveNodes(graph.nodes, graph.outputs)
    const used = new Set<Atom | null>([...graph.outputs, ...nodes.flatMap((node) => node.inputs)])
    const constants = graph.constants.filter(({ out }) => used.has(out))
    const slots = graph.slots.filter(({ out }) => used.has(out))
    const same =
      nodes === graph.nodes &&
      constants.length === graph.constants.length &&
      slots.length === graph.slots.length
    return same ? graph : makeGraph({ ...graph, nodes, constants, slots })
  },
})
