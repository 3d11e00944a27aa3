import { TraceError } from '../errors.ts'
import { isValue, type Operand, type Value } from '../interpreter.ts'
import type { Atom } from '../ir/graph.ts'
import { type Draw, type Made, nextTurn, sourceOf, type Waiting, waits } from '../runtime/beside.ts'
import { untracked } from '../runtime/memory.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { PathHost } from './path.ts'
import type { TracedArray } from './traced-array.ts'
import type { Tracer } from './tracer.ts'

/**
 * The trace of an async function that waits, where the platform does not tell whose work is done meanwhile.
 *
 * Arrays that were made since are recorded as the ops that made them when they flow into the trace. What may be a step of
 * the function and cannot be recorded makes the trace serve this call only.
 */
export class WaitingTrace implements Waiting {
  readonly since = nextTurn()
  readonly recorder: Tracer
  readonly #host: PathHost
  /** What was drawn since, in order. */
  readonly #draws: Draw[] = []
  /** Those that flowed into the trace. */
  readonly #own = new Set<Draw>()
  readonly #recorded = new Map<Made, readonly Value[]>()
  readonly #kept = new WeakMap<NDArray, NDArray>()
  readonly #end: () => void
  /** The place that the draw has which is recorded now. */
  #place: number | undefined

  constructor(tracer: Tracer, host: PathHost) {
    this.recorder = tracer
    this.#host = host
    // What others draw meanwhile comes after what the function drew.
    host.draws(tracer.draws)
    this.#end = waits(this)
  }

  /** Ends the wait; what was drawn and did not flow into the trace may still have been the function's. */
  end(): void {
    this.#end()
    if (this.#draws.some((draw) => !this.#own.has(draw))) this.doubt()
  }

  doubt(): void {
    this.#host.doubts()
  }

  drew(draw: Draw): void {
    // What is drawn once is no step of later calls.
    if (this.recorder.baked === undefined) this.#draws.push(draw)
  }

  sees({ outside }: Made): void {
    if (this.recorder.baked === undefined || outside >= this.since) return this.doubt()
    this.recorder.poison(
      new TraceError({
        because:
          'the elements of a drawn array are read after an await, which includeGenerators: false would keep as they are, and this platform does not tell whether the function reads them (it has no AsyncLocalStorage)',
        instead: 'Draw before the first await',
      }),
    )
  }

  written(place: object): NDArray | undefined {
    return this.recorder.written(place)
  }

  wrote(): void {
    this.doubt()
    this.#host.wrote()
  }

  /** The value that an array stands for which was made since; undefined for one that is a constant. */
  atomOf(operand: Operand): Atom | undefined {
    const source = isValue(operand) ? sourceOf(operand) : undefined
    if (source === undefined || source.made.turn < this.since) return undefined
    const array = operand as NDArray
    const { made, index } = source
    const { call, draw, changing } = made
    if (this.recorder.baked !== undefined && changing >= this.since) {
      if (made.outside >= this.since) this.doubt()
      return this.#drawn(array)
    }
    if (call === undefined || (draw !== undefined && draw.owner !== this)) {
      if (changing >= this.since) this.doubt()
      return this.#constant(array)
    }
    if (draw !== undefined) {
      this.#own.add(draw)
      this.catchUp()
    }
    const values = this.#recorded.get(made) ?? this.#record(made)
    return (values[index] as TracedArray).atom
  }

  /** What is drawn once and for all. */
  #drawn(array: NDArray): Atom {
    if (!this.#kept.has(array)) this.#kept.set(array, this.recorder.baked!.keep(aliasOf(array)))
    return this.#constant(array)
  }

  /** The function may free it, or have it freed by `tidy`, as values of a trace never are. */
  #constant(array: NDArray): Atom {
    const kept = this.#kept.get(array) ?? aliasOf(array)
    this.#kept.set(array, kept)
    return this.recorder.constant(kept)
  }

  /** Records what was drawn before, so that draws keep their order. */
  catchUp(): void {
    if (this.recorder.inside !== undefined) return
    for (const { made } of this.#draws)
      if (made?.call !== undefined && !this.#recorded.has(made)) this.#record(made)
  }

  #record(made: Made): readonly Value[] {
    const tracer = this.recorder
    const { op, operands, params, line } = made.call!
    const outer = tracer.line
    tracer.line = line
    this.#place = made.draw?.place
    try {
      // Before it is recorded: it is not to be caught up with meanwhile.
      if (made.draw !== undefined) this.#recorded.set(made, [])
      const values = tracer.apply(op, operands, params, op)
      // Values of graphs inside of nodes end with those.
      if (tracer.inside === undefined) this.#recorded.set(made, values)
      return values
    } finally {
      tracer.line = outer
      this.#place = undefined
    }
  }

  /** The tracer takes the next draw: of an array that was drawn already it has that place of the stream. */
  draws(): void {
    if (this.recorder.inside !== undefined) return
    const place = this.#place
    this.#place = undefined
    if (place === undefined) this.catchUp()
    if (place === undefined) this.#host.draws(this.recorder.draws + 1)
    else this.#host.drew(this.recorder.draws, place)
  }
}

const aliasOf = (array: NDArray): NDArray => untracked(() => array.engine.alias(array))

/** An engine's own functions tell nobody for whom they work. */
export const unfollowedNatives = (): TraceError =>
  new TraceError({
    because:
      "the function is async and uses an engine's own arrays, and this platform does not tell what it does with them after an await (it has no AsyncLocalStorage)",
    instead:
      "Trace a sync function and await outside of it; or give an async function the engine's arrays by a call, without args, which runs it as it is",
  })
