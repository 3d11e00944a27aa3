import { type Index, indexed } from '../ops/at.ts'
import { NDArray } from './nd-array.ts'

declare module './nd-array.ts' {
  interface NDArray {
    /** Part of the array: each argument says what is taken of an axis, in order; see `at`. */
    at(...index: readonly Index[]): NDArray
  }
}

/** Gives arrays the method `at`, which is made of several ops. */
export function attachAt(): void {
  const method = function (this: NDArray, ...index: readonly Index[]): NDArray {
    return indexed(this, index, method)
  }
  Object.defineProperty(NDArray.prototype, 'at', { value: method, writable: true, configurable: true })
}
