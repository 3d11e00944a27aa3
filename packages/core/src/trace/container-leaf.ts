import { show } from '../errors.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'

/** A leaf as it prints: arrays as arrays do, other values as in messages. */
export const leafText = (leaf: unknown): string => (leaf instanceof NDArray ? String(leaf) : show(leaf))

/** Whether two leaves are equal, as Map compares values; arrays by dtype, shape and elements. */
export function sameLeaf(a: unknown, b: unknown, below: Caller): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  if (!(a instanceof NDArray) || !(b instanceof NDArray)) return false
  if (a.dtype !== b.dtype || a.ndim !== b.ndim || a.shape.some((size, axis) => size !== b.shape[axis]))
    return false
  const [left, right] = [a.elements(below), b.elements(below)]
  return left.every((x, i) => x === right[i] || (Number.isNaN(x) && Number.isNaN(right[i])))
}
