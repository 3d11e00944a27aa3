import { BackendError, GraphError, locateAt, ParamError, ShapeError } from '../errors.ts'
import { type Atom, type Graph, isVar, makeGraph, type Node, type Var } from '../ir/graph.ts'
import { type Count, countOf, liveWithTellers, namesIn } from '../ir/count.ts'
import { concretize } from '../ir/specialize.ts'
import { leaf, list } from '../ir/tree-spec.ts'
import type { LazyLine } from '../source.ts'
import { setTellers } from '../passes/dead-code.ts'
import { isConcrete, type TensorType } from '../types/tensor-type.ts'
import type { NativeFunction } from './backend.ts'
import type { Engine } from './engine.ts'
import { track, untracked } from './memory.ts'
import type { NDArray } from './nd-array.ts'
import { programOn, type ProgramOptions, type Runnable } from './program.ts'
import type { Places } from './random-stream.ts'

/** Programs for other counts that are kept; the one that was not used for the longest time goes. */
const mostKept = 64

/** No array has more elements. */
const mostElements = 2 ** 32

setTellers(liveWithTellers)

/** What runs a graph on an engine; each part of it whose sizes are known is `prepared` first. */
export function runnable(
  engine: Engine,
  graph: Graph,
  options: ProgramOptions & { readonly prepared: (part: Graph) => Graph },
): Runnable {
  return isCounted(graph)
    ? new CountedProgram(engine, graph, (part) => runnable(engine, part, options))
    : programOn(engine, options.prepared(graph), options)
}

/** Whether a graph has sizes that are known only when a part of it has run. */
const isCounted = (graph: Graph): boolean => graph.nodes.some((node) => namesIn(node).length > 0)

/** A graph with sizes that its data decide: what they do not depend on runs first, and tells the sizes of the rest. */
class CountedProgram implements Runnable {
  readonly given: readonly TensorType[]
  readonly direct = undefined
  readonly #engine: Engine
  readonly #first: Runnable
  /** What the first part gives, the counts last. */
  readonly #counts: readonly Count[]
  readonly #rest: Graph
  readonly #make: (graph: Graph) => Runnable
  /** By the counts, in the order of their last use. */
  readonly #kept = new Map<string, Runnable>()

  constructor(engine: Engine, graph: Graph, make: (graph: Graph) => Runnable) {
    this.#engine = engine
    this.#make = make
    const places = [...graph.inputs, ...graph.slots.map(({ out }) => out)]
    this.given = places.map(({ type }) => type)
    const early = earlyNodes(graph.nodes)
    const late = graph.nodes.filter((node) => !early.has(node))
    const made = new Set<Atom>([...early].flatMap(({ outs }) => outs))
    const known = new Set([...made, ...places, ...graph.constants.map(({ out }) => out)])
    this.#counts = late.flatMap((node) => countOf(node) ?? []).filter(({ value }) => known.has(value))
    if (this.#counts.length === 0)
      throw new GraphError({ because: 'it has a size that neither its inputs nor its data tell' })
    const wanted = new Set([...late.flatMap(({ inputs }) => inputs), ...graph.outputs])
    const given = [...wanted].filter((atom): atom is Var => isVar(atom) && made.has(atom))
    const counts = this.#counts.map(({ value }) => value)
    this.#first = make(partOf(graph, graph, [...early], [...given, ...counts]))
    const inputs = [...places, ...given]
    this.#rest = partOf(graph, { inputs, slots: [] }, late, graph.outputs)
  }

  call(inputs: readonly NDArray[], places: Places): readonly NDArray[] {
    const made = this.#first.call(inputs, places)
    try {
      const from = made.length - this.#counts.length
      const sizes = new Map(this.#counts.map(({ name }, i) => [name, Number(made[from + i]!.host()[0])]))
      this.#refuseNegative(sizes)
      const results = untracked(() => this.#program(sizes).call([...inputs, ...made.slice(0, from)], places))
      results.forEach(track)
      return results
    } finally {
      for (const array of made) array.dispose()
    }
  }

  /** An op tells so that there is no such size, as that of more elements than an array can have. */
  #refuseNegative(sizes: ReadonlyMap<string, number>): void {
    const wrong = this.#counts.find(({ name }) => sizes.get(name)! < 0)
    if (wrong === undefined) return
    const node = this.#rest.nodes.find((one) => countOf(one)?.name === wrong.name)!
    const value = [sizes.get(wrong.name)!]
    const because = 'sizes are integers >= 0'
    throw locateAt(new ParamError({ op: userOf(node), param: 'size', value, because }), lineOf(node))
  }

  /** The rest for these sizes; arrays that no engine can hold are refused before any of them is made. */
  #sized(sizes: ReadonlyMap<string, number>): Graph {
    const graph = concretize(this.#rest, sizes)
    // What tells a size is no array that anything needs.
    for (const node of graph.nodes.filter(({ op }) => op.def.counts === undefined))
      for (const { type } of node.outs) {
        if (!isConcrete(type) || type.shape.reduce((n, size) => n * size, 1) <= mostElements) continue
        const because = 'data ask for more elements than any array has'
        throw locateAt(new ShapeError({ op: userOf(node), shapes: [type.shape], because }), lineOf(node))
      }
    return graph
  }

  #program(sizes: ReadonlyMap<string, number>): Runnable {
    const key = [...sizes.values()].join()
    const known = this.#kept.get(key)
    this.#kept.delete(key)
    const program = known ?? this.#make(this.#sized(sizes))
    this.#kept.set(key, program)
    const [oldest] = this.#kept
    if (this.#kept.size > mostKept) {
      this.#kept.delete(oldest![0])
      oldest![1].dispose()
    }
    return program
  }

  get disposed(): boolean {
    return this.#first.disposed
  }

  dispose(): void {
    for (const program of [this.#first, ...this.#kept.values()]) program.dispose()
  }

  native(): Promise<NativeFunction> {
    throw new BackendError({
      backend: this.#engine.key,
      because: 'it builds no compiled object of its own for a graph with sizes that its data decide',
      instead: 'Call the graph itself',
    })
  }

  /** What runs first, and the rest as it was for the last counts. */
  source(): string {
    const last = [...this.#kept.values()].at(-1)
    return last === undefined ? this.#first.source() : `${this.#first.source()}\n\n${last.source()}`
  }
}

/** What errors call a node: the operator of a model that took the size, or its op. */
const userOf = ({ op, params }: Node): string => (params['by'] as string | undefined) ?? op.def.name

const lineOf = ({ loc }: Node): LazyLine => loc ?? { line: undefined }

/** The nodes whose sizes, and those of all that they need, are numbers. */
function earlyNodes(nodes: readonly Node[]): ReadonlySet<Node> {
  const early = new Set<Node>()
  const late = new Set<Atom | null>()
  for (const node of nodes) {
    const waits = node.inputs.some((atom) => late.has(atom)) || namesIn(node).length > 0
    if (waits) node.outs.forEach((out) => late.add(out))
    else early.add(node)
  }
  return early
}

const partOf = (
  { constants }: Graph,
  { inputs, slots }: Pick<Graph, 'inputs' | 'slots'>,
  nodes: readonly Node[],
  outputs: readonly Atom[],
): Graph =>
  makeGraph({
    inputs,
    constants,
    slots,
    nodes,
    outputs,
    args: list(inputs.map(() => leaf)),
    result: list(outputs.map(() => leaf)),
    writes: [],
    draws: 0,
  })
