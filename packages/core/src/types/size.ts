import { locate, ParamError, TraceError } from '../errors.ts'
import { type Interpreter, recording } from '../interpreter.ts'
import type { Caller } from '../source.ts'
import * as dims from './poly.ts'
import { type Dim, isPoly } from './poly.ts'

/** A size as a user may give it. */
export type SizeLike = number | Size

/** Told that a size is used as a number, which ends the trace that it belongs to. */
type Refuse = (size: Dim, use: string, below: Caller) => never

/**
 * A size of an array that need not be a number: `td.dim(x, 0)`. Shapes, bounds of slices, lengths and counts take it.
 *
 * It is no number, so that a graph holds for every size; `plus`, `minus`, `times` and `floorDiv` compute with it.
 */
export class Size {
  readonly #dim: Dim
  /** The trace that the size belongs to; null for one that is known. */
  readonly #of: Interpreter | null
  readonly #refuse: Refuse | undefined

  /** @internal */
  constructor(dim: Dim, of: Interpreter | null = null, refuse?: Refuse) {
    this.#dim = dim
    this.#of = of
    this.#refuse = refuse
    Object.freeze(this)
  }

  /** The sum. @throws ParamError for what is no integer and no size */
  plus(other: SizeLike): Size {
    return this.#with('plus', other, dims.plus, this.plus)
  }

  /** The difference. @throws ParamError for what is no integer and no size */
  minus(other: SizeLike): Size {
    return this.#with('minus', other, dims.minus, this.minus)
  }

  /** The product. @throws ParamError for what is no integer and no size */
  times(other: SizeLike): Size {
    return this.#with('times', other, dims.times, this.times)
  }

  /** The quotient, rounded down. @throws ParamError for 0, and for what is no integer and no size */
  floorDiv(other: SizeLike): Size {
    return this.#with('floorDiv', other, dims.floorDiv, this.floorDiv)
  }

  #with(name: string, other: SizeLike, compute: (a: Dim, b: Dim) => Dim, below: Caller): Size {
    const refuse = (because: string): never => {
      throw locate(new ParamError({ op: 'dim', param: name, value: other, because }), below)
    }
    const right = other instanceof Size ? other.#dim : other
    if (!isPoly(right) && !Number.isSafeInteger(right)) return refuse('it takes an integer or a size')
    if (name === 'floorDiv' && right === 0) return refuse('nothing can be divided by 0')
    const from = this.#of === null && other instanceof Size ? other : this
    return new Size(compute(this.#dim, right), from.#of, from.#refuse)
  }

  /** The text of the size: `n`, `2*n+1`. */
  toString(): string {
    return dims.printDim(this.#dim)
  }

  toJSON(): never {
    return this.#asNumber('written as JSON', this.toJSON)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Dim ${this}`
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    return this.#asNumber('used as a number', this[Symbol.toPrimitive])
  }

  #asNumber(use: string, below: Caller): never {
    if (this.#refuse !== undefined) return this.#refuse(this.#dim, use, below)
    throw locate(
      new TraceError({
        because: `the size ${this} that td.dim gave is ${use}`,
        instead: 'Compute with it by plus, minus, times and floorDiv; or read x.shape, which holds numbers',
      }),
      below,
    )
  }

  /**
   * The size itself, where a parameter takes one.
   *
   * @internal
   * @throws TraceError outside of the trace that it belongs to
   */
  static given(value: Size): Dim {
    if (value.#of === null || value.#of === recording()) return value.#dim
    throw new TraceError({
      because: `the size ${value.toString()} of a traced array is used outside of its trace, where it has no number`,
      instead: 'Use it inside of the traced function; outside, td.dim(x, axis) of an array gives its size',
    })
  }
}

/** A value of a parameter with the sizes in it as parameters hold them. */
export function givenSizes(value: unknown): unknown {
  if (value instanceof Size) return Size.given(value)
  return Array.isArray(value) && value.some(holdsSize) ? value.map(givenSizes) : value
}

/** Whether there is a size in a value. */
export const holdsSize = (value: unknown): boolean =>
  value instanceof Size || (Array.isArray(value) && value.some(holdsSize))
