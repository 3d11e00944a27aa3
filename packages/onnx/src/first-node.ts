import { type IrGraph, type Node, printOrigin } from '@tendril/core/adapter'

/** The first node that makes something true of the part of a graph up to it; it stays true of longer parts. */
export function firstNode(graph: IrGraph, holds: (part: IrGraph) => boolean): Node | undefined {
  let [low, high] = [0, graph.nodes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(upTo(graph, middle + 1))) high = middle
    else low = middle + 1
  }
  return graph.nodes[low]
}

/** The first nodes of a graph, all of which it gives. */
function upTo(graph: IrGraph, count: number): IrGraph {
  const nodes = graph.nodes.slice(0, count)
  const outputs = nodes.flatMap(({ outs }) => outs)
  const result: IrGraph['result'] = { kind: 'list', items: outputs.map(() => ({ kind: 'leaf' })) }
  return { ...graph, nodes, outputs, result, writes: [] }
}

/** `roll (model.ts:12)` */
export const printNode = ({ op, loc }: Node): string => {
  const at = loc === undefined ? '' : printOrigin(loc)
  return at === '' ? op.def.name : `${op.def.name} (${at})`
}
