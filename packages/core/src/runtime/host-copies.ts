import type { ConstantArray } from '../ir/graph.ts'
import type { TypedArray } from '../types/dtype.ts'
import type { Engine } from './engine.ts'
import type { NDArray } from './nd-array.ts'

const copies = new WeakMap<object, TypedArray>()

/** The elements of an array, where they were read before. */
export const hostCopyOf = (array: ConstantArray): TypedArray | undefined => copies.get(array)

/** Runs `fn` when the elements of these arrays lie on the host, so that it can read those of asynchronous engines. */
export async function withHostCopies<T>(arrays: readonly NDArray[], fn: () => T | Promise<T>): Promise<T> {
  const read = arrays.filter((array) => !array.disposed && !copies.has(array))
  await Promise.all(read.map(async (array) => copies.set(array, await array.data())))
  try {
    return await fn()
  } finally {
    for (const array of read) copies.delete(array)
  }
}

/** Those of the arrays that another engine holds. */
export const elsewhere = (arrays: readonly unknown[], engine: Engine | undefined): readonly NDArray[] =>
  arrays.filter((array): array is NDArray => {
    const own = (array as Partial<NDArray> | null)?.engine
    return own !== undefined && own !== engine
  })
