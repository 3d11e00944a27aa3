import { emitGraph } from '../emit/emit-graph.ts'
import type { Emitter } from '../emit/emitter.ts'
import { UnsupportedOpError } from '../errors.ts'
import { type Graph, isVar, makeGraph, type Node } from '../ir/graph.ts'
import { leaf, list } from '../ir/tree-spec.ts'
import { isSteered, legalize } from '../passes/legalize.ts'
import type { Engine } from '../runtime/engine.ts'

const most = 3

/** What an engine calls the steps of a node of a graph, as they would be if it ran alone. */
export function spellingOn(
  { backend, device, target }: Engine,
  { constants }: Graph,
): (node: Node) => string | undefined {
  const { spelling } = backend
  if (spelling === undefined) return () => undefined
  return (node) => {
    try {
      const legal = legalize(alone(node, constants), target)
      if (legal.nodes.some(isSteered)) return undefined
      const made = new Set(legal.nodes.flatMap(({ outs }) => outs))
      const outputs = [...new Set(legal.outputs)].filter(isVar).filter((out) => made.has(out))
      if (outputs.length === 0) return undefined
      const emitter = backend.emitter(device) as Emitter<unknown, unknown>
      const names = [...new Set(spelling(emitGraph(legal, outputs, emitter).artifact()))]
      const more = names.length > most ? ` +${names.length - most}` : ''
      return names.length === 0 ? undefined : `${names.slice(0, most).join(' · ')}${more}`
    } catch (error) {
      // The graph was made for another engine; a picture shows it all the same.
      if (error instanceof UnsupportedOpError) return undefined
      throw error
    }
  }
}

/** Engines spell ops on constants in other ways, as they know their elements. */
function alone(node: Node, all: Graph['constants']): Graph {
  const given = new Set(node.inputs.filter(isVar))
  const constants = all.filter(({ out }) => given.has(out))
  for (const { out } of constants) given.delete(out)
  const inputs = [...given]
  return makeGraph({
    inputs,
    constants,
    slots: [],
    nodes: [node],
    outputs: node.outs,
    args: list(inputs.map(() => leaf)),
    result: list(node.outs.map(() => leaf)),
    writes: [],
    draws: 0,
  })
}
