import type { TreeSpec } from '../ir/tree-spec.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import { Container } from './container.ts'

/** Whether a value has the shape that it stands for; arrays are added to the leaves. */
export type Match = (value: unknown, leaves: NDArray[]) => boolean

/** Whether the values beside the arrays can be told from others by looking at them alone. */
export const isPlainTree = (spec: TreeSpec): boolean => {
  // Functions and symbols are what they are; objects may be changed.
  if (spec.kind === 'opaque') return typeof spec.value === 'function' || typeof spec.value === 'symbol'
  // Holes of lists are not undefined.
  return (
    !('items' in spec) ||
    (Object.keys(spec.items).length === spec.items.length && spec.items.every(isPlainTree))
  )
}

/** Whether a value is an array of an engine with this type, and none of a trace. */
export const isArrayOf = (value: unknown, type: ConcreteType, engine: Engine): value is NDArray =>
  value instanceof NDArray && value.type === type && value.engine === engine && value.recorder === null

/** Whether the keys of an object are these, in this order. */
export function hasKeys(value: object, keys: readonly string[]): boolean {
  const own = Object.keys(value)
  return own.length === keys.length && own.every((key, i) => key === keys[i])
}

/** Tells arguments of the same signature and sizes, as `callTree` takes them apart. */
export function matchOf(spec: TreeSpec, types: readonly ConcreteType[], engine: Engine): Match {
  let at = 0
  const make = (node: TreeSpec): Match => {
    if (node.kind === 'leaf') {
      const type = types[at++]!
      return (value, leaves) => isArrayOf(value, type, engine) && leaves.push(value) > 0
    }
    if (!('items' in node)) return (value) => Object.is(value, node.value)
    const items = node.items.map(make)
    if (node.kind === 'list') {
      return (value, leaves) => {
        if (!Array.isArray(value) || value.length !== items.length) return false
        for (let i = 0; i < items.length; i++) {
          if (!items[i]!(value[i], leaves) || (value[i] === undefined && !(i in value))) return false
        }
        return true
      }
    }
    const { keys, kind } = node
    return (value, leaves) => {
      if (typeof value !== 'object' || value === null) return false
      if (!(kind === 'container' ? value instanceof Container : isRecord(value))) return false
      return hasKeys(value, keys) && items.every((match, i) => match((value as Entries)[keys[i]!], leaves))
    }
  }
  return make(spec)
}

type Entries = Readonly<Record<string, unknown>>

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
