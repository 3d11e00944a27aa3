import { infer } from '../infer.ts'
import { type Dim, isSymbol, printDim } from '../types/dim.ts'
import { evaluateOpen, substitute } from '../types/substitute.ts'
import { isConcrete, printType, type TensorType, tensorType } from '../types/tensor-type.ts'
import { GraphError } from '../errors.ts'
import { mapGraphs } from './control.ts'
import { type Atom, type Graph, makeGraph, makeNode, type Var, variable } from './graph.ts'
import { hasSizes, mapSizes } from './sized-params.ts'
import { handOn } from './stands-for.ts'
import { fedTypes } from './subgraph.ts'

/** The graph for the given sizes: they are numbers, and nothing else changes; names without a size stay. */
export const concretize = (graph: Graph, sizes: ReadonlyMap<string, number>): Graph =>
  withSizes(graph, (size) => evaluateOpen(size, sizes))

/** The graph with numbers, or other sizes, for some of its named sizes. */
export const fixSizes = (graph: Graph, sizes: ReadonlyMap<string, Dim>): Graph =>
  sizes.size === 0 ? graph : withSizes(graph, (size) => substitute(size, sizes))

function withSizes(graph: Graph, sizeOf: (size: Dim) => Dim): Graph {
  const defined = [
    ...graph.inputs,
    ...graph.slots.map(({ out }) => out),
    ...graph.nodes.flatMap(({ outs }) => outs),
  ]
  const isOpen = ({ params }: Graph['nodes'][number]): boolean => hasSizes(params)
  if (defined.every(({ type }) => isConcrete(type)) && !graph.nodes.some(isOpen)) return graph
  const types = new Map<TensorType, TensorType>()
  const concreteType = (type: TensorType): TensorType => {
    if (isConcrete(type)) return type
    const known = types.get(type)
    if (known !== undefined) return known
    const concrete = tensorType(type.dtype, type.shape.map(sizeOf))
    types.set(type, concrete)
    return concrete
  }
  const renamed = new Renamed()
  const define = (out: Var): Var => {
    const type = concreteType(out.type)
    return type === out.type ? out : renamed.set(out, variable(type))
  }
  return renamed.graph(graph, define, (node) => {
    const inputs = node.inputs.map((atom) => atom && renamed.of(atom))
    const params = mapGraphs(mapSizes(node.params, sizeOf), (inner) => withSizes(inner, sizeOf))
    return makeNode({ ...node, inputs, params, outs: node.outs.map(define) })
  })
}

/** What the names of sizes become where the inputs are of other types. */
function sizesGiven(inputs: readonly Var[], types: readonly TensorType[]): ReadonlyMap<string, Dim> {
  const sizes = new Map<string, Dim>()
  inputs.forEach(({ type }, i) =>
    type.shape.forEach((dim, axis) => {
      if (isSymbol(dim) && !sizes.has(printDim(dim))) sizes.set(printDim(dim), types[i]!.shape[axis]!)
    }),
  )
  return sizes
}

/**
 * The graph for other sizes and dtypes of its inputs: every type is inferred anew. `sizes` are those of names that the
 * inputs do not tell.
 *
 * It has to be the graph as it was recorded: a clean-up relies on the types that it saw.
 *
 * @throws GraphError for another number of inputs or axes, and what an op throws that does not take the types
 */
export function specialize(
  graph: Graph,
  inputTypes: readonly TensorType[],
  slotTypes: readonly TensorType[] = graph.slots.map(({ out }) => out.type),
  sizes?: ReadonlyMap<string, Dim>,
): Graph {
  expectSameRanks('input', graph.inputs, inputTypes)
  expectSameRanks(
    'slot',
    graph.slots.map(({ out }) => out),
    slotTypes,
  )
  const given = new Map<Var, TensorType>()
  graph.inputs.forEach((input, i) => given.set(input, inputTypes[i]!))
  graph.slots.forEach(({ out }, i) => given.set(out, slotTypes[i]!))
  const names = sizes ?? sizesGiven(graph.inputs, inputTypes)
  const renamed = new Renamed()
  const define = (out: Var): Var => {
    const type = given.get(out) ?? out.type
    return type === out.type ? out : renamed.set(out, variable(type))
  }
  return renamed.graph(graph, define, (node) => {
    const inputs = node.inputs.map((atom) => atom && renamed.of(atom))
    const types = inputs.map((atom) => atom && atom.type)
    const own = mapSizes(node.params, (size) => substitute(size, names))
    const params = mapGraphs(own, (inner) =>
      specialize(inner, fedTypes(node.op.def, types, own), undefined, names),
    )
    const { outs } = infer(node.op.def, types, params)
    return makeNode({
      ...node,
      inputs,
      params,
      outs: outs.map((type, i) => renamed.set(node.outs[i]!, variable(type))),
    })
  })
}

/** Axes are counted from the front in a graph, so that with another rank they would be others. */
function expectSameRanks(what: string, have: readonly Var[], given: readonly TensorType[]): void {
  if (have.length !== given.length)
    throw new GraphError({
      because: `it has ${have.length} ${what}s, but types of ${given.length} were given`,
    })
  have.forEach(({ type }, i) => {
    const rank = type.shape.length
    if (given[i]!.shape.length === rank) return
    throw new GraphError({
      because: `${what} ${i} has ${rank} axes, but ${printType(given[i]!)} was given`,
      instead: 'Trace the function again for arrays of another rank',
    })
  })
}

/** Values of a graph that is being rebuilt, by those of the graph it is made of. */
export class Renamed {
  readonly #atoms = new Map<Atom, Atom>()

  of(atom: Atom): Atom {
    return this.#atoms.get(atom) ?? atom
  }

  set<A extends Atom>(from: Atom, to: A): A {
    this.#atoms.set(from, to)
    handOn(from, to)
    return to
  }

  /** The rebuilt graph: places outside are defined first, then the nodes in order. */
  graph(
    graph: Graph,
    define: (out: Var) => Var,
    rebuild: (node: Graph['nodes'][number]) => Graph['nodes'][number],
  ): Graph {
    const inputs = graph.inputs.map(define)
    const constants = graph.constants.map(({ out, array }) => ({ out: define(out), array }))
    const slots = graph.slots.map(({ out, source }) => ({ out: define(out), source }))
    const nodes = graph.nodes.map(rebuild)
    const outputs = graph.outputs.map((atom) => this.of(atom))
    return makeGraph({ ...graph, inputs, constants, slots, nodes, outputs })
  }
}
