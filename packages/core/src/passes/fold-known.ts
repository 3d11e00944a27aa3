import type { Atom, Constant, ConstantArray, Node } from '../ir/graph.ts'
import { printValue } from '../ir/value-text.ts'
import { liveNodes } from './dead-code.ts'
import { foldNode } from './fold-constants.ts'

/** A graph before or after it was legalized. */
interface Foldable {
  readonly constants: readonly Constant[]
  readonly nodes: readonly Node[]
  readonly outputs: readonly Atom[]
}

/** Results by the first constant that they are made of, so that other sizes of a graph, and other engines, share them. */
const known = new WeakMap<ConstantArray, Map<string, readonly ConstantArray[] | undefined>>()
const ids = new WeakMap<ConstantArray, number>()
let lastId = 0

function idOf(array: ConstantArray): number {
  const id = ids.get(array) ?? ++lastId
  ids.set(array, id)
  return id
}

/**
 * Computes once what is made of constants alone: of what slots held, or by decompositions, such as the scale of a
 * normalization.
 *
 * Creation stays: filling an array is cheaper than keeping it.
 */
export function foldKnown<G extends Foldable>(graph: G): G {
  if (graph.constants.length === 0) return graph
  const arrays = new Map<Atom, ConstantArray>(graph.constants.map(({ out, array }) => [out, array]))
  const folded: Constant[] = []
  const kept = graph.nodes.filter((node) => {
    const results = resultsOf(node, arrays)
    results?.forEach((array, i) => {
      arrays.set(node.outs[i]!, array)
      folded.push({ out: node.outs[i]!, array })
    })
    return results === undefined
  })
  if (folded.length === 0) return graph
  const nodes = liveNodes(kept, graph.outputs)
  const used = new Set<Atom | null>([...graph.outputs, ...nodes.flatMap((node) => node.inputs)])
  const constants = [...graph.constants, ...folded].filter(({ out }) => used.has(out))
  return Object.freeze({ ...graph, nodes, constants })
}

function resultsOf(
  node: Node,
  arrays: ReadonlyMap<Atom, ConstantArray>,
): readonly ConstantArray[] | undefined {
  // Composites that draw have a key, too.
  if (node.params['key'] !== undefined || node.op.def.control !== undefined) return undefined
  const operands = node.inputs.map((atom) =>
    atom === null ? undefined : atom.kind === 'lit' ? atom : arrays.get(atom),
  )
  if (operands.some((operand, i) => operand === undefined && node.inputs[i] !== null)) return undefined
  const first = operands.find(
    (operand): operand is ConstantArray => operand !== undefined && !('kind' in operand),
  )
  if (first === undefined) return undefined
  const names = operands.map((operand) =>
    operand === undefined
      ? '_'
      : 'kind' in operand
        ? `${operand.type.dtype} ${printValue(operand.value)}`
        : idOf(operand),
  )
  const params = Object.values(node.params).map(printValue)
  const key = `${node.op.def.name}(${names})(${params})`
  const ofFirst = known.get(first) ?? new Map<string, readonly ConstantArray[] | undefined>()
  known.set(first, ofFirst)
  if (!ofFirst.has(key))
    ofFirst.set(
      key,
      foldNode(node, arrays, () => {}),
    )
  return ofFirst.get(key)
}
