import type { Graph } from '../ir/graph.ts'
import { countLeaves, type TreeSpec } from '../ir/tree-spec.ts'
import type { Card, Group } from './picture.ts'

/** Arrays of one argument that are drawn one by one; of more, those that one op alone uses are rows of its card. */
const mostArraysOfArgument = 12

/** An array's place in a nested argument, result or state. */
export interface Place {
  readonly title: string
  readonly group: string | undefined
  /** The whole way: `params.conv.weight`. */
  readonly name: string
  /** The same with the argument's neutral name, to compare by: `argument 0/conv/weight`. */
  readonly path: string
}

/** Names the leaves of trees, with a frame for every record, list and Container that holds arrays. */
export class Places {
  readonly groups: Group[] = []
  readonly #argNames: readonly string[]

  constructor(argNames: readonly string[]) {
    this.#argNames = argNames
  }

  /** What the picture calls an argument, whose neutral name is `argument 0`. */
  argument(index: number): string {
    return this.#argNames[index] ?? `argument ${index}`
  }

  inputs({ args }: Graph): readonly Place[] {
    const leaves: Place[] = []
    if (args.kind !== 'list')
      return this.#walk(args, { ...top, title: 'arguments', path: 'argument' }, leaves)
    args.items.forEach((item, i) =>
      this.#walk(item, { ...top, title: this.argument(i), path: `argument ${i}` }, leaves),
    )
    return leaves
  }

  results({ result }: Graph): readonly Place[] {
    return this.#walk(result, { ...top, title: 'result', path: 'result', ends: true }, [])
  }

  /** Leaves of one state write. */
  state({ target, spec }: Graph['writes'][number]): readonly Place[] {
    const index = /^argument (\d+)$/.exec(target)?.[1]
    const name = index === undefined ? target : this.argument(Number(index))
    const title = spec.kind === 'leaf' ? name : `${name} after the call`
    return this.#walk(spec, { ...top, title, path: target, ends: true }, [])
  }

  #walk(spec: TreeSpec, at: Way, leaves: Place[]): Place[] {
    const { title, group, name = title, path, ends } = at
    if (spec.kind === 'leaf') leaves.push({ title, group, name, path })
    if (!('items' in spec) || countLeaves(spec) === 0) return leaves
    const id = `g${this.groups.length}`
    this.groups.push({ id, title, parent: group, ends })
    spec.items.forEach((item, i) => {
      const key = spec.kind === 'list' ? String(i) : spec.keys[i]!
      const step = spec.kind === 'list' ? `[${key}]` : `.${key}`
      const below = spec.kind === 'list' ? `${title}${step}` : key
      this.#walk(item, { title: below, group: id, name: name + step, path: `${path}/${key}`, ends }, leaves)
    })
    return leaves
  }
}

/** Where in a tree we are. */
interface Way {
  readonly title: string
  readonly group: string | undefined
  readonly name?: string
  readonly path: string
  readonly ends: boolean
}

const top = { group: undefined, ends: false }

/** The groups that hold cards. */
export function filled(groups: readonly Group[], cards: readonly Card[]): readonly Group[] {
  const found = new Set<string | undefined>()
  const parents = new Map(groups.map(({ id, parent }) => [id, parent]))
  for (let { group } of cards)
    for (; group !== undefined && !found.has(group); group = parents.get(group)) found.add(group)
  return groups.filter(({ id }) => found.has(id))
}

/** The argument that a path begins with. */
export const argumentOf = (path: string): string => path.split('/')[0]!

/** Arguments that hold too many arrays to be drawn one by one. */
export function crowdedArguments(places: readonly Place[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { path } of places) counts.set(argumentOf(path), (counts.get(argumentOf(path)) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > mostArraysOfArgument).map(([name]) => name)
}
