import type { ConstantArray, TypedArray } from '@tendril/core/adapter'

const maxInText = 64
const identities = new WeakMap<ConstantArray, number>()
let nextIdentity = 0

/** What tells a captured array from others: small ones by their elements, so that equal ones share a program. */
export function constantKey(array: ConstantArray): string {
  const count = (array.type.shape as readonly number[]).reduce((n, size) => n * size, 1)
  if (count <= maxInText) return `bytes ${constantBytes(array)}`
  let identity = identities.get(array)
  if (identity === undefined) identities.set(array, (identity = nextIdentity++))
  return `#${identity}`
}

const finite = new WeakMap<ConstantArray, boolean>()

/** Whether all elements are finite numbers; they are looked through once. */
export function holdsFinite(array: ConstantArray): boolean {
  let known = finite.get(array)
  if (known === undefined) {
    const elements: ArrayLike<number | bigint> = array.host()
    known = Array.prototype.every.call(
      elements,
      (x: number | bigint) => typeof x === 'bigint' || Number.isFinite(x),
    )
    finite.set(array, known)
  }
  return known
}

/** The elements as little-endian bytes, which every platform of onnxruntime has. */
export function constantBytes(array: ConstantArray): Uint8Array {
  const data: TypedArray = array.host()
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
