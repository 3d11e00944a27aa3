import { locate, ParamError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import type { Caller } from '../source.ts'

type Path = readonly string[]

/** The levels down to one, which has to be none of those above it. */
export function within(level: unknown, path: Path, above: readonly unknown[]): readonly unknown[] {
  if (!above.includes(level)) return [...above, level]
  const because = `it contains itself, at ${path.join('/')}`
  throw new ParamError({ op: 'Container', param: path.at(-1)!, value: 'a Container', because })
}

/** @throws ParamError that names the entries there are */
export function noEntry(
  known: readonly (readonly [chain: string, leaf: unknown])[],
  path: Path,
  op: string,
  below: Caller,
): never {
  const chain = path.join('/')
  const fields = { op: `Container.${op}`, param: 'keyChain', value: chain }
  const instead = `There are ${known.map(([one]) => one).join(', ') || 'none'}`
  throw locate(new ParamError({ ...fields, because: `there is no entry at '${chain}'`, instead }), below)
}

/** The keys of a chain. */
export function keysOf(chain: string, op: string, below: Caller): readonly string[] {
  const keys = typeof chain === 'string' ? chain.split('/') : []
  if (keys.length > 0 && keys.every((key) => key !== '')) return keys
  const fields = { op: `Container.${op}`, param: 'keyChain', value: chain }
  throw locate(new ParamError({ ...fields, because: "it takes keys joined by '/', such as 'a/b'" }), below)
}

/** Whether a value is a plain object, which becomes a Container where it is an entry. */
export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !isValue(value) &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
