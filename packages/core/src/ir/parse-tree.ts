import { parseKey, parseScalar } from './parse-values.ts'
import type { Scanner } from './scanner.ts'
import { leaf, list, type TreeSpec } from './tree-spec.ts'
import { Unreadable } from './tree-text.ts'

const container = /Container(?=\s*\{)/y
const opaque = /<[^<>\n]{0,200}>/y

/** Reads a tree; `readLeaf` answers whether a leaf comes next, and after a plain value whether that was one. */
export function parseTree(scanner: Scanner, readLeaf: LeafReader): TreeSpec {
  if (readLeaf.value()) return leaf
  if (scanner.peeks('[')) return list(parseTrees(scanner, readLeaf, '[', ']'))
  const isContainer = scanner.take(container) !== undefined
  if (scanner.peeks('{')) {
    const keys: string[] = []
    const items: TreeSpec[] = []
    const seen = new Set<string>()
    scanner.items('{', '}', () => {
      const key = parseKey(scanner)
      if (seen.has(key)) scanner.fail(`the key ${JSON.stringify(key)} is there twice`)
      seen.add(key)
      keys.push(key)
      scanner.expect(':')
      items.push(parseTree(scanner, readLeaf))
    })
    return Object.freeze({
      kind: isContainer ? 'container' : 'record',
      keys: Object.freeze(keys),
      items: Object.freeze(items),
    })
  }
  const hidden = scanner.take(opaque)
  if (hidden !== undefined)
    return Object.freeze({ kind: 'opaque', value: new Unreadable(hidden.slice(1, -1)) })
  const scalar = parseScalar(scanner) ?? scanner.fail('expected an array, a value or a bracket')
  return readLeaf.scalar(scalar.value) ? leaf : Object.freeze({ kind: 'static', value: scalar.value })
}

export interface LeafReader {
  /** Reads a numbered value if one comes next. */
  value(): boolean
  /** Whether the plain value just read stands for an array. */
  scalar(value: unknown): boolean
}

/** The trees of a list of arguments or items. */
export function parseTrees(scanner: Scanner, readLeaf: LeafReader, open: string, close: string): TreeSpec[] {
  const items: TreeSpec[] = []
  scanner.items(open, close, () => items.push(parseTree(scanner, readLeaf)))
  return items
}
