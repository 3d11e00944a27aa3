import type { Graph } from '../ir/graph.ts'
import type { Key } from '../numerics/threefry.ts'
import { type Dim, isPoly } from './poly.ts'
import type { Complex } from './promotion.ts'
import { givenSizes, holdsSize } from './size.ts'

/** What follows the sizes of arrays (`liftable`), what is a plain number (`literal`), what shapes the program (`structure`). */
export type Role = 'structure' | 'liftable' | 'literal'

/** Plain data, or a graph that the op runs: everything that a parameter can hold, printable and readable as text. */
export type ParamValue =
  | number
  | bigint
  | boolean
  | string
  | null
  | Key
  | Draw
  | Complex
  | Dim
  | Graph
  | readonly ParamValue[]

/** The place of a random op among those of its call; the key is made of it when the graph runs. */
export interface Draw {
  readonly draw: number
}

/** Thrown by a check; the caller knows the op and the name of the parameter. */
export class Refusal extends Error {}

/** Kind of an op's parameter: how it is checked, completed and lifted out of programs. */
export interface ParamKind<T extends ParamValue, In = T, Optional extends boolean = boolean> {
  readonly role: Role
  readonly optional: Optional
  readonly default: T | undefined
  /** What the parameter takes, for messages. */
  readonly takes: string
  /** All values there are, where they are names. */
  readonly choices?: readonly string[]
  /** Whether it is an element of an array, so that complex ones have parts. */
  readonly element?: true
  /** Whether it says nothing of the result, so that no graph holds it: where the result goes, what holds anyway. */
  readonly aside?: 'device' | 'void'
  /** The stored form of a value that the user gave. */
  check(value: unknown): T
  /** Completes a value by the rank of the first input. */
  resolve?(value: T, rank: number): T
  /** Carries the user's type; never set. */
  readonly in?: In
}

export interface Spec<T extends ParamValue> {
  readonly role?: Role
  /** Whether sizes that are no numbers may stand for its integers: while a graph is open, `infer` alone meets them. */
  readonly sizes?: true
  readonly takes: string
  readonly choices?: readonly string[]
  readonly element?: true
  readonly aside?: 'device' | 'void'
  /** Whether null stands for the default, as None does in the standard. */
  readonly nullable?: true
  readonly accept: (value: unknown) => T | undefined
  readonly resolve?: (value: T, rank: number) => T
  /** Like `resolve`, for kinds where null is completed too. */
  readonly complete?: (value: T, rank: number) => T
}

type Make<T extends ParamValue, In> = {
  (): ParamKind<T, In, false>
  <const D extends In | null>(fallback: D): ParamKind<T | Extract<D, null>, In, true>
}

export function make<T extends ParamValue, In>(spec: Spec<T>, fallback?: ParamValue): ParamKind<T, In> {
  const {
    role = 'structure',
    sizes,
    takes,
    choices,
    element,
    aside,
    nullable,
    accept,
    resolve,
    complete,
  } = spec
  const optional = fallback !== undefined
  return {
    role,
    optional,
    // Written as users write it, stored as a call would store it.
    default: (fallback === undefined || fallback === null ? fallback : accept(fallback)) as T | undefined,
    takes: fallback === null ? `${takes} or null` : takes,
    ...(choices && { choices }),
    ...(element && { element }),
    ...(aside && { aside }),
    check(value) {
      if (value === null && fallback === null) return null as T
      if (value === null && nullable && optional) return this.default!
      if (sizes === undefined && holdsSize(value))
        throw new Refusal(
          `it takes ${this.takes}; a size that td.dim gave may be another one in each call, and a graph is built for one`,
        )
      const checked = accept(sizes === undefined ? value : givenSizes(value))
      if (checked === undefined) throw new Refusal(`it takes ${this.takes}`)
      return checked
    },
    ...(resolve && {
      resolve: (value: T, rank: number): T => (value === null ? value : resolve(value, rank)),
    }),
    ...(complete && { resolve: complete }),
  }
}

export const isInt = (value: unknown): value is number => Number.isSafeInteger(value)

/** An integer of at least `least`, or a size that is no number, whose value the op's own rule checks. */
export const isSize = (value: unknown, least = -Infinity): value is number =>
  isPoly(value) || (isInt(value) && value >= least)
export const sizesOf = (value: unknown, least = -Infinity): readonly number[] | undefined =>
  Array.isArray(value) && value.every((v): v is number => isSize(v, least))
    ? Object.freeze(value.map((v) => (isPoly(v) ? v : v + 0)))
    : undefined
export const ints = (value: unknown, least = -Infinity): readonly number[] | undefined =>
  Array.isArray(value) && value.every((v) => isInt(v) && v >= least)
    ? Object.freeze(value.map((v) => v + 0))
    : undefined

/** Axis counted from the front. */
export function normalizeAxis(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis
  if (from >= 0 && from < rank) return from
  throw new Refusal(
    rank === 0 ? 'an array without axes has none' : `it has to lie in [-${rank}, ${rank - 1}]`,
  )
}

export const sortedAxes = (axes: readonly number[], rank: number): readonly number[] => {
  const from = axes.map((axis) => normalizeAxis(axis, rank))
  if (new Set(from).size < from.length) throw new Refusal('an axis is named twice')
  return Object.freeze(from.sort((a, b) => a - b))
}

export function factory<T extends ParamValue, In>(spec: Spec<T>): Make<T, In> {
  return ((...fallback: ParamValue[]) => make<T, In>(spec, fallback[0])) as Make<T, In>
}

export const axisSpec = (extra: number): Spec<number> => ({
  takes: 'an integer',
  accept: (v) => (isInt(v) ? v + 0 : undefined),
  resolve: (axis, rank) => normalizeAxis(axis, rank + extra),
})

/** One axis, or a list of them. */
export const axisList = (value: unknown): readonly number[] | undefined =>
  isInt(value) ? Object.freeze([value]) : ints(value)

export const isKey = (value: unknown): value is Key =>
  typeof value === 'object' &&
  value !== null &&
  'hi' in value &&
  'lo' in value &&
  isInt(value.hi) &&
  isInt(value.lo)

export const isDraw = (value: unknown): value is Draw =>
  typeof value === 'object' && value !== null && 'draw' in value && isInt(value.draw)

/** Whether a parameter holds a graph that its op runs. */
export const isGraph = (value: unknown): value is Graph =>
  typeof value === 'object' && value !== null && 'nodes' in value && 'outputs' in value
