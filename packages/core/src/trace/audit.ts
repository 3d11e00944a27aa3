import type { MaybePromise } from '../runtime/backend.ts'
import type { Piece } from './piece.ts'
import type { Reruns } from './reruns.ts'

/** Which calls of a graph run its function beside it, and what that showed. */
export class Audit {
  /** How often the function ran beside the graph. */
  runs = 0
  /** How often it did something else than the graph. */
  differences = 0
  #calls = 0
  readonly #ways = new WeakMap<Piece, number>()

  /** Counts a call; whether it is the first, second, fourth, eighth, … of the graph, or of those that end as this one. */
  isDue(last: Piece): boolean {
    const count = (this.#ways.get(last) ?? 0) + 1
    this.#ways.set(last, count)
    return isPower(++this.#calls) || isPower(count)
  }

  /** Counts a call in which the function runs anyway. */
  counted(last: Piece): Piece {
    this.isDue(last)
    return last
  }

  /**
   * The piece with which the function, run beside the graph, ends the call: `last` where nothing differs.
   *
   * @throws GuardError where something does and the function may not run at each call, and whatever it throws itself
   */
  beside(last: Piece, reruns: Reruns, run: () => MaybePromise<Piece>): MaybePromise<Piece> {
    this.runs++
    const fail = (error: unknown): never => {
      reruns.strayed(undefined, 'ended otherwise')
      this.#differs(last, reruns)
      throw error
    }
    const judge = (piece: Piece): Piece => {
      if (piece !== last) this.#differs(last, reruns)
      return piece
    }
    let ended: MaybePromise<Piece>
    try {
      ended = run()
    } catch (error) {
      return fail(error)
    }
    return ended instanceof Promise ? ended.then(judge, fail) : judge(ended)
  }

  #differs({ key }: Piece, reruns: Reruns): void {
    this.differences++
    reruns.has(key)
  }
}

const isPower = (count: number): boolean => Number.isInteger(Math.log2(count))
