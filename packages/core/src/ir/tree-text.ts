import { plainName, printKey, printValue } from './value-text.ts'
import type { TreeSpec } from './tree-spec.ts'

/** An opaque value of a graph that was read from text: only what was printed of it is left. */
export class Unreadable {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A tree as text, its leaves printed in order by `leaf`: `{x: %0, k: 3}`, `Container{w: %1}`, `<function f>`. */
export function printTree(spec: TreeSpec, leaf: () => string): string {
  switch (spec.kind) {
    case 'leaf':
      return leaf()
    case 'static':
      return printValue(spec.value)
    case 'opaque':
      return `<${opaqueText(spec.value)}>`
    case 'list':
      return `[${printTrees(spec.items, leaf)}]`
    case 'record':
    case 'container': {
      const entries = spec.keys.map((key, i) => `${printKey(key)}: ${printTree(spec.items[i]!, leaf)}`)
      return `${spec.kind === 'container' ? 'Container' : ''}{${entries.join(', ')}}`
    }
  }
}

export const printTrees = (items: readonly TreeSpec[], leaf: () => string): string =>
  items.map((item) => printTree(item, leaf)).join(', ')

/** What a print shows of a value that has no text form. */
export function opaqueText(value: unknown): string {
  if (value instanceof Unreadable) return value.text
  if (typeof value === 'symbol') return 'symbol'
  const name =
    typeof value === 'function'
      ? value.name
      : (Object.getPrototypeOf(value)?.constructor?.name as string | undefined)
  const kind = typeof value === 'function' ? 'function' : 'object'
  return name !== undefined && plainName.test(name) ? `${kind} ${name}` : kind
}
