import { convert } from '../numerics/convert.ts'
import { unrecorded } from '../interpreter.ts'
import { isVar, type Var } from '../ir/graph.ts'
import type { TreeSpec } from '../ir/tree-spec.ts'
import type { MaybePromise } from '../runtime/backend.ts'
import { untracked } from '../runtime/memory.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { giveBack, standing } from '../runtime/random-stream.ts'
import type { LazyLine } from '../source.ts'
import type { TypedArray } from '../types/dtype.ts'
import { CallDraws } from './call-draws.ts'
import type { CallTree } from './call-tree.ts'
import { chain } from './chain.ts'
import type { GraphCall } from './graph-call.ts'
import { isOutdated } from './frozen-places.ts'
import { neededAfter } from './needs.ts'
import { type Edge, Path, type PathHost, type Passed } from './path.ts'
import type { Piece } from './piece.ts'
import { readKey } from './read-key.ts'
import type { Strayed } from './reruns.ts'
import { goesOn, sizesOf, type Trace } from './trace.ts'

/** The end of a way: the last piece and its results. */
export interface Arrival {
  readonly piece: Piece
  readonly outs: readonly NDArray[]
}

/** One call on its way through the pieces of a traced function. */
export class Walk implements PathHost {
  readonly key: string
  readonly args: TreeSpec
  readonly #graph: GraphCall
  #call: CallTree | undefined
  /** Whether the pieces are kept for later calls. */
  #joins: boolean
  #root: Piece | undefined
  #sizes: Map<string, number> | undefined
  readonly #arguments = new Map<Var, NDArray>()
  /** What was computed on the way and is used again. */
  readonly #values = new Map<Var, NDArray>()
  #passed: Passed[] = []
  #expected: Piece | undefined
  readonly #draws = new CallDraws()
  /** Whether a place outside was given a value while the function waited, which may have been its own work. */
  hasWritten = false
  #undo: (() => void)[] = []
  /** The traces that were there before the function ran. */
  #known: readonly Trace[] = []

  constructor(graph: GraphCall, call: CallTree, { joins = true } = {}) {
    this.#graph = graph
    this.#joins = joins
    this.#call = call
    this.key = call.key
    this.args = call.spec
  }

  get sizes(): ReadonlyMap<string, number> {
    return this.#sizes!
  }

  /** A run of the function that does again what this call has passed. */
  path(): Path {
    for (const undo of this.#undo.splice(0)) undo()
    this.#known = [...this.#graph.store.traces]
    const expected = this.#expected
    return new Path(this, expected ? [...this.#passed, { piece: expected, values: [] }] : this.#passed)
  }

  /** The values of the arguments in the pieces that were passed. */
  get inputs(): readonly Var[] | undefined {
    return (this.#passed[0]?.piece ?? this.#expected)?.inputs
  }

  /** A run of the function is expected to end as this piece does. */
  expect(last: Piece): void {
    this.#expected = last
  }

  /** Goes on from a piece to the end; undefined where the function has to show how it goes on. */
  follow(first: Piece): MaybePromise<Arrival | undefined> {
    return chain(this.reach(first), (piece) => piece && { piece, outs: this.run(piece) })
  }

  /** The last piece on the way from one, which is not run yet; undefined where the function has to show how it goes on. */
  reach(first: Piece): MaybePromise<Piece | undefined> {
    for (let piece: Piece | undefined = first; piece !== undefined;) {
      if (piece.read === undefined) return piece
      const values = this.#download(piece, this.run(piece))
      if (values instanceof Promise) {
        const here = piece
        return values.then((data) => {
          const next = this.#pass(here, data)
          return next && this.reach(next)
        })
      }
      piece = this.#pass(piece, values)
    }
    return undefined
  }

  /**
   * As `reach`.
   *
   * @throws ShapeError where the values of this call do not fit the last piece
   */
  reachFitting(first: Piece): MaybePromise<Piece | undefined> {
    return chain(this.reach(first), (last) => {
      if (last !== undefined) {
        const given = this.#given(last)
        this.#graph.variantOf(last, this.sizes, given)
      }
      return last
    })
  }

  /** The piece that goes on after a read. */
  #pass(piece: Piece, values: readonly TypedArray[]): Piece | undefined {
    this.#passed.push({ piece, values })
    const read = piece.read!
    const next = read.edges
      .get(readKey(values))
      ?.find(({ own }) => goesOn(own.observed, own.guards, own.slots, this.sizes))
    if (next === undefined) return undefined
    read.hits++
    this.#freeBefore(next)
    return next
  }

  /** Frees what neither this piece nor any after it uses. */
  #freeBefore(next: Piece): void {
    const needed = neededAfter(next, this.#root!)
    for (const [atom, array] of this.#values) {
      if (needed.has(atom)) continue
      this.#values.delete(atom)
      array.dispose()
    }
  }

  /** The results of a piece; what it exports is kept for those that come. */
  run(piece: Piece): readonly NDArray[] {
    const given = this.#given(piece)
    const { raw, ending, draws } = piece
    this.#draws.reserve(draws)
    const outs = untracked(() => this.#graph.runPiece(piece, this.sizes, given, this.#draws.places))
    const count = ending.outputs.length
    raw.outputs.slice(count).forEach((atom, i) => {
      const array = outs[count + i]!
      const known = isVar(atom) && this.#values.get(atom)
      if (known) array.dispose()
      else if (isVar(atom)) this.#values.set(atom, array)
    })
    return outs.slice(0, count)
  }

  #given(piece: Piece): readonly NDArray[] {
    if (piece.parent === undefined) this.#begin(piece)
    for (const [atom, name] of piece.imported)
      if (!this.#sizes!.has(name)) this.#sizes!.set(name, Number(this.#value(atom, piece).host()[0]))
    return piece.raw.inputs.map((atom) => this.#value(atom, piece))
  }

  #begin(root: Piece): void {
    if (this.#root === root) return
    this.#root = root
    this.#sizes = new Map(sizesOf(root.inputs, this.#call!.leaves))
    root.inputs.forEach((atom, i) => this.#arguments.set(atom, this.#call!.leaves[i]!))
  }

  /** A value that is used in a piece: there, or computed once more where an earlier piece did not export it then. */
  #value(atom: Var, user: Piece): NDArray {
    const known = this.#arguments.get(atom) ?? this.#values.get(atom)
    if (known !== undefined) return known
    let owner = user.parent
    while (owner !== undefined && !owner.exports.includes(atom)) owner = owner.parent
    for (const array of this.run(owner!)) array.dispose()
    return this.#values.get(atom)!
  }

  #download(piece: Piece, outs: readonly NDArray[]): MaybePromise<readonly TypedArray[]> {
    const { ending, root } = piece
    const data = outs.map((array) => array.engine.download(array.buffer, array.type))
    const done = (all: readonly TypedArray[]): readonly TypedArray[] =>
      all.map((one, i) => {
        const size = root.counts.get(ending.outputs[i] as Var)
        if (size !== undefined) this.#sizes!.set(size, Number(one[0]))
        const { dtype, shape } = outs[i]!.type
        outs[i]!.dispose()
        const wanted = ending.outputs[i]!.type.dtype
        // An engine that lacks the dtype was given the nearest.
        return dtype === wanted ? one : convert({ dtype, shape, data: one }, wanted).data
      })
    return data.some((one) => one instanceof Promise)
      ? Promise.all(data).then(done)
      : done(data as readonly TypedArray[])
  }

  join(piece: Piece, edge: Edge | undefined): void {
    if (!this.#joins) return
    const { parent } = piece
    const { store } = this.#graph
    if (parent === undefined) {
      // Another call that ran meanwhile has shown the same; the next one goes on from there.
      const found = store.find(this.#call!)
      if (found !== undefined && !this.#known.includes(found)) this.#joins = false
      if (!this.#joins) return
      store.add(piece)
      this.#undo.push(() => store.remove(piece))
      return
    }
    const read = parent.read!
    const ofEdge = read.edges.get(edge!.key) ?? []
    // The newest first: it may hold for some sizes only, where an earlier one fails.
    read.edges.set(edge!.key, [piece, ...ofEdge.filter((one) => !isOutdated(one))])
    read.misses++
    this.#undo.push(() => read.edges.set(edge!.key, ofEdge))
    parent.root.followers.count++
    store.reruns.grown(piece, edge!.limit)
  }

  /** The function waits meanwhile: what engines do for it is none of its steps. */
  read(piece: Piece): MaybePromise<readonly TypedArray[]> {
    return unrecorded(() => this.#download(piece, this.run(piece)))
  }

  strayed(line: LazyLine | undefined, did: Strayed): void {
    if (this.#joins) this.#graph.store.reruns.strayed(line, did)
  }

  interleaves(): void {
    this.#graph.store.reruns.interleaves()
  }

  doubts(): void {
    this.#graph.store.reruns.doubts()
  }

  wrote(): void {
    this.hasWritten = true
  }

  /** Nobody else's, whoever waits: they are taken for this call. */
  draws(count: number): void {
    unrecorded(() => this.#draws.reserve(count))
  }

  drew(draw: number, place: number): void {
    this.#graph.store.drawsLate = true
    // A run that follows this call draws what the call has drawn already.
    if (draw < this.#draws.count) return giveBack({ ...standing(), place }, 1)
    this.draws(draw)
    this.#draws.note(draw, place)
  }

  /** How many places of the stream were taken. */
  get drawn(): number {
    return this.#draws.count
  }

  /**
   * A walk that the function can follow: where it draws after it has waited, and the platform does not tell whose work
   * that is, a run would draw other numbers than those that this call has passed by.
   */
  get followable(): Walk {
    if (this.#passed.length === 0 || this.#draws.count === 0 || !this.#graph.store.drawsLate) return this
    this.doubts()
    const fresh = new Walk(this.#graph, this.#call!, { joins: false })
    this.end()
    giveBack({ ...standing(), place: this.#draws.first }, this.#draws.count)
    return fresh
  }

  /** Frees what was computed on the way; results are handles of their own. */
  end(): void {
    for (const array of this.#values.values()) array.dispose()
    this.#values.clear()
    // Stacks that lines are read from hold functions, and these may hold this walk; but nothing of the call, nor other traces.
    this.#arguments.clear()
    this.#call = undefined
    this.#passed = []
    this.#known = []
  }
}
