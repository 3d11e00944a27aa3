import type { DType } from '@tendril/core/adapter'

interface Typed {
  readonly dtype: DType
  readonly shape: readonly number[]
}

/** An input or a constant: a whole array that lies in memory. */
export interface Source extends Typed {
  readonly kind: 'source'
  readonly name: string
}

/** A number that is read when the program is bound. */
export interface Literal extends Typed {
  readonly kind: 'literal'
  readonly name: string
}

/** One scalar expression for all elements; its arguments broadcast to `shape`. */
export interface Elementwise extends Typed {
  readonly kind: 'elementwise'
  readonly args: readonly Value[]
  /** The expression of elements of the arguments; the result is an element of `dtype`. */
  readonly code: (args: readonly string[]) => string
}

/** How the place in memory moves along one axis; null for an axis along which it stays. */
export type Step = {
  readonly stride: number
  /** Whether neighbours lie side by side for all sizes. */
  readonly unit: boolean
} | null

/** Another order of the elements of an array that lies in memory. */
export interface View extends Typed {
  readonly kind: 'view'
  readonly of: Source | Elementwise | Reduction | Result
  readonly steps: readonly Step[]
  /** Whether an axis and its next can be walked as one, for all sizes. */
  readonly joins: readonly boolean[]
  /** Place of the first element; null where it is 0 for all sizes. */
  readonly offset: number | null
}

/** The same elements in memory under other sizes. */
export interface Alias extends Typed {
  readonly kind: 'alias'
  readonly of: Source | Elementwise | Reduction | Result
}

/** How elements are gathered into one. */
export interface Fold {
  /** Source text of the first value. */
  readonly start: string
  readonly step: (gathered: string, element: string) => string
  /** The gathered value as an element of the result. */
  readonly end: (gathered: string) => string
  /** Joins two gathered values, where the order of the elements does not matter. */
  readonly join?: (a: string, b: string) => string
}

export interface Reduction extends Typed {
  readonly kind: 'reduction'
  readonly of: Value
  /** For each axis of `of`, whether it is gathered. */
  readonly over: readonly boolean[]
  readonly fold: Fold
}

/** A call of a kernel, which works on whole arrays. */
export interface Call {
  readonly kind: 'call'
  /** The call's text, from the names of its arrays and of its results. */
  readonly text: (args: readonly string[], results: readonly string[]) => string
  readonly args: readonly Value[]
  readonly results: readonly Result[]
  /**
   * Whether the kernel makes its results itself: it returns them as a list, or the text is statements that name them, and
   * its arguments may be among them.
   */
  readonly returns: boolean | 'named'
  /** How many arguments come first that are no result in any case. */
  readonly lead: number
}

export interface Result extends Typed {
  readonly kind: 'result'
}

/** A value inside a program, not yet computed. */
export type Value = Source | Literal | Elementwise | View | Alias | Reduction | Result

/** What computes something. */
export type Work = Elementwise | Reduction | Call

/** The array in memory that a value is read from. */
export type Root = Source | Elementwise | Reduction | Result

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** The value whose memory is read. */
export const rootOf = (value: Exclude<Value, Literal>): Root =>
  value.kind === 'view' || value.kind === 'alias' ? value.of : value
