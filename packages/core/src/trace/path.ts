import type { Atom, Constant, ConstantArray, Node, Var } from '../ir/graph.ts'
import { leaf, list, type TreeSpec } from '../ir/tree-spec.ts'
import type { Op, Params } from '../op.ts'
import type { MaybePromise } from '../runtime/backend.ts'
import type { LazyLine } from '../source.ts'
import type { TypedArray } from '../types/dtype.ts'
import { type Definitions, type Ending, Piece, type Produced, type Stretch } from './piece.ts'
import type { PlacedSlot } from './places.ts'
import type { Counts } from './counted-sizes.ts'
import { limitOf, readKey } from './read-key.ts'
import { isSameEnding } from './same-ending.ts'
import { isSameData, isSameList, isSameNode } from './same-node.ts'
import type { Strayed } from './reruns.ts'
import type { Tracer } from './tracer.ts'

/** A piece that a call went through, and what its read gave. */
export interface Passed {
  readonly piece: Piece
  readonly values: readonly TypedArray[]
}

/** The values of a read by which the function went on. */
export interface Edge {
  readonly key: string
  /** How many of its kind are told apart at most. */
  readonly limit: number
}

/** What a run of the function leaves to the call that it is made for. */
export interface PathHost {
  readonly key: string
  readonly args: TreeSpec
  /** Takes a piece that ended, before its read is answered; `edge` leads to it from the one before. */
  join(piece: Piece, edge: Edge | undefined): void
  /** The values that a piece reads. */
  read(piece: Piece): MaybePromise<readonly TypedArray[]>
  /** The function did something else than before, by what nobody saw. */
  strayed(line: LazyLine | undefined, did: Strayed): void
  /** The function uses places outside of it in an order with others that a graph does not keep. */
  interleaves(): void
  /** What was done while it waited may be its own, and the platform does not tell. */
  doubts(): void
  /** The same, and a place outside was given a value. */
  wrote(): void
  /** The function has drawn as often, at places of the stream that are next. */
  draws(count: number): void
  /** A draw that was made already, at this place of the stream. */
  drew(draw: number, place: number): void
}

interface Marks {
  readonly nodes: number
  readonly slots: number
  readonly guards: number
  readonly observed: number
  readonly constants: number
  readonly drawn: number
}

/** One run of a function: the pieces that it is known to go through, and then those that it adds. */
export class Path implements Definitions {
  readonly producers = new Map<Var, Produced>()
  readonly slots = new Map<Var, PlacedSlot>()
  readonly constants = new Map<Var, Constant>()
  readonly owners = new Map<Var, Piece>()
  readonly host: PathHost
  readonly #known: readonly Passed[]
  #tracer!: Tracer
  /** Index of the known piece that is followed. */
  #at = 0
  /** Where the piece began, and what was there when an earlier run's had been taken over. */
  #start!: Marks
  #entered!: Marks
  #last: Piece | undefined
  #edge: Edge | undefined
  #strayed = false
  readonly #values = new Map<Atom, TypedArray>()
  /** The constants of earlier runs that arrays of this one are again. */
  readonly #again = new Map<ConstantArray, Var>()
  #batch: { readonly atoms: Atom[]; readonly values: Promise<readonly TypedArray[]> } | undefined

  constructor(host: PathHost, known: readonly Passed[] = []) {
    this.host = host
    this.#known = known
  }

  /** Sizes that data decide, as earlier runs named them. */
  get counts(): Counts | undefined {
    return this.#known[0]?.piece.root.counts
  }

  begin(tracer: Tracer): void {
    this.#tracer = tracer
    this.#enter()
  }

  get #following(): Piece | undefined {
    return this.#known[this.#at]?.piece
  }

  /** The node of an earlier run that this op is again. */
  again(op: Op, inputs: readonly (Atom | null)[], params: Params): Node | undefined {
    const node = this.#following?.own.nodes[this.#tracer.nodes.length - this.#start.nodes]
    if (node === undefined) return undefined
    const equals = new Map<Atom, Atom>()
    node.inputs.forEach((known, i) => {
      if (this.#areSameData(known, inputs[i]!)) equals.set(known!, inputs[i]!)
    })
    return isSameNode(node, op, inputs, params, equals) ? node : undefined
  }

  /** Whether two values are constants that hold the same, of several that the function made so. */
  #areSameData(a: Atom | null, b: Atom | null): boolean {
    if (a === b || a === null || b === null) return false
    const [left, right] = [this.#constantOf(a), this.#constantOf(b)]
    return left !== undefined && right !== undefined && isSameData(left.array, right.array)
  }

  #constantOf(atom: Atom): Constant | undefined {
    return this.constants.get(atom as Var) ?? this.#following?.own.constants.find(({ out }) => out === atom)
  }

  /** What an earlier run drew here once and for all. */
  drawnAgain(): unknown {
    return this.#following?.own.drawn[this.#marks().drawn - this.#start.drawn]
  }

  /** A node was recorded that no earlier run had there. */
  added(): void {
    if (this.#following !== undefined) this.#stray(this.#tracer.nodes.at(-1)?.loc)
  }

  /** The value of an array with the same elements that the function made in an earlier run. */
  sameConstant(array: ConstantArray): Var | undefined {
    const met = this.#again.get(array)
    if (met !== undefined) return met
    const same = this.#following?.own.constants.find((one) => isSameData(one.array, array))
    if (same !== undefined) this.#again.set(array, same.out)
    return same?.out
  }

  read(atom: Atom, line: LazyLine | undefined): MaybePromise<TypedArray> {
    const known = this.#values.get(atom)
    if (known !== undefined) return known.slice()
    const values = this.#read([atom as Var], line)
    return values instanceof Promise ? values.then(([data]) => data!.slice()) : values[0]!.slice()
  }

  /** Reads that are asked for before one of them is answered are one. */
  async readLater(atom: Atom, line: LazyLine | undefined): Promise<TypedArray> {
    const known = this.#values.get(atom)
    if (known !== undefined) return known.slice()
    this.#batch ??= { atoms: [], values: Promise.resolve().then(() => this.#readBatch(line)) }
    const { atoms, values } = this.#batch
    const index = atoms.includes(atom) ? atoms.indexOf(atom) : atoms.push(atom) - 1
    return (await values)[index]!.slice()
  }

  #readBatch(line: LazyLine | undefined): MaybePromise<readonly TypedArray[]> {
    const { atoms } = this.#batch!
    this.#batch = undefined
    this.#tracer.checkOpen()
    return this.#read(atoms as Var[], line)
  }

  #read(vars: readonly Var[], line: LazyLine | undefined): MaybePromise<readonly TypedArray[]> {
    const known = this.#known[this.#at]
    if (known !== undefined) {
      const { piece, values } = known
      if (this.#isAt(piece) && isSameList(piece.read?.vars ?? [], vars)) {
        this.#leave(piece)
        return this.#answer(vars, values)
      }
      this.#stray(line)
    }
    const read = { vars, line, edges: new Map<string, Piece[]>(), hits: 0, misses: 0 }
    const result = list(vars.map(() => leaf))
    const piece = this.end({ outputs: vars, result, writes: [], sinks: [], home: undefined, read })
    const values = this.host.read(piece)
    if (values instanceof Promise) return values.then((later) => this.#answer(vars, later))
    return this.#answer(vars, values)
  }

  #answer(vars: readonly Var[], values: readonly TypedArray[]): readonly TypedArray[] {
    vars.forEach((atom, i) => this.#values.set(atom, values[i]!))
    this.#edge = { key: readKey(values), limit: limitOf(vars, values) }
    return values
  }

  /** Ends a piece with a read, a return or a throw. */
  end(ending: Ending): Piece {
    const known = this.#following
    const isDone = known !== undefined && this.#hasDone(known)
    if (isDone && isSameEnding(known.ending, ending, (a, b) => this.#areSameData(a, b))) return known
    const { inputs, hints, named: sizes, draws } = this.#tracer
    const { counts } = this.#tracer.sizes
    // Later runs go on with the types of these values, and a piece leaves out what it does not need, also what throws.
    if (ending.read !== undefined || this.#last !== undefined) this.#tracer.seen.rest()
    if (known !== undefined) {
      const missing = known.own.nodes[this.#tracer.nodes.length - this.#start.nodes]?.loc
      if (ending.thrown !== undefined) this.#stray(undefined, 'ended otherwise')
      else this.#stray(missing, isDone ? 'gave something else' : 'did something else')
    }
    const own = this.#stretch()
    this.#define(own)
    const { key, args } = this.host
    const named = new Set(sizes.keys())
    const fields = { key, args, inputs, hints, named, parent: this.#last, own, ending, draws, counts }
    const piece = new Piece(fields, this)
    for (const atom of piece.imports) this.owners.get(atom)?.export(atom)
    this.#own(piece)
    // A throw is no end that others come to: the function throws anew, with a stack of its own.
    if (!this.#strayed && ending.thrown === undefined) this.host.join(piece, this.#edge)
    this.#last = piece
    this.#start = this.#marks()
    return piece
  }

  #enter(): void {
    this.#start = this.#marks()
    const own = this.#following?.own
    if (own === undefined) return
    this.#tracer.places.adopt(own.slots, own.guards)
    this.#tracer.seen.observed.push(...own.observed)
    for (const { out, array } of own.constants) this.#tracer.constants.set(array, out)
    this.#entered = this.#marks()
  }

  /** Whether the function has done all that a known piece did, whatever it looked at besides. */
  #hasDone({ own }: Piece): boolean {
    const now = this.#marks()
    const { nodes, drawn } = this.#start
    return now.nodes === nodes + own.nodes.length && now.drawn === drawn + own.drawn.length
  }

  /** Whether the function has done, and looked at, all that a known piece did, and nothing else. */
  #isAt({ own }: Piece): boolean {
    const now = this.#marks()
    const { nodes, drawn, ...places } = this.#entered
    return (
      now.nodes === nodes + own.nodes.length &&
      now.drawn === drawn + own.drawn.length &&
      Object.entries(places).every(([name, count]) => now[name as keyof Marks] === count)
    )
  }

  #leave(piece: Piece): void {
    this.#define(piece.own)
    this.#own(piece)
    this.#last = piece
    this.#at++
    this.#enter()
  }

  #stray(line: LazyLine | undefined, did: Strayed = 'did something else'): void {
    this.#at = this.#known.length
    this.#strayed = true
    this.host.strayed(line, did)
  }

  #define({ nodes, slots, constants }: Stretch): void {
    nodes.forEach((node, i) => {
      for (const out of node.outs) this.producers.set(out, { node, at: this.#start.nodes + i })
    })
    for (const slot of slots) this.slots.set(slot.out, slot)
    for (const constant of constants) this.constants.set(constant.out, constant)
  }

  #own(piece: Piece): void {
    for (const node of piece.slice) for (const out of node.outs) this.owners.set(out, piece)
  }

  #marks(): Marks {
    const { nodes, seen, constants, places, baked } = this.#tracer
    return {
      nodes: nodes.length,
      slots: places.slots.length,
      guards: places.guards.length,
      observed: seen.observed.length,
      constants: constants.size,
      drawn: baked?.drawn.length ?? 0,
    }
  }

  #stretch(): Stretch {
    const { nodes, seen, constants, places, baked } = this.#tracer
    const from = this.#start
    const added = [...constants].slice(from.constants)
    return {
      nodes: nodes.slice(from.nodes),
      slots: places.slots.slice(from.slots),
      guards: places.guards.slice(from.guards),
      observed: seen.observed.slice(from.observed),
      constants: added.map(([array, out]) => ({ out, array })),
      drawn: baked?.drawn.slice(from.drawn) ?? [],
    }
  }
}
