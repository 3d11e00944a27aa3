import { type Atom, type Graph, makeGraph, type Node, type Var } from '../ir/graph.ts'
import { noteSame } from '../ir/stands-for.ts'
import { withInputs } from '../ir/uses.ts'
import { printValue } from '../ir/value-text.ts'
import type { OpDef } from '../op.ts'
import { definePass } from './pass.ts'

/** Computes equal nodes once. Draws are never equal, and constants stay apart. */
export const commonSubexpressions = definePass({
  name: 'common-subexpressions',
  run(graph: Graph): Graph {
    const names = new Names()
    const known = new Map<string, readonly Var[]>()
    const replaced = new Map<Atom, Atom>()
    const nodes: Node[] = []
    for (const original of graph.nodes) {
      const node = withInputs(original, replaced)
      const key = node.op.def.traits.random ? undefined : names.ofNode(node)
      const same = key === undefined ? undefined : known.get(key)
      if (same === undefined) {
        if (key !== undefined) known.set(key, node.outs)
        nodes.push(node)
      } else
        node.outs.forEach((out, i) => {
          replaced.set(out, same[i]!)
          noteSame(same[i]!, node, i)
        })
    }
    if (replaced.size === 0) return graph
    const outputs = graph.outputs.map((atom) => replaced.get(atom) ?? atom)
    return makeGraph({ ...graph, nodes, outputs })
  },
})

/** Texts that are equal exactly where nodes are: literals and parameters by their bits. */
class Names {
  readonly #ids = new Map<Atom | OpDef, number>()

  #id(of: Atom | OpDef): number {
    const known = this.#ids.get(of)
    if (known !== undefined) return known
    this.#ids.set(of, this.#ids.size)
    return this.#ids.size - 1
  }

  ofNode({ op, inputs, params }: Node): string {
    const operands = inputs.map((atom) =>
      atom === null ? '_' : atom.kind === 'lit' ? printValue(atom.value) : `%${this.#id(atom)}`,
    )
    const given = Object.entries(params).map(([name, value]) => `${name}=${printValue(value)}`)
    return `${this.#id(op.def)}(${[...operands, ...given].join()})`
  }
}
