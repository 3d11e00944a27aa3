import type { TypedArray } from '@tendril/core/adapter'

const constructors = {
  Uint8Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
} as const

/** Names of typed arrays. */
export type ArrayName = keyof typeof constructors

const shared = new Map<string, WeakRef<ArrayBuffer>>()
const smallest = 64

/**
 * Memory for values that live within one run. Programs run one after the other, so all that ask by the same name
 * share it: a program for each of a thousand sizes keeps no more than the largest does.
 */
export function room(kind: ArrayName, name: string, count: number): TypedArray {
  const Constructor = constructors[kind]
  if (count <= smallest) return new Constructor(count)
  const key = `${kind} ${name}`
  const bytes = count * Constructor.BYTES_PER_ELEMENT
  const known = shared.get(key)?.deref()
  if (known !== undefined && known.byteLength >= bytes) return new Constructor(known, 0, count)
  // Programs keep the memory that they were bound to, so it grows in steps.
  const steps = Math.ceil(Math.max(bytes, 1.5 * (known?.byteLength ?? 0)) / 8)
  const buffer = new ArrayBuffer(steps * 8)
  shared.set(key, new WeakRef(buffer))
  return new Constructor(buffer, 0, count)
}

/** Memory of a program alone, for one that calls kernels of others: those may run programs themselves. */
export const ownRoom: typeof room = (kind, _name, count) => new constructors[kind](count)
