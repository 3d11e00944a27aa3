import { TendrilError } from '../errors.ts'
import type { Control } from '../ir/control.ts'
import {
  type Atom,
  type Constant,
  type ConstantArray,
  type Graph,
  makeGraph,
  type Node,
} from '../ir/graph.ts'
import { allNodes, inlined } from '../ir/subgraph.ts'
import { withInputs } from '../ir/uses.ts'
import { isDraw } from '../types/param.ts'
import { definePass } from './pass.ts'

/** Puts the nodes of a branch in place of the choice where it is known; one that draws stays, as its draws are its own. */
export const knownBranch = definePass({
  name: 'known-branch',
  run(graph, note = () => {}) {
    const arrays = new Map<Atom, ConstantArray>(graph.constants.map(({ out, array }) => [out, array]))
    const replaced = new Map<Atom, Atom>()
    const nodes: Node[] = []
    const constants: Constant[] = []
    for (const original of graph.nodes) {
      const node = withInputs(original, replaced)
      const branch = branchOf(node, arrays)
      if (branch === undefined) {
        nodes.push(node)
        continue
      }
      note({ op: node.op.def.name, text: 'the branch is known', loc: node.loc })
      const made = inlined(branch, node.inputs.slice(1) as readonly Atom[])
      nodes.push(...made.nodes)
      constants.push(...made.constants)
      for (const { out, array } of made.constants) arrays.set(out, array)
      node.outs.forEach((out, i) => replaced.set(out, made.outs[i]!))
    }
    if (nodes.length === graph.nodes.length && replaced.size === 0) return graph
    const outputs = graph.outputs.map((atom) => replaced.get(atom) ?? atom)
    return makeGraph({ ...graph, nodes, constants: [...graph.constants, ...constants], outputs })
  },
})

function branchOf({ op, inputs, params }: Node, arrays: ReadonlyMap<Atom, ConstantArray>): Graph | undefined {
  const choose: Control['chooses'] = op.def.control?.chooses
  const [predicate] = inputs
  if (choose === undefined || predicate === undefined || predicate === null) return undefined
  const truth = predicate.kind === 'lit' ? predicate.value === true : truthOf(arrays.get(predicate))
  if (truth === undefined) return undefined
  const branch = params[choose(truth)] as Graph
  return draws(branch) ? undefined : branch
}

/** Choices and loops inside have a place in the stream even where nothing is drawn. */
const draws = ({ nodes }: Graph): boolean =>
  allNodes(nodes).some(({ op, params }) => op.def.control === undefined && isDraw(params['key']))

function truthOf(array: ConstantArray | undefined): boolean | undefined {
  if (array === undefined) return undefined
  try {
    return array.host()[0] !== 0
  } catch (error) {
    // Arrays of asynchronous engines cannot be read here, and disposed ones nowhere: the call itself will say so.
    if (error instanceof TendrilError) return undefined
    throw error
  }
}
