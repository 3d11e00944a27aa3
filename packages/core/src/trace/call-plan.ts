import { isVar, type Var } from '../ir/graph.ts'
import { countLeaves, type TreeSpec } from '../ir/tree-spec.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { reserve, unreserve } from '../runtime/random-stream.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import { type Match, matchOf } from './argument-match.ts'
import { holdsNow, type Hop, keyOf, type Step, stepOf } from './call-step.ts'
import type { GraphCall } from './graph-call.ts'
import { neededAfter } from './needs.ts'
import { Piece } from './piece.ts'
import { goesOn, type Trace } from './trace.ts'
import { isSizeError } from './size-errors.ts'
import { unflatten } from './tree.ts'
import { writeBack } from './write-back.ts'

/** Given for arguments of another signature or other sizes, or where what the function saw at its start has changed. */
export const unmatched = Symbol('unmatched')
/** Given where the call has to look for its way. */
export const astray = Symbol('astray')

export type Registers = (NDArray | undefined)[]

/**
 * The pieces of one signature at one set of sizes: a call goes from program to program by what it reads, without looking
 * anything up by name. Calls that need more than that, such as other engines' arrays, are left to the general way.
 */
export class CallPlan {
  readonly graph: GraphCall
  readonly root: Trace
  readonly spec: TreeSpec
  readonly types: readonly ConcreteType[]
  /** Whether the text made of it shows all of its steps. */
  isWritten = false
  readonly #sizes: ReadonlyMap<string, number>
  readonly #match: Match
  readonly #places = new Map<Var, number>()
  #first: Step | undefined

  constructor(
    graph: GraphCall,
    root: Trace,
    sizes: ReadonlyMap<string, number>,
    spec: TreeSpec,
    leaves: readonly NDArray[],
  ) {
    this.graph = graph
    this.root = root
    this.spec = spec
    this.types = leaves.map(({ type }) => type)
    this.#sizes = sizes
    this.#match = matchOf(spec, this.types, graph.engine)
    root.raw.inputs.forEach((atom, i) => this.#places.set(atom, i))
    this.#first = this.#stepOf(root, leaves)
  }

  /** The first step; undefined while there is none for the pieces as they are now. */
  get first(): Step | undefined {
    return isReady(this.#first) ? this.#first : undefined
  }

  /** How many pieces there are now; each new one may change others. */
  get followers(): { readonly count: number } {
    return this.root instanceof Piece ? this.root.followers : none
  }

  run(args: readonly unknown[]): unknown {
    const leaves: NDArray[] = []
    if (!this.#match(args, leaves)) return unmatched
    if (this.first === undefined) this.#first = this.#stepOf(this.root, leaves)
    const { first } = this
    if (first === undefined) return astray
    return holdsNow(first) ? this.#follow(first, leaves, 0, 0) : unmatched
  }

  /** Goes on from a step that has read a value. */
  resume(step: Step, key: unknown, registers: Registers, drawn: number, place: number): unknown {
    const next = this.#next(step, key, registers)
    return next === undefined ? this.stop(registers, drawn) : this.#follow(next, registers, drawn, place)
  }

  /** Gives back what a call took that begins anew. */
  stop(registers: Registers, drawn: number): typeof astray {
    this.#free(registers)
    unreserve(drawn)
    return astray
  }

  #follow(from: Step, registers: Registers, before: number, first: number): unknown {
    let [drawn, place] = [before, first]
    for (let step: Step | undefined = from; step !== undefined;) {
      const { draws, read, exports, count } = step
      if (draws > drawn) {
        const taken = reserve(draws - drawn)
        if (drawn === 0) place = taken
        drawn = draws
      }
      const given: NDArray[] = []
      for (let i = 0; i < step.inputs.length; i++) given.push(registers[step.inputs[i]!]!)
      const outs = step.run(given, place)
      if (outs === undefined) break
      if (read === undefined) {
        this.#free(registers)
        return resultOf(step.trace, outs)
      }
      for (let i = 0; i < exports.length; i++) registers[exports[i]!] = outs[count + i]!
      step = this.#next(step, keyOf(step, outs), registers)
    }
    return this.stop(registers, drawn)
  }

  #next(step: Step, key: unknown, registers: Registers): Step | undefined {
    if (key === undefined) return undefined
    const known = step.hops.get(key)
    const hop =
      known !== undefined && this.#isCurrent(known) && holdsNow(known.step)
        ? known
        : this.#hop(step, key, registers)
    if (hop === undefined) return undefined
    step.read!.hits++
    for (const place of hop.frees) {
      registers[place]?.dispose()
      registers[place] = undefined
    }
    return hop.step
  }

  #isCurrent({ step, pieces }: Hop): boolean {
    return pieces === this.followers.count && isReady(step)
  }

  #hop(step: Step, key: unknown, registers: Registers): Hop | undefined {
    const root = this.root as Piece
    const edges = step.read!.edges.get(typeof key === 'string' ? key : String(key))
    const next = edges?.find(({ own }) => goesOn(own.observed, own.guards, own.slots, this.#sizes))
    const to = next && this.#stepOf(next, registers)
    if (to === undefined) return undefined
    const needed = neededAfter(next!, root)
    const frees = [...this.#places].flatMap(([atom, place]) =>
      place < root.inputs.length || needed.has(atom) || registers[place] === undefined ? [] : [place],
    )
    const hop = { step: to, frees, pieces: root.followers.count }
    step.hops.set(key, hop)
    this.isWritten = false
    return hop
  }

  #stepOf(trace: Trace, registers: readonly (NDArray | undefined)[]): Step | undefined {
    // The function gave an engine's own arrays, of which the arguments tell nothing.
    if (this.types.length === 0 && trace.home !== undefined) return undefined
    try {
      return stepOf(this.graph, trace, this.#sizes, registers, (atom) => this.#place(atom))
    } catch (error) {
      // The function shows where it meets it.
      if (isSizeError(error)) return undefined
      throw error
    }
  }

  #place(atom: Var): number {
    const known = this.#places.get(atom) ?? this.#places.size
    if (isVar(atom)) this.#places.set(atom, known)
    return known
  }

  /** Frees what was computed on the way; the arguments are the caller's. */
  #free(registers: Registers): void {
    for (let i = this.types.length; i < registers.length; i++) registers[i]?.dispose()
  }
}

const none = { count: 0 }

const isReady = (step: Step | undefined): boolean =>
  step !== undefined && step.raw === step.trace.raw && step.program?.disposed !== true

/** What a call gives, and what it leaves in its places. */
export function resultOf(trace: Trace, outs: readonly NDArray[]): unknown {
  const { result, writes } = trace.raw
  if (writes.length > 0) writeBack(trace, [], outs)
  if (result.kind === 'leaf') return outs[0]
  return unflatten(result, writes.length > 0 ? outs.slice(0, countLeaves(result)) : outs)
}
