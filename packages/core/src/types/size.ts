import type { Dim } from './poly.ts'

/** A size as a user may give it. */
export type SizeLike = number | Size

/**
 * A size of an array that need not be a number: `td.dim(x, 0)`. Shapes, bounds of slices, lengths and counts take it.
 *
 * It is no number, so that a graph holds for every size; `plus`, `minus`, `times` and `floorDiv` compute with it.
 */
export abstract class Size {
  /** The sum. @throws ParamError for what is no integer and no size */
  abstract plus(other: SizeLike): Size
  /** The difference. @throws ParamError for what is no integer and no size */
  abstract minus(other: SizeLike): Size
  /** The product. @throws ParamError for what is no integer and no size */
  abstract times(other: SizeLike): Size
  /** The quotient, rounded down. @throws ParamError for 0, and for what is no integer and no size */
  abstract floorDiv(other: SizeLike): Size
  /** The number, where the size is known; undefined for one that is open. */
  abstract get known(): number | undefined
  /** The text of the size: `n`, `2*n+1`. */
  abstract toString(): string

  /**
   * The size itself, where a parameter takes one.
   *
   * @internal
   * @throws TraceError outside of the trace that it belongs to
   */
  abstract given(): Dim
}

/** A value of a parameter with the sizes in it as parameters hold them. */
export function givenSizes(value: unknown): unknown {
  if (value instanceof Size) return value.given()
  return Array.isArray(value) && value.some(holdsSize) ? value.map(givenSizes) : value
}

/** Whether there is a size in a value. */
export const holdsSize = (value: unknown): boolean =>
  value instanceof Size || (Array.isArray(value) && value.some(holdsSize))
