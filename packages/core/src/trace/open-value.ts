import type { Atom } from '../ir/graph.ts'
import { RecordedValue } from '../recorder.ts'
import { observed } from './traced-array.ts'
import type { Tracer } from './tracer.ts'

/** A traced value as rules and decompositions see it: the sizes in its type are open, those that are read bind the trace. */
export class OpenValue extends RecordedValue {
  readonly #sizes: readonly number[]

  constructor(tracer: Tracer, atom: Atom) {
    super(tracer, atom)
    this.#sizes = observed(tracer, atom)
  }

  override get shape(): readonly number[] {
    return this.#sizes
  }
}
