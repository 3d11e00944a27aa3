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
    const elements = array.host()
    known = isBigInt(elements) || areFinite(elements)
    finite.set(array, known)
  }
  return known
}

const isBigInt = (data: TypedArray): data is BigInt64Array | BigUint64Array =>
  data instanceof BigInt64Array || data instanceof BigUint64Array

/** A loop, as weights are long: a function called for each element takes twenty times as long. */
function areFinite(elements: Exclude<TypedArray, BigInt64Array | BigUint64Array>): boolean {
  for (let i = 0; i < elements.length; i++) if (!Number.isFinite(elements[i]!)) return false
  return true
}

/** The elements as little-endian bytes, which every platform of onnxruntime has. */
export function constantBytes(array: ConstantArray): Uint8Array {
  const data: TypedArray = array.host()
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
