import { GuardError } from '../errors.ts'
import type { LazyLine } from '../source.ts'
import { Recent } from '../runtime/recent.ts'
import { warn } from '../runtime/warn.ts'
import { type Piece, printAt } from './piece.ts'
import type { TraceOptions } from './options.ts'

const maxPieces = 512
/** How many signatures it is noted of. */
const mostKeys = 1024

/** What a function did unlike in an earlier call with the same arguments. */
export type Strayed = 'did something else' | 'gave something else' | 'ended otherwise'

/** Which calls of a function run it each time, because what it reads does not repeat or it does not do the same again. */
export class Reruns {
  readonly #name: string
  readonly #mode: TraceOptions['rerun']
  /** Why, by signature. */
  readonly #keys = new Recent<string, string>(mostKeys)
  /** Why all of them. */
  #all: string | undefined
  /** How it did not do the same again. */
  #strayed: string | undefined
  #warned = false

  constructor(name: string, mode: TraceOptions['rerun']) {
    this.#name = name
    this.#mode = mode
    if (mode === 'always') this.#all = "the function runs at each call: rerun: 'always'"
  }

  /** Warns no more. */
  silence(): void {
    this.#warned = true
  }

  /** Whether no call is answered without the function. */
  get all(): boolean {
    return this.#all !== undefined
  }

  /** @throws GuardError where running again is ruled out */
  has(key: string): boolean {
    const has = this.reason(key) !== undefined
    if (!has || this.#mode !== 'never') return has
    const rules = `has to run again at each call, which rerun: 'never' rules out`
    if (this.#strayed === undefined)
      throw new GuardError({
        because: `${this.#name} ${rules}`,
        instead: "Read what repeats, such as the bool of a comparison; or trace it with rerun: 'auto'",
      })
    throw new GuardError({
      because: `${this.#strayed}, so it ${rules}`,
      instead:
        "Pass what changes as an argument, or keep it in a Variable, a Container or a Module; or trace it with rerun: 'auto'",
    })
  }

  /** Why the function runs at each call; undefined where it does not. */
  reason(key: string): string | undefined {
    return this.#all ?? this.#keys.get(key)
  }

  /** Notes a piece that was added to others. */
  grown({ root, parent }: Piece, limit: number): void {
    const { edges, hits, misses, line } = parent!.read!
    const isVaried = edges.size > limit && misses > hits / 2
    if (!isVaried && root.followers.count < maxPieces) return
    const often = isVaried
      ? `was new in ${misses} of ${hits + misses} calls`
      : `led to more than ${maxPieces} different ways through it`
    const because = `the value read${printAt({ line })} ${often}, so ${this.#name} runs again at each call (right, but slower)`
    this.#keys.set(root.key, because)
    this.#warn(
      `${because}. If only a comparison is needed, read that: greater(x, 0).item(); if the number only enters arithmetic, leave it an array.`,
    )
  }

  /** Notes that the function did, gave or threw something else for the same arguments, sizes and values. */
  strayed(line: LazyLine | undefined, did: Strayed): void {
    this.#strayed ??= `${this.#name} ${did}${printAt({ line })} than in an earlier call with the same arguments`
    this.#all ??= `${this.#strayed}, so it runs again at each call (right, but slower)`
    this.#warn(
      `${this.#all}. It may use a clock, Math.random or a variable from outside: pass what changes as an argument, or keep it in a Variable, a Container or a Module.`,
    )
  }

  /** Notes that the function asked a clock or chance. */
  impure(what: string, line: LazyLine): void {
    this.#all ??= `${this.#name} calls ${what}()${printAt({ line })}, which gives something else each time, so it runs again at each call (right, but slower)`
    this.#warn(
      `${this.#all}. Pass the value as an argument, or draw by td.random; impure: 'allow' keeps what it gave while tracing.`,
    )
  }

  /** Notes that the function is async and uses places outside of it after it has waited, or writes to them. */
  interleaves(): void {
    this.#all ??= `${this.#name} is async and uses a Variable or another place outside of it after an await, or writes to it, so it runs again at each call (right, but slower)`
    this.#warn(`${this.#all}. Read such places before the first await, and write to them in a sync function.`)
  }

  /** Notes that the function is async, and work beside it may be its own and cannot be recorded. */
  doubts(): void {
    this.#all ??= `${this.#name} is async and waits while arrays are drawn, or Variables and other places are read or written, and this platform does not tell whether that is its own work (it has no AsyncLocalStorage), so it runs again at each call (right, but slower)`
    this.#warn(`${this.#all}. Draw and read such places before the first await, or in a sync function.`)
  }

  /** Notes that the function is async and given state, which others see and change while it waits. */
  awaitsState(): void {
    this.#all ??= `${this.#name} is async and one of its arguments is stateful, which others see while it waits, so it runs again at each call (right, but slower)`
    this.#warn(`${this.#all}. Trace a sync function, and await outside of it.`)
  }

  #warn(text: string): void {
    if (!this.#warned && this.#mode !== 'never') warn(`traceGraph: ${text}`)
    this.#warned = true
  }
}
