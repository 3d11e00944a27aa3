import { ShapeError } from '../errors.ts'
import { invoke, type Op } from '../op.ts'
import { type Index, indexed } from '../ops/at.ts'
import { matrixTranspose } from '../ops/rearrange.ts'
import type { Element } from '../types/promotion.ts'
import { NDArray } from './nd-array.ts'

declare module './nd-array.ts' {
  interface NDArray {
    /** Part of the array: each argument says what is taken of an axis, in order; see `at`. */
    at(...index: readonly Index[]): NDArray
    /** The parts along the first axis, as `for (const row of x)` and `const [a, b] = x` take them; without axes, its element. */
    [Symbol.iterator](): IterableIterator<NDArray>
    /** The transposed matrix; for an array of two axes. */
    readonly T: NDArray
    /** The array with its last two axes exchanged: every matrix transposed. */
    readonly mT: NDArray
  }
}

/** Gives arrays the members that are made of ops but are none themselves: `at`, `T`, `mT`. */
export function attachMembers(): void {
  const at = function (this: NDArray, ...index: readonly Index[]): NDArray {
    return indexed(this, index, at)
  }
  const rows = function* (this: NDArray): IterableIterator<NDArray | Element> {
    if (this.ndim === 0) yield this.item()
    else for (let i = 0, count = this.shape[0]!; i < count; i++) yield indexed(this, [i], rows)
  }
  const transposeAll = function (this: NDArray): unknown {
    return invoke(matrixTranspose as Op, [this], transposeAll)
  }
  const transpose = function (this: NDArray): unknown {
    if (this.ndim === 2) return invoke(matrixTranspose as Op, [this], transpose)
    throw new ShapeError({
      op: 'T',
      shapes: [this.type.shape],
      because: 'a matrix has two axes',
      instead: 'Transpose every matrix by x.mT, or name the order of the axes: permuteDims(x, axes)',
    })
  }
  Object.defineProperties(NDArray.prototype, {
    [Symbol.iterator]: { value: rows, writable: true, configurable: true },
    at: { value: at, writable: true, configurable: true },
    T: { get: transpose, configurable: true },
    mT: { get: transposeAll, configurable: true },
  })
}
