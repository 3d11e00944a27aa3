import { isVar, type Graph, type Var } from '../ir/graph.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Program } from '../runtime/program.ts'
import type { TypedArray } from '../types/dtype.ts'
import { neededAfter } from './needs.ts'
import type { Piece } from './piece.ts'
import { readKey } from './read-key.ts'
import { goesOn } from './trace.ts'

/** A piece at work; values stand in numbered registers. */
interface Step {
  readonly piece: Piece
  /** The piece as it was then: a new export makes it another one. */
  readonly raw: Graph
  readonly program: Program
  readonly inputs: readonly number[]
  /** Filled anew at each call. */
  readonly given: NDArray[]
  readonly exports: readonly number[]
  /** By the value that was read. */
  readonly hops: Map<unknown, Hop>
}

interface Hop {
  readonly step: Step
  /** Registers that nobody reads from here on. */
  readonly frees: readonly number[]
  /** How many pieces there were when that was found. */
  readonly pieces: number
}

/** Gives the program of a piece for values of these types; undefined where they do not fit. */
type ProgramOf = (piece: Piece, given: readonly NDArray[]) => Program | undefined

/** Whether a piece depends on its values alone. */
const isPlain = ({ own, raw }: Piece): boolean =>
  own.guards.length === 0 && raw.slots.length === 0 && raw.writes.length === 0 && raw.draws === 0

/**
 * The pieces of one signature at one set of sizes, for calls whose arguments are arrays of the engine: a call goes from
 * program to program by what it reads, without looking anything up by name.
 */
export class Route {
  readonly #root: Piece
  readonly #sizes: ReadonlyMap<string, number>
  readonly #programOf: ProgramOf
  readonly #places = new Map<Var, number>()
  #first: Step | undefined

  constructor(root: Piece, sizes: ReadonlyMap<string, number>, programOf: ProgramOf) {
    this.#root = root
    this.#sizes = sizes
    this.#programOf = programOf
    root.inputs.forEach((atom, i) => this.#places.set(atom, i))
  }

  /** The last piece and its results; undefined where the call has to look for its way. */
  run(args: readonly NDArray[]): { readonly piece: Piece; readonly outs: readonly NDArray[] } | undefined {
    const registers: (NDArray | undefined)[] = args.slice()
    if (this.#first?.raw !== this.#root.raw) this.#first = this.#stepOf(this.#root, registers)
    for (let step = this.#first; step !== undefined;) {
      const { piece, program, inputs, given, exports } = step
      for (let i = 0; i < inputs.length; i++) given[i] = registers[inputs[i]!]!
      const outs = program.call(given, 0)
      const count = outs.length - exports.length
      for (let i = 0; i < exports.length; i++) registers[exports[i]!] = outs[count + i]!
      const { read } = piece
      if (read === undefined) {
        free(registers, args.length)
        return { piece, outs }
      }
      const key = count === 1 ? keyOf(outs[0]!) : keyOfAll(outs.slice(0, count))
      const known = step.hops.get(key)
      const hop: Hop | undefined =
        known !== undefined && this.#isCurrent(known) ? known : this.#hop(step, key, registers)
      step = hop?.step
      if (hop === undefined) break
      read.hits++
      for (const place of hop.frees) {
        registers[place]?.dispose()
        registers[place] = undefined
      }
    }
    free(registers, args.length)
    return undefined
  }

  #isCurrent({ step, pieces }: Hop): boolean {
    return pieces === this.#root.followers.count && step.raw === step.piece.raw
  }

  #hop(step: Step, key: unknown, registers: readonly (NDArray | undefined)[]): Hop | undefined {
    if (key === undefined) return undefined
    const pieces = this.#root.followers.count
    const edges = step.piece.read!.edges.get(typeof key === 'string' ? key : String(key))
    const next = edges?.find(({ own }) => goesOn(own.observed, own.guards, own.slots, this.#sizes))
    const to = next && this.#stepOf(next, registers)
    if (to === undefined) return undefined
    const needed = neededAfter(to.piece, this.#root)
    const frees = [...this.#places].flatMap(([atom, place]) =>
      place < this.#root.inputs.length || needed.has(atom) || registers[place] === undefined ? [] : [place],
    )
    const hop = { step: to, frees, pieces }
    step.hops.set(key, hop)
    return hop
  }

  #stepOf(piece: Piece, registers: readonly (NDArray | undefined)[]): Step | undefined {
    if (!isPlain(piece)) return undefined
    const { raw, ending } = piece
    const inputs = raw.inputs.map((atom) => this.#place(atom))
    const given = inputs.flatMap((place) => registers[place] ?? [])
    if (given.length < inputs.length) return undefined
    const exported = raw.outputs.slice(ending.outputs.length).filter(isVar)
    const exports = exported.map((atom) => this.#place(atom))
    const program = this.#programOf(piece, given)
    if (program === undefined) return undefined
    return { piece, raw, program, inputs, given, exports, hops: new Map() }
  }

  #place(atom: Var): number {
    const known = this.#places.get(atom) ?? this.#places.size
    this.#places.set(atom, known)
    return known
  }
}

function free(registers: readonly (NDArray | undefined)[], from: number): void {
  for (let i = from; i < registers.length; i++) registers[i]?.dispose()
}

/** What was read, as hops tell it apart; undefined where the engine answers later. */
function keyOf(array: NDArray): unknown {
  const data = array.engine.download(array.buffer, array.type)
  array.dispose()
  if (data instanceof Promise) return undefined
  if (data.length !== 1) return readKey([data])
  const value = data[0]!
  return value === 0 && Object.is(value, -0) ? '-0' : value
}

/** The same of several. */
function keyOfAll(arrays: readonly NDArray[]): string | undefined {
  const values = arrays.map((array) => array.engine.download(array.buffer, array.type))
  for (const array of arrays) array.dispose()
  return values.some((data) => data instanceof Promise) ? undefined : readKey(values as TypedArray[])
}
