import { TendrilError } from '../errors.ts'
import type { TypedArray } from '../types/dtype.ts'
import { type ConcreteType, printType } from '../types/tensor-type.ts'
import type { ConstantArray } from './graph.ts'
import { sha256 } from './sha256.ts'
import { littleEndian, printElement } from './value-text.ts'

/** The most elements of a constant that are printed one by one. */
export const mostElements = 16

/** `[[1, 2], [3, 4]]`, `5`, or `#` and the hash of a larger array. */
export function printConstant(array: ConstantArray): string {
  const { dtype, shape } = array.type as ConcreteType
  const data = readable(array)
  if (data === undefined) return '#unread'
  const count = shape.reduce((n, size) => n * size, 1)
  if (count === 0) return '[]'
  if (count > mostElements) return `#${constantHash(array, data)}`
  const print = (axis: number, from: number, left: number): string => {
    if (axis === shape.length) return printElement(dtype, data, from)
    const step = left / shape[axis]!
    return `[${Array.from({ length: shape[axis]! }, (_, i) => print(axis + 1, from + i * step, step)).join(', ')}]`
  }
  return print(0, 0, count)
}

/** The data of arrays on engines that answer only asynchronously, and of disposed ones, cannot be printed. */
function readable(array: ConstantArray): TypedArray | undefined {
  try {
    return array.host()
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

const hashes = new WeakMap<ConstantArray, string>()

/** The hash that names an array in a print: of its type and its little-endian bytes. */
export function constantHash(array: ConstantArray, data = array.host()): string {
  const known = hashes.get(array)
  if (known !== undefined) return known
  const bytes = littleEndian(data)
  const head = new TextEncoder().encode(`${printType(array.type)}\n`)
  const all = new Uint8Array(head.length + bytes.length)
  all.set(head)
  all.set(bytes, head.length)
  const hash = sha256(all)
  hashes.set(array, hash)
  return hash
}
