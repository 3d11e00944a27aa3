import * as td from '@tendril/core'
import { type Op, ops, opTable } from '@tendril/core/testing'
import { type DocComment, docComments } from './comments.ts'

/** A public function or class, with what its source says of it. */
export interface PublicName {
  /** As a user writes it: `linalg.det`. */
  readonly path: string
  readonly isOp: boolean
  readonly op: Op | undefined
  /** Whether the sign of a zero follows from the call: sums may have either. */
  readonly exactZeros: boolean
  readonly comment: DocComment | undefined
}

const spaces = { '': td, linalg: td.linalg, fft: td.fft, random: td.random, tree: td.tree } as const

const isError = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Error

/** The comment of a value: ops are found by what they are, as namespaces call some by other names. */
function commentOf(
  all: ReadonlyMap<string, readonly DocComment[]>,
  name: string,
  value: object,
  space: string,
): DocComment | undefined {
  if ('def' in value) {
    const exported = Object.entries(ops).find(([, op]) => op === value)?.[0] ?? name
    // A kernel's helper may have the name of an op.
    return withExample((all.get(exported) ?? []).filter(({ file }) => file.startsWith('ops/')))
  }
  const found = all.get(name) ?? []
  const ofSpace = found.find(({ file }) => new RegExp(`/${space}\\.ts$`).test(file))
  if (space !== '') return ofSpace ?? found[0]
  const documented = found.filter(({ file }) => !/^(trace\/tree|namespaces\/)/.test(file))
  return withExample(documented)
}

const withExample = (found: readonly DocComment[]): DocComment | undefined =>
  found.find(({ text }) => /@example/.test(text)) ?? found[0]

const traitsOf = (value: unknown): Op['def']['traits'] => (value as Partial<Op>).def?.traits ?? {}

/** Every public function and class but those of errors. */
export function publicNames(): readonly PublicName[] {
  const all = docComments()
  return Object.entries(spaces).flatMap(([space, names]) =>
    Object.entries(names as Readonly<Record<string, unknown>>)
      .filter(([, value]) => typeof value === 'function' && !isError(value))
      .map(([name, value]): PublicName => ({
        path: space === '' ? name : `${space}.${name}`,
        isOp:
          'def' in (value as object) && opTable.has((value as unknown as { def: { name: string } }).def.name),
        op: 'def' in (value as object) ? (value as unknown as Op) : undefined,
        exactZeros: traitsOf(value).elementwise === true || traitsOf(value).movement === true,
        comment: commentOf(all, name, value as object, space),
      }))
      .filter(({ comment }) => !/@internal/.test(comment?.text ?? '')),
  )
}
