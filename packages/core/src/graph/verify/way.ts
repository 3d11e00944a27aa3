import { type Atom, type Graph, makeGraph, makeNode, type Node } from '../../ir/graph.ts'
import { narrow } from '../../ir/narrow.ts'
import { specialize } from '../../ir/specialize.ts'
import { leaf, list } from '../../ir/tree-spec.ts'
import { type Bounded, exact } from '../../judge/bounded.ts'
import { whileFlushing } from '../../judge/flushing.ts'
import { truthOfNodes } from '../../judge/truth.ts'
import { convert } from '../../numerics/convert.ts'
import { hostArray } from '../../numerics/host.ts'
import type { HostArray } from '../../op.ts'
import { clean } from '../../passes/pipeline.ts'
import type { Engine } from '../../runtime/engine.ts'
import { untracked } from '../../runtime/memory.ts'
import { nearestDTypes } from '../../runtime/nearest.ts'
import type { NDArray } from '../../runtime/nd-array.ts'
import { runnable } from '../../runtime/counted-program.ts'
import type { Runnable } from '../../runtime/program.ts'
import { withSeed } from '../../runtime/random-stream.ts'
import type { GraphCall } from '../../trace/graph-call.ts'
import type { Piece } from '../../trace/piece.ts'
import { programOf } from '../../trace/variant.ts'
import type { ConcreteType } from '../../types/tensor-type.ts'
import { arrayOn } from './arguments.ts'
import { withTurnLimit } from '../../runtime/turn-limit.ts'
import { mostTurns } from './guarded-walk.ts'
import { hostOf } from './outcome.ts'

/** The pieces of a way, the first one first. */
export function piecesTo(end: Piece): readonly Piece[] {
  const pieces: Piece[] = []
  for (let at: Piece | undefined = end; at !== undefined; at = at.parent) pieces.unshift(at)
  return pieces
}

/** All that the function did in one call, from its start to its end, as one graph of fixed sizes with the values it was given. */
export class Way {
  readonly graph: Graph
  /** Values of the inputs, and after them of the slots. */
  readonly given: readonly HostArray[]
  readonly seed: number

  constructor(graph: Graph, given: readonly HostArray[], seed: number) {
    this.graph = graph
    this.given = given
    this.seed = seed
  }

  /** The way to the end of a piece; places are read as they are now. */
  static to(piece: Piece, inputs: readonly NDArray[], hosts: readonly HostArray[], seed: number): Way {
    const own = piecesTo(piece).map((one) => one.own)
    const { outputs, result, writes } = piece.ending
    const graph = makeGraph({
      inputs: piece.inputs,
      constants: own.flatMap(({ constants }) => constants),
      slots: own.flatMap(({ slots }) => slots),
      nodes: own.flatMap(({ nodes }) => nodes),
      outputs,
      args: list(piece.inputs.map(() => leaf)),
      result,
      writes,
      draws: piece.draws,
    })
    const held = graph.slots.map(({ source }) => {
      const array = source.read() as NDArray
      const { dtype, shape } = array.type
      return hostArray(dtype, shape, array.host().slice() as HostArray['data'])
    })
    const types = inputs.map(({ type }) => type)
    return new Way(specialize(graph, types), [...hosts, ...held], seed)
  }

  /** The same as a graph runs it on an engine where dtypes are replaced by the nearest that it holds. */
  narrowed({ engine, policy }: GraphCall): Way {
    if (policy === 'strict') return this
    const { graph } = narrow(this.graph, nearestDTypes(engine.dtypes))
    const types = [...graph.inputs, ...graph.slots.map(({ out }) => out)].map(({ type }) => type.dtype)
    return new Way(
      graph,
      this.given.map((host, i) => convert(host, types[i]!)),
      this.seed,
    )
  }

  /** Values that an engine computes node by node, without any clean-up of the graph. */
  async valuesOn(engine: Engine, wanted: readonly Atom[]): Promise<readonly HostArray[]> {
    const given = this.#giving(wanted)
    // Nodes that come from nowhere are of no model: an engine runs none of a model's own in place of several of them.
    const graph = makeGraph({
      ...given,
      nodes: given.nodes.map((node) => makeNode({ ...node, loc: undefined })),
    })
    return this.#run(
      engine,
      untracked(() => runnable(engine, graph, { prepared: (part) => part })),
    )
  }

  /** Values that a graph gives which asks for nothing else, after its clean-up. */
  async cleanedOn(
    { engine, policy, store }: GraphCall,
    wanted: readonly Atom[],
  ): Promise<readonly HostArray[]> {
    const { arrayCaching = true, includeGenerators = true } = store.options
    const options = { arrayCaching, includeGenerators, includeCreation: true }
    const { graph } = untracked(() => clean(this.#giving(wanted), options))
    const specialization = { graph, assumptions: [], passes: [] }
    const trace = store.traces[0]!
    const variant = { trace, specialization, sizes: new Map<string, number>(), programs: new Map() }
    return this.#run(engine, programOf(variant, engine, policy, store.options))
  }

  /** What is right for every value of the way. */
  truth(flushes: boolean): ReadonlyMap<Atom, Bounded> {
    const { inputs, slots, constants, nodes } = this.graph
    const env = new Map<Atom, Bounded>()
    const places = [...inputs, ...slots.map(({ out }) => out)]
    places.forEach((place, i) => env.set(place, exact(this.given[i]!)))
    for (const { out, array } of constants) env.set(out, exact(hostOfConstant(array)))
    withSeed(this.seed, () => whileFlushing(flushes, () => truthOfNodes(nodes, env, [])))
    return env
  }

  /** What is right for a node that is given these values. */
  truthOfNode(node: Node, valueOf: (atom: Atom) => HostArray, flushes: boolean): readonly Bounded[] {
    const env = new Map<Atom, Bounded>()
    for (const atom of node.inputs) if (atom?.kind === 'var') env.set(atom, exact(valueOf(atom)))
    return withSeed(this.seed, () => whileFlushing(flushes, () => truthOfNodes([node], env, node.outs)))
  }

  /** The values that the way is given: arguments, places, constants. */
  get known(): ReadonlyMap<Atom, HostArray> {
    const { inputs, slots, constants } = this.graph
    const places = [...inputs, ...slots.map(({ out }) => out)]
    return new Map<Atom, HostArray>([
      ...places.map((place, i) => [place, this.given[i]!] as const),
      ...constants.map(({ out, array }) => [out, hostOfConstant(array)] as const),
    ])
  }

  #giving(outputs: readonly Atom[]): Graph {
    return makeGraph({ ...this.graph, outputs, result: list(outputs.map(() => leaf)), writes: [] })
  }

  async #run(engine: Engine, program: Runnable): Promise<readonly HostArray[]> {
    const inputs = this.given.map((host) => arrayOn(engine, host))
    const outs = untracked(() =>
      withSeed(this.seed, () => withTurnLimit(mostTurns, () => program.call(inputs, 0))),
    )
    try {
      return await Promise.all(outs.map(hostOf))
    } finally {
      for (const array of [...outs, ...inputs]) array.dispose()
      program.dispose()
    }
  }
}

const hostOfConstant = (array: Graph['constants'][number]['array']): HostArray => {
  const { dtype, shape } = array.type as ConcreteType
  return hostArray(dtype, shape, array.host())
}
