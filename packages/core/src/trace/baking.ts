import { type ConstantArray, type Graph, makeGraph } from '../ir/graph.ts'
import type { Runnable } from '../runtime/program.ts'

/** How many calls at most arrays have to stay the same after they have changed often. */
const longestWait = 2 ** 12

/**
 * A program in which what slots hold is constant, so that an engine prepares weights once: permuted, folded, packed.
 *
 * It serves as long as the slots hold the same arrays. After each change it waits for twice as many calls without one,
 * so that training, where weights change at each call, builds none.
 */
export class Baking {
  #held: readonly ConstantArray[] | undefined
  #program: Runnable | undefined
  #changes = 0
  #unchanged = 0

  /** The program for these arrays; undefined while they are expected to change. */
  programFor(held: readonly ConstantArray[], make: () => Runnable): Runnable | undefined {
    const before = this.#held
    if (before !== undefined && held.every((array, i) => array === before[i])) {
      this.#unchanged++
    } else {
      if (before !== undefined) this.#changes++
      this.dispose()
      this.#held = held
      this.#unchanged = 0
    }
    const wait = this.#changes === 0 ? 0 : Math.min(2 ** this.#changes, longestWait)
    if (this.#program === undefined && this.#unchanged >= wait) this.#program = make()
    return this.#program
  }

  dispose(): void {
    this.#program?.dispose()
    this.#program = undefined
  }
}

/** The graph with constants for its slots. */
export const baked = (graph: Graph, held: readonly ConstantArray[]): Graph =>
  makeGraph({
    ...graph,
    slots: [],
    constants: [...graph.constants, ...graph.slots.map(({ out }, i) => ({ out, array: held[i]! }))],
  })
