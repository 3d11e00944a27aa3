import { TraceError } from '../errors.ts'
import { infer } from '../infer.ts'
import type { Value } from '../interpreter.ts'
import type { Atom, Var } from '../ir/graph.ts'
import type { Op, Params } from '../op.ts'
import { type Caller, type LazyLine, userLine } from '../source.ts'
import { assumedSoFar, type Dim, symbol, symbolsOf } from '../types/dim.ts'
import { endTrace, readNow } from './read.ts'
import type { Tracer } from './tracer.ts'
import { ValueNumbers } from './value-numbers.ts'

/** Sizes that data decide: their names, by the values that tell them. */
export type Counts = Map<Var, string>

/** Sizes of a traced call: those of its arguments, and those that data decide, which are read where they are asked for. */
export class CountedSizes extends Map<string, number> {
  readonly counts: Counts
  readonly #tracer: Tracer
  readonly #numbers: ValueNumbers
  /** Where the function asks for a size. */
  #asking: LazyLine | undefined

  constructor(tracer: Tracer, counts: Counts = new Map()) {
    super()
    this.#tracer = tracer
    this.counts = counts
    this.#numbers = new ValueNumbers(tracer)
  }

  /** The function goes on by a size that data decide, as by any value that it reads. */
  override get(name: string): number | undefined {
    const { hints, seen, loc } = this.#tracer
    const known = hints.get(name)
    if (known !== undefined) return known
    const [atom] = [...this.counts].find(([, one]) => one === name) ?? []
    if (atom === undefined) return undefined
    // Whether it is asked for may follow from other sizes.
    seen.supposed.push(...assumedSoFar())
    return Number(readNow(this.#tracer, atom, this.#asking ?? loc ?? { line: undefined })[0])
  }

  override [Symbol.iterator](): MapIterator<[string, number]> {
    return this.#tracer.hints[Symbol.iterator]()
  }

  /** Whether a size is known only when the function asks for it. */
  isOpen(dim: Dim): boolean {
    if (this.counts.size === 0) return false
    const names = [...this.counts.values()]
    return symbolsOf(dim).some((name) => names.includes(name))
  }

  /** The number of a size that the function asks for by `below`. */
  ask(dim: Dim, below: Caller | undefined): number {
    this.#asking = below && this.isOpen(dim) ? userLine(below) : undefined
    const size = this.#tracer.sizeOf(dim)
    this.#asking = undefined
    return size
  }

  /** What an op gives has a size that it needs first, which is read before the op: it belongs to what comes then. */
  settle({ def }: Op, inputs: readonly (Atom | null)[], params: Params): void {
    if (this.counts.size === 0) return
    infer(
      def,
      inputs.map((atom) => atom && atom.type),
      params,
    )
  }

  /** Names the size that a value tells. */
  count(make: () => Value, below: Caller): { readonly count: Value; readonly size: Dim } {
    const { inside } = this.#tracer
    if (inside !== undefined) refuseCount(this.#tracer, inside, below)
    const made = this.#tracer.lift(make()) as Var
    // What is counted twice in the same way is one size.
    const atom = [...this.counts.keys()].find((one) => this.#numbers.areSame(one, made)) ?? made
    const name = this.counts.get(atom) ?? this.#newName()
    this.counts.set(atom, name)
    return { count: this.#tracer.wrap(atom), size: symbol(name) }
  }

  #newName(): string {
    const used = new Set([...this.#tracer.hints.keys(), ...this.counts.values()])
    let index = 0
    while (used.has(`u${index}`)) index++
    return `u${index}`
  }
}

/** Ends a trace where data decide a size in a graph that is recorded once for all turns. */
function refuseCount(tracer: Tracer, inside: string, below: Caller): never {
  const error = new TraceError({
    because: `how many there are depends on data in ${inside}, which is recorded once for all its turns`,
    instead: 'Give the size by the option size; or do it outside',
  })
  return endTrace(tracer, error, tracer.line ?? userLine(below))
}
