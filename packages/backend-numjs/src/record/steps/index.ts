import type { Mapping } from './compute.ts'
import { elementwise } from './elementwise.ts'
import { products } from './products.ts'
import { numbers } from './numbers.ts'
import { moves } from './shapes.ts'

export { joins, moves } from './shapes.ts'

/** Steps by the names of numjs' methods. */
export const mappings: Readonly<Record<string, Mapping>> = { ...elementwise, ...products, ...moves }

/** Steps that give numbers, lists or text of the elements. */
export const reads: ReadonlySet<string> = new Set([
  ...Object.keys(numbers),
  'equal',
  'get',
  'tolist',
  'toJSON',
  'valueOf',
])

/** Why steps have no op. */
export const reasons: Readonly<Record<string, string>> = {
  fft: 'no op is a Fourier transform',
  ifft: 'no op is a Fourier transform',
  array: 'it makes an array of lists that hold arrays',
}

/** The position of `copy` among the arguments of a method, which writes to its own array where that is false. */
const copyAt: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['assign', 'add', 'subtract', 'multiply', 'divide', 'pow', 'mod'].map((name) => [name, 1]),
  ),
  ...Object.fromEntries(['exp', 'log', 'sqrt', 'round'].map((name) => [name, 0])),
}

/** Whether a method writes to its own array. */
export function writes(name: string, args: readonly unknown[]): boolean {
  if (name === 'set') return true
  const at = copyAt[name]
  return at !== undefined && args.length > at && !args[at]
}

/** Whether a function takes lists of numbers for arrays, behind its first argument. */
export const takesLists = (name: string): boolean => copyAt[name] === 1 || name in products
