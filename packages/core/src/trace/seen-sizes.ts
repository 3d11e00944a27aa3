import type { Atom } from '../ir/graph.ts'
import { hasSizes } from '../ir/sized-params.ts'
import type { Params } from '../op.ts'
import type { Assumption } from '../types/dim.ts'

/** The sizes that a trace holds for. */
export class SeenSizes {
  /** What has to be so at a call. */
  readonly observed: Assumption[] = []
  /** What the types of values rest on, which binds the trace only where the function sees such a type, or goes on by a read. */
  readonly supposed: Assumption[] = []

  readonly #arguments = new Set<Atom | null>()
  /** Values whose sizes broadcasting, and other rules, made of those of arguments. */
  readonly #derived = new Set<Atom | null>()

  argument(atom: Atom): void {
    this.#arguments.add(atom)
  }

  /** Notes what an op gave for operands and parameters. */
  made(outs: readonly Atom[], operands: readonly (Atom | null)[], params: Params): void {
    if (hasSizes(params) || operands.some((atom) => this.#arguments.has(atom) || this.#derived.has(atom)))
      for (const out of outs) this.#derived.add(out)
  }

  /** The function sees a size of a value: with other sizes of the arguments it may be another one. */
  see(atom: Atom): void {
    if (this.#derived.has(atom)) this.rest()
  }

  note(seen: Assumption): void {
    const { left, right, equal } = seen
    const isKnown = this.observed.some(
      (one) => one.left === left && one.right === right && one.equal === equal,
    )
    if (!isKnown) this.observed.push(seen)
  }

  /** Makes what the types rest on binding. */
  rest(): void {
    for (const supposed of this.supposed.splice(0)) this.note(supposed)
  }
}
