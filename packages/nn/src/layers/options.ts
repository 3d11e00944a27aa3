import { type NDArray, ParamError, random } from '@tendril/core/fn'
import { checkOptionNames } from '@tendril/core/module'
import type { ModuleOptions } from '../module.ts'

/** What every layer with Variables takes. */
export interface LayerOptions extends ModuleOptions {
  readonly dtype?: NDArray['dtype']
  /** Where the first weights come from: the same key gives the same ones on every engine; null is the global stream. */
  readonly key?: random.Key | null
}

/** Options of every layer with Variables. */
export const common = ['buildMode', 'dtype', 'key'] as const

/** @throws ParamError for an option that the layer does not have, because a misspelt one would do nothing */
export const checkOptions = <T extends object>(
  op: string,
  options: T,
  known: readonly (keyof T & string)[],
): void => checkOptionNames(op, options, known)

/** A key for each of several parts, all from one key or all from the global stream. */
export const keysFor = (key: random.Key | null, parts: number): readonly (random.Key | null)[] =>
  key === null ? Array.from({ length: parts }, () => null) : random.split(key, parts)

/**
 * A count that a layer is made with.
 *
 * @throws ParamError unless it is a whole number from 1
 */
export function count(op: string, param: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new ParamError({ op, param, value, because: 'it is a whole number from 1' })
}

/** A count for each axis: one number serves all. */
export function countEach(
  op: string,
  param: string,
  value: number | readonly number[],
  axes: number,
): readonly number[] {
  const each = typeof value === 'number' ? Array.from({ length: axes }, () => value) : value
  if (each.length === axes) return each.map((one) => count(op, param, one))
  throw new ParamError({ op, param, value, because: `it is one number, or one for each of ${axes} axes` })
}
