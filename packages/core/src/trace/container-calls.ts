import { ParamError } from '../errors.ts'
import { type ContainerRules, isValue } from '../interpreter.ts'

type Path = readonly string[]

/** How Containers are looked into; `C` is their class, which this file does not know. */
export interface Looks<C extends object> {
  is(value: unknown): value is C
  /** Paths of the leaves, in order. */
  paths(container: C): readonly Path[]
  /** A Container with other leaves. */
  map(container: C, leaf: (path: Path) => unknown): C
  /** @throws ParamError where there is no such entry, naming the function `op` */
  entryAt(container: C, path: Path, op: string): unknown
}

const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The rules by which functions of arrays take Containers: alone, in a list of arrays, or as an option. */
export function rulesOf<C extends object>(looks: Looks<C>): ContainerRules {
  const found = (value: unknown, deep: boolean): readonly C[] => {
    if (typeof value !== 'object' || value === null) return []
    // A Container first: asking one that is traced for a key is a read.
    if (looks.is(value)) return [value]
    if (!deep || isValue(value)) return []
    if (Array.isArray(value)) return value.flatMap((item) => found(item, false))
    return isPlain(value) ? Object.values(value).flatMap((item) => found(item, false)) : []
  }
  const replaced = (value: unknown, path: Path, op: string, deep: boolean): unknown => {
    if (found(value, deep).length === 0) return value
    if (looks.is(value)) return looks.entryAt(value, path, op)
    if (Array.isArray(value)) return value.map((item) => replaced(item, path, op, false))
    const entries = Object.entries(value as Record<string, unknown>)
    return Object.fromEntries(entries.map(([key, item]) => [key, replaced(item, path, op, false)]))
  }
  return {
    is: looks.is,
    among: (args) => {
      for (const arg of args) if (holds(arg, looks.is)) return true
      return false
    },
    map(op, outputs, args, call) {
      const containers = args.flatMap((arg) => found(arg, true))
      const [first] = containers as [C, ...C[]]
      const paths = looks.paths(first)
      // Each leaf of the first is looked up in the others; what they have beyond it would be lost.
      for (const other of containers)
        if (looks.paths(other).length > paths.length)
          for (const path of looks.paths(other)) looks.entryAt(first, path, op)
      const results = paths.map((path) => call(args.map((arg) => replaced(arg, path, op, true))))
      const withLeaves = (leaf: (result: unknown) => unknown): C => {
        let at = 0
        return looks.map(first, () => leaf(results[at++]))
      }
      if (outputs === undefined) return withLeaves((result) => result)
      if (outputs !== 'list') {
        const named = (name: string): C => withLeaves((result) => (result as Record<string, unknown>)[name])
        return Object.fromEntries(outputs.map((name) => [name, named(name)]))
      }
      const counts = new Set(results.map((result) => (result as readonly unknown[]).length))
      if (counts.size > 1) differ(op, [...counts], first)
      const [count = 0] = counts
      return Array.from({ length: count }, (_, i) =>
        withLeaves((result) => (result as readonly unknown[])[i]),
      )
    },
  }
}

/** Whether an argument is a Container or holds one; asked at each call of an op, so it makes nothing. */
function holds(arg: unknown, is: (value: unknown) => boolean): boolean {
  if (typeof arg !== 'object' || arg === null) return false
  if (is(arg)) return true
  if (isValue(arg)) return false
  if (Array.isArray(arg)) {
    for (const item of arg) if (typeof item === 'object' && is(item)) return true
  } else if (isPlain(arg)) for (const key in arg) if (is(arg[key])) return true
  return false
}

function differ(op: string, counts: readonly number[], value: object): never {
  const because = `its arrays give different numbers of results: ${counts.join(', ')}`
  const instead = `Call it for each array: c.map((x) => ${op}(x))`
  throw new ParamError({ op, param: 'x', value, because, instead })
}
