import { locate, ParamError } from '../errors.ts'
import { isValue, type Value } from '../interpreter.ts'
import { leaf, type TreeSpec } from '../ir/tree-spec.ts'
import { Container } from './container.ts'

/** Nested arrays: lists, plain objects and Containers whose leaves are arrays or other values. */
export type Tree<T = unknown> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> } | Container

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The branches of a node of a tree: keys and values, or undefined for a leaf. */
function branches(value: unknown):
  | {
      readonly kind: 'list' | 'record' | 'container'
      readonly keys: readonly string[]
      readonly items: readonly unknown[]
    }
  | undefined {
  if (typeof value !== 'object' || value === null || isValue(value)) return undefined
  if (Array.isArray(value))
    return { kind: 'list', keys: value.map((_, i) => String(i)), items: value as unknown[] }
  const kind = value instanceof Container ? 'container' : isPlain(value) ? 'record' : undefined
  if (kind === undefined) return undefined
  const keys = Object.keys(value)
  return { kind, keys, items: keys.map((key) => (value as Record<string, unknown>)[key]) }
}

/** What `flatten` takes apart: the arrays, and all that stands around them. */
export interface Flat {
  readonly leaves: readonly Value[]
  readonly spec: TreeSpec
}

/**
 * The arrays of a tree in order, and the shape that `unflatten` needs.
 *
 * @example tree.flatten({ a: [x, y], k: 3 }).leaves   // [x, y]
 */
export function flatten(
  value: unknown,
  adopt: (native: object) => Value | undefined = () => undefined,
): Flat {
  const leaves: Value[] = []
  const walk = (node: unknown, ancestors: readonly unknown[]): TreeSpec => {
    if (isValue(node)) {
      leaves.push(node)
      return leaf
    }
    const inner = branches(node)
    if (inner === undefined) {
      const adopted = typeof node === 'object' && node !== null ? adopt(node) : undefined
      if (adopted === undefined) return stand(node)
      leaves.push(adopted)
      return leaf
    }
    if (ancestors.includes(node)) return { kind: 'opaque', value: node }
    const items = inner.items.map((item) => walk(item, [...ancestors, node]))
    return inner.kind === 'list' ? { kind: 'list', items } : { kind: inner.kind, keys: inner.keys, items }
  }
  const spec = walk(value, [])
  return { leaves, spec }
}

function stand(value: unknown): TreeSpec {
  if (
    value === null ||
    value === undefined ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean' ||
    typeof value === 'string'
  )
    return { kind: 'static', value }
  return { kind: 'opaque', value }
}

/**
 * The tree of a shape with these leaves in order.
 *
 * @example const { leaves, spec } = tree.flatten({ a: [array(1), 2] }); Object.keys(tree.unflatten(spec, leaves))   // ['a']
 */
export function unflatten(spec: TreeSpec, leaves: readonly unknown[]): unknown {
  let at = 0
  const build = (node: TreeSpec): unknown => {
    switch (node.kind) {
      case 'leaf':
        return leaves[at++]
      case 'static':
      case 'opaque':
        return node.value
      case 'list':
        return node.items.map(build)
      case 'record':
        return Object.fromEntries(node.keys.map((key, i) => [key, build(node.items[i]!)]))
      case 'container':
        return new Container(Object.fromEntries(node.keys.map((key, i) => [key, build(node.items[i]!)])))
    }
  }
  const tree = build(spec)
  if (at === leaves.length) return tree
  const because = `the tree has ${at} leaves, and ${leaves.length} are given`
  const fields = { op: 'tree.unflatten', param: 'leaves', value: `${leaves.length} leaves`, because }
  throw locate(new ParamError(fields), unflatten)
}

/**
 * Applies `fn` to every leaf, the key path given as well; the shape stays.
 *
 * @example tree.map((leaf) => leaf * 2, { a: [1, 2] })   // { a: [2, 4] }
 */
export function map(fn: (leaf: unknown, path: readonly string[]) => unknown, value: unknown): unknown {
  const walk = (node: unknown, path: readonly string[], above: readonly unknown[]): unknown => {
    const inner = branches(node)
    if (inner === undefined) return fn(node, path)
    if (above.includes(node)) {
      const because = `it contains itself, at ${path.join('/')}`
      throw locate(new ParamError({ op: 'tree.map', param: 'tree', value: node, because }), map)
    }
    const items = inner.items.map((item, i) => walk(item, [...path, inner.keys[i]!], [...above, node]))
    if (inner.kind === 'list') return items
    const record = Object.fromEntries(inner.keys.map((key, i) => [key, items[i]]))
    return inner.kind === 'container' ? new Container(record) : record
  }
  return walk(value, [], [])
}

/** The key paths of the arrays, in the order of `flatten`. @example tree.paths({ a: [x, y] })   // [['a', '0'], ['a', '1']] */
export function paths(value: unknown): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  map((node, path) => {
    if (isValue(node)) found.push(path)
    return node
  }, value)
  return found
}
