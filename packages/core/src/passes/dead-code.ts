import { type Atom, type Graph, makeGraph, type Node } from '../ir/graph.ts'
import { definePass } from './pass.ts'

let apart: ((nodes: readonly Node[], outputs: readonly Atom[]) => readonly Node[] | undefined) | undefined

/** Sets how nodes are found that are needed by what they tell; it is loaded with graphs. */
export const setTellers = (find: typeof apart): void => void (apart = find)

/** The nodes that the outputs need, in order: those that they are made of, and those that tell sizes of these. */
export function liveNodes<N extends Node>(nodes: readonly N[], outputs: readonly Atom[]): readonly N[] {
  const told = apart?.(nodes, outputs) as readonly N[] | undefined
  if (told) return told
  const live = new Set<Atom | null>(outputs)
  const kept: N[] = []
  for (const node of nodes.toReversed()) {
    if (!node.outs.some((out) => live.has(out))) continue
    for (const input of node.inputs) live.add(input)
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
