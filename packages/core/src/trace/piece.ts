import {
  type Atom,
  type Constant,
  type Graph,
  isVar,
  makeGraph,
  type Node,
  type StateWrite,
  type Var,
} from '../ir/graph.ts'
import { leaf, list, type TreeSpec } from '../ir/tree-spec.ts'
import { countOf, namesIn } from '../ir/count.ts'
import type { Engine } from '../runtime/engine.ts'
import { type LazyLine, printLine } from '../source.ts'
import { type Assumption, symbolsOf } from '../types/dim.ts'
import type { Counts } from './counted-sizes.ts'
import type { PlacedGuard, PlacedSlot } from './places.ts'
import type { Sink, Trace } from './trace.ts'

/** Values that the function asked for, and how it went on for each of them. */
export interface Read {
  readonly vars: readonly Var[]
  readonly line: LazyLine | undefined
  /** By the bits of the values; several where the function went on by sizes or places that it saw only then. */
  readonly edges: Map<string, Piece[]>
  /** Calls that found an edge, and those that made one. */
  hits: number
  misses: number
}

/** ` at model.ts:12` */
export const printAt = ({ line }: Pick<Read, 'line'>): string =>
  line?.line ? ` at ${printLine(line.line)}` : ''

/** What a run of the function showed from one read to the next, or to its end. */
export interface Stretch {
  readonly nodes: readonly Node[]
  readonly slots: readonly PlacedSlot[]
  readonly constants: readonly Constant[]
  readonly guards: readonly PlacedGuard[]
  readonly observed: readonly Assumption[]
  /** Random arrays and keys that were drawn once and for all. */
  readonly drawn: readonly unknown[]
}

/** How a piece ends: the function reads values, or returns. */
export interface Ending {
  /** The values read; or the results, and after them the state that is written back. */
  readonly outputs: readonly Atom[]
  readonly result: TreeSpec
  readonly writes: readonly StateWrite[]
  readonly sinks: readonly Sink[]
  readonly home: Engine | undefined
  readonly read: Read | undefined
  /** What the function threw: the piece gives the state that it left, for this call alone. */
  readonly thrown?: { readonly error: unknown }
}

export interface Produced {
  readonly node: Node
  readonly at: number
}

/** The values of one way through the pieces, by what defines them. */
export interface Definitions {
  /** The node that makes a value, and its place in the order. */
  readonly producers: ReadonlyMap<Var, Produced>
  readonly slots: ReadonlyMap<Var, PlacedSlot>
  readonly constants: ReadonlyMap<Var, Constant>
  /** The piece that computes a value. */
  readonly owners: ReadonlyMap<Var, Piece>
}

interface PieceFields {
  readonly key: string
  readonly args: TreeSpec
  readonly inputs: readonly Var[]
  readonly hints: ReadonlyMap<string, number>
  /** The sizes that the user named. */
  readonly named: ReadonlySet<string>
  /** The piece before; the first one has none. */
  readonly parent: Piece | undefined
  readonly own: Stretch
  readonly ending: Ending
  /** Draws of the global stream from the start of the call to the end of this piece. */
  readonly draws: number
  readonly counts: Counts
}

/**
 * A straight part of a traced function. It computes what its end needs and nothing else; what a later piece needs of it
 * is exported, and what only later pieces need is computed there.
 */
export class Piece implements Trace {
  readonly key: string
  readonly inputs: readonly Var[]
  readonly hints: ReadonlyMap<string, number>
  readonly named: ReadonlySet<string>
  readonly parent: Piece | undefined
  /** The first piece of all. */
  readonly root: Piece
  readonly own: Stretch
  readonly ending: Ending
  readonly draws: number
  /** Of the first piece: the sizes that data decide, in all that follow. */
  readonly counts: Counts
  /** Those of its imports. */
  readonly imported: readonly [Var, string][]
  /** All sizes that the function saw up to the end of this piece. */
  readonly observed: readonly Assumption[]
  /** The nodes computed here, in the order of the function. */
  readonly slice: readonly Node[]
  /** Values of earlier pieces, and arguments, that are used here. */
  readonly imports: readonly Var[]
  /** Of the first piece: how many pieces were added after it. */
  readonly followers = { count: 0 }
  readonly #exports: Var[] = []
  readonly #args: TreeSpec
  readonly #definitions: Pick<Graph, 'slots' | 'constants'>
  #raw: Graph | undefined

  constructor(fields: PieceFields, known: Definitions) {
    const { key, args, inputs, hints, named, parent, own, ending, draws, counts } = fields
    this.key = key
    this.inputs = inputs
    this.hints = hints
    this.named = named
    this.parent = parent
    this.root = parent?.root ?? this
    this.own = own
    this.ending = ending
    this.draws = draws
    this.#args = args
    const before = parent?.observed ?? []
    this.observed = own.observed.length === 0 ? before : [...before, ...own.observed]
    const isStraight = parent === undefined && ending.read === undefined
    this.slice = isStraight ? own.nodes : sliceOf(ending.outputs, known)
    const used = new Set([...ending.outputs, ...this.slice.flatMap((node) => node.inputs)])
    const produced = new Set(this.slice.flatMap((node) => node.outs))
    const vars = [...used].filter(isVar)
    const isOutside = (atom: Var): boolean => known.slots.has(atom) || known.constants.has(atom)
    this.counts = counts
    const imports = vars.filter((atom) => !produced.has(atom) && !isOutside(atom))
    const told = new Set(this.slice.map((node) => countOf(node)?.value))
    const names = new Set([
      ...imports.flatMap(({ type }) => type.shape.flatMap(symbolsOf)),
      ...this.slice.flatMap(namesIn),
    ])
    this.imported =
      parent === undefined ? [] : [...counts].filter(([atom, name]) => names.has(name) && !told.has(atom))
    // Sizes of what is imported are known by the values that tell them.
    this.imports =
      parent === undefined ? inputs : [...new Set([...imports, ...this.imported.map(([atom]) => atom)])]
    // One that runs from start to end keeps what it read for nothing: the function may do so for a reason.
    this.#definitions = isStraight
      ? { slots: own.slots, constants: own.constants }
      : {
          slots: vars.flatMap((atom) => known.slots.get(atom) ?? []),
          constants: vars.flatMap((atom) => known.constants.get(atom) ?? []),
        }
  }

  get guards(): readonly PlacedGuard[] {
    return this.own.guards
  }
  get sinks(): readonly Sink[] {
    return this.ending.sinks
  }
  get home(): Engine | undefined {
    return this.ending.home
  }
  get read(): Read | undefined {
    return this.ending.read
  }

  /** Values of this piece that later ones use, in the order in which they are outputs after those of the ending. */
  get exports(): readonly Var[] {
    return this.#exports
  }

  /** Gives a value to later pieces. */
  export(atom: Var): void {
    if (this.#exports.includes(atom)) return
    this.#exports.push(atom)
    this.#raw = undefined
  }

  /** The piece as a graph; another one after a new export. */
  get raw(): Graph {
    return (this.#raw ??= this.#makeRaw())
  }

  #makeRaw(): Graph {
    const { ending, imports, draws } = this
    const { outputs, result, writes, read } = ending
    return makeGraph({
      inputs: imports,
      ...this.#definitions,
      nodes: this.slice,
      outputs: [...outputs, ...this.#exports],
      args: this.parent === undefined ? this.#args : list(imports.map(() => leaf)),
      result: read === undefined ? result : list(outputs.map(() => leaf)),
      writes,
      draws,
    })
  }

  /** The pieces that follow directly. */
  get next(): readonly Piece[] {
    return [...(this.read?.edges.values() ?? [])].flat()
  }

  /** This piece and all that follow it, each before those that follow it. */
  get all(): readonly Piece[] {
    const all: Piece[] = [this]
    for (let i = 0; i < all.length; i++) all.push(...all[i]!.next)
    return all
  }
}

/** The pieces of a trace, the first one first: one, unless the function went on by values that it read. */
export const piecesOf = (trace: Trace): readonly Trace[] => (trace instanceof Piece ? trace.all : [trace])

/** The nodes that some values need, or that tell their sizes, and that no earlier piece computes. */
function sliceOf(wanted: readonly Atom[], { producers, owners }: Definitions): readonly Node[] {
  const needed = new Map<Node, number>()
  const made = [...producers.values()].toReversed()
  // By the first node that tells a size; undefined stands for all that tell none.
  const tellers = new Map(made.map(({ node }) => [countOf(node)?.name, node.outs[0]!]))
  const open = wanted.filter(isVar)
  for (let atom = open.pop(); atom !== undefined; atom = open.pop()) {
    const produced = owners.has(atom) ? undefined : producers.get(atom)
    if (produced === undefined || needed.has(produced.node)) continue
    const { node, at } = produced
    needed.set(node, at)
    open.push(...node.inputs.filter(isVar))
    if (tellers.size > 1) open.push(...namesIn(node).flatMap((name) => tellers.get(name) ?? []))
  }
  return [...needed].toSorted(([, a], [, b]) => a - b).map(([node]) => node)
}
