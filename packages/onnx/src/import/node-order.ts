import type { GraphProto, NodeProto } from '../gen/onnx_pb.ts'

/** What a node takes from around it: its operands, and what graphs inside of it take from outside. */
function takenBy({ input, attribute }: NodeProto): readonly string[] {
  const bodies = attribute.flatMap(({ g, graphs }) => (g === undefined ? graphs : [g, ...graphs]))
  return bodies.length === 0 ? input : [...input, ...bodies.flatMap(takenFromAround)]
}

function takenFromAround({ input, initializer, node, output }: GraphProto): readonly string[] {
  const own = new Set([...input, ...initializer].map(({ name }) => name))
  for (const one of node) for (const name of one.output) own.add(name)
  return [...node.flatMap(takenBy), ...output.map(({ name }) => name)].filter((name) => !own.has(name))
}

/** The nodes of a graph, each after those that make what it takes; files may hold them in any order. */
export function inOrder(nodes: readonly NodeProto[]): readonly NodeProto[] {
  const makers = new Map<string, number>()
  for (const [i, { output }] of nodes.entries())
    for (const name of output) if (name !== '') makers.set(name, i)
  const needs = nodes.map((node) => new Set(takenBy(node).flatMap((name) => makers.get(name) ?? [])))
  if (needs.every((makersOf, i) => [...makersOf].every((maker) => maker < i))) return nodes
  const left = needs.map(({ size }) => size)
  const takers = nodes.map((): number[] => [])
  for (const [i, makersOf] of needs.entries()) for (const maker of makersOf) takers[maker]!.push(i)
  const ready = [...left.keys()].filter((i) => left[i] === 0)
  for (let at = 0; at < ready.length; at++)
    for (const taker of takers[ready[at]!]!) if (--left[taker]! === 0) ready.push(taker)
  // Nodes in a ring are left as they are: running them tells what is missing.
  return ready.length < nodes.length ? nodes : ready.map((i) => nodes[i]!)
}
