/** Reading and changing trees at paths of keys; trees are never changed in place. */
import { locate, ParamError } from '../errors.ts'
import type { Caller } from '../source.ts'
import { Container } from './container.ts'
import { map } from './tree.ts'

/** Keys from the root to a node: names, and places in lists. */
export type Path = readonly (string | number)[]

const isNode = (value: unknown): value is Record<string, unknown> =>
  Array.isArray(value) ||
  value instanceof Container ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)

function refuse(op: string, path: Path, below: Caller): never {
  throw locate(
    new ParamError({ op: `tree.${op}`, param: 'path', value: path, because: 'it leads to nothing' }),
    below,
  )
}

/** What stands at a path. @example tree.at({ a: [1, 2] }, ['a', 1])   // 2 */
export function at(value: unknown, path: Path): unknown {
  let node = value
  for (const key of path) {
    if (!isNode(node) || !Object.hasOwn(node, key)) return refuse('at', path, at)
    node = node[key]
  }
  return node
}

/** A copy of a node whose entries `change` has changed. */
function changed(node: Record<string, unknown>, change: (entries: Map<string, unknown>) => void): unknown {
  const entries = new Map(Object.keys(node).map((key) => [key, node[key]] as const))
  change(entries)
  if (Array.isArray(node)) return [...entries.values()]
  const record = Object.fromEntries(entries)
  return node instanceof Container ? new Container(record) : record
}

function changedAt(
  op: string,
  value: unknown,
  path: Path,
  below: Caller,
  change: (entries: Map<string, unknown>, key: string) => void,
): unknown {
  const walk = (node: unknown, depth: number): unknown => {
    const key = String(path[depth])
    if (depth >= path.length || !isNode(node) || !Object.hasOwn(node, key)) return refuse(op, path, below)
    return changed(node, (entries) => {
      if (depth === path.length - 1) change(entries, key)
      else entries.set(key, walk(entries.get(key), depth + 1))
    })
  }
  return walk(value, 0)
}

/** The tree with what `fn` makes of the node at a path in its place. @example tree.updated({ a: [1, 2] }, ['a', 1], () => 9)   // { a: [1, 9] } */
export const updated = (value: unknown, path: Path, fn: (node: unknown) => unknown): unknown =>
  changedAt('updated', value, path, updated, (entries, key) => entries.set(key, fn(entries.get(key))))

/** The tree without the node at a path; in lists the later ones move up. @example tree.without({ a: [1, 2] }, ['a', 0])   // { a: [2] } */
export const without = (value: unknown, path: Path): unknown =>
  changedAt('without', value, path, without, (entries, key) => entries.delete(key))

/** Whether `test` is true of a leaf. @example tree.some((leaf) => leaf === 2, { a: [1, 2] })   // true */
export const some = (test: (leaf: unknown) => boolean, value: unknown): boolean =>
  find(test, value).length > 0

/** The paths of the leaves that `test` is true of. @example tree.find((leaf) => leaf === 2, { a: [1, 2] })   // [['a', '1']] */
export function find(test: (leaf: unknown) => boolean, value: unknown): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  map((leaf, path) => {
    if (test(leaf)) found.push(path)
    return leaf
  }, value)
  return found
}
