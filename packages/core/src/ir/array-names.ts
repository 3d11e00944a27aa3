import type { ConstantArray } from './graph.ts'

/**
 * What a model calls arrays of its own: `encoder.layer.0.weight`. A name is that of one array, and says nothing to passes and
 * programs: what is computed of an array is another one, and has none.
 */
const names = new WeakMap<ConstantArray, string>()

/** Gives an array a name; the first one stays. */
export function nameArray(array: ConstantArray, name: string): void {
  if (name !== '' && !names.has(array)) names.set(array, name)
}

export const nameOfArray = (array: ConstantArray): string | undefined => names.get(array)
