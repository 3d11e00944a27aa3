import type { TreeSpec } from '../ir/tree-spec.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { Scalar } from '../types/promotion.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { Container } from './container.ts'

let identities = 0
const identity = new WeakMap<WeakKey, number>()
function identityOf(object: WeakKey): number {
  const known = identity.get(object)
  if (known !== undefined) return known
  identity.set(object, ++identities)
  return identities
}

/** 0 and -0 are different values. */
function scalarKey(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return Object.is(value, -0) ? '-0' : typeof value === 'bigint' ? `${value}n` : String(value)
}

/**
 * Equal for values that a traced function cannot tell apart: arrays, lists, records, Maps and Sets count by what they
 * hold, instances of classes by which they are and what they hold, functions and symbols by which they are.
 */
export function contentKey(value: unknown, above: readonly unknown[] = []): string {
  if (value instanceof NDArray)
    return `${value.dtype}[${value.type.shape}]${Array.from(value.dataSync() as Iterable<Scalar>, scalarKey).join()}`
  if (typeof value === 'symbol') return symbolKey(value)
  if (typeof value === 'function') return `f${identityOf(value)}`
  if (typeof value !== 'object' || value === null) return scalarKey(value)
  const level = above.indexOf(value)
  if (level >= 0) return `^${level}`
  const inside = (item: unknown): string => contentKey(item, [...above, value])
  const list = (items: Iterable<unknown>): string => `[${Array.from(items, inside).join()}]`
  const record = (): string =>
    `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${inside(item)}`)
      .join()}}`
  if (Array.isArray(value)) return list(value)
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return `${value.constructor.name}(${bytes.join()})`
  }
  if (value instanceof Container) return `C${record()}`
  if (value instanceof Map) return `M${list([...value].flat())}`
  if (value instanceof Set) return `S${list(value)}`
  if (value instanceof Date) return `D${value.getTime()}`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return record()
  return `o${identityOf(value)}${record()}`
}

function symbolKey(value: symbol): string {
  const shared = Symbol.keyFor(value)
  return shared === undefined ? `s${identityOf(value as unknown as WeakKey)}` : `S${JSON.stringify(shared)}`
}

/** Equal for calls that share a trace, sizes aside: structure, dtypes, ranks and bit-exact values. */
export function keyOf(spec: TreeSpec, types: readonly TensorType[]): string {
  let at = 0
  const walk = (node: TreeSpec): string => {
    switch (node.kind) {
      case 'leaf': {
        const { dtype, shape } = types[at++]!
        return `${dtype}:${shape.length}`
      }
      case 'static':
        return scalarKey(node.value)
      case 'opaque':
        return `!${contentKey(node.value)}`
      case 'list':
        return `[${node.items.map(walk).join()}]`
      default:
        return `${node.kind === 'container' ? 'C' : ''}{${node.items.map((item, i) => `${JSON.stringify(node.keys[i])}:${walk(item)}`).join()}}`
    }
  }
  return walk(spec)
}
