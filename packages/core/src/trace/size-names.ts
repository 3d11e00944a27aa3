import type { NDArray } from '../runtime/nd-array.ts'
import { type Dim, evaluate, symbol } from '../types/dim.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { SpecArray } from './spec.ts'

const letters = ['n', 'm', 'k', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z']

/** Gives sizes of arguments names that no other size has. */
export class SizeNames {
  readonly #taken: ReadonlyMap<string, number>
  #next = 0
  /** Whether an argument is known by its dtype and sizes alone. */
  lackData = false

  /** `taken` are the names that the user gave. */
  constructor(taken: ReadonlyMap<string, number>) {
    this.#taken = taken
  }

  /** The type of an argument, in which each size has a name. */
  typeOf(array: NDArray): TensorType {
    const spec = array instanceof SpecArray ? array : undefined
    if (spec !== undefined) this.lackData = true
    return tensorType(array.dtype, spec?.dims ?? array.type.shape.map(() => this.#free()))
  }

  #free(): Dim {
    for (;;) {
      const at = this.#next++
      const name = letters[at] ?? `n${at}`
      if (!this.#taken.has(name)) return symbol(name)
    }
  }
}

/** A type with numbers for its sizes. */
export const sizedType = (type: TensorType, sizes: ReadonlyMap<string, number>): TensorType =>
  type.weak === null
    ? tensorType(
        type.dtype,
        type.shape.map((dim) => evaluate(dim, sizes)),
      )
    : type
