import { locate, ParamError, TraceError } from '../errors.ts'
import { type Interpreter, recording } from '../interpreter.ts'
import type { Caller } from '../source.ts'
import * as dims from '../types/dim.ts'
import type { Dim } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import { Size, type SizeLike } from '../types/size.ts'

/** Told that a size is used as a number, which ends the trace that it belongs to. */
type Refuse = (size: Dim, use: string, below: Caller) => never

/** The size of an axis of an array, or one that was computed of such. */
export class AxisSize extends Size {
  readonly #dim: Dim
  /** The trace that the size belongs to; null for one that is known. */
  readonly #of: Interpreter | null
  readonly #refuse: Refuse | undefined

  constructor(dim: Dim, of: Interpreter | null = null, refuse?: Refuse) {
    super()
    this.#dim = dim
    this.#of = of
    this.#refuse = refuse
    Object.freeze(this)
  }

  override plus(other: SizeLike): Size {
    return this.#with('plus', other, dims.plus, this.plus)
  }

  override minus(other: SizeLike): Size {
    return this.#with('minus', other, dims.minus, this.minus)
  }

  override times(other: SizeLike): Size {
    return this.#with('times', other, dims.times, this.times)
  }

  override floorDiv(other: SizeLike): Size {
    return this.#with('floorDiv', other, floorDiv, this.floorDiv)
  }

  #with(name: string, other: SizeLike, compute: (a: Dim, b: Dim) => Dim, below: Caller): Size {
    const refuse = (because: string): never => {
      throw locate(new ParamError({ op: 'dim', param: name, value: other, because }), below)
    }
    const right = other instanceof AxisSize ? other.#dim : other
    if (!dims.isPoly(right) && !Number.isSafeInteger(right)) return refuse('it takes an integer or a size')
    if (other instanceof AxisSize && other.#of !== null && (this.#of ?? other.#of) !== other.#of)
      return refuse('the two sizes belong to different traces')
    if (name === 'floorDiv' && right === 0) return refuse('nothing can be divided by 0')
    const from = this.#of === null && other instanceof AxisSize ? other : this
    return new AxisSize(compute(this.#dim, right as Dim), from.#of, from.#refuse)
  }

  override get known(): number | undefined {
    return typeof this.#dim === 'number' ? this.#dim : undefined
  }

  override toString(): string {
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

  override given(): Dim {
    if (this.#of === null || this.#of === recording()) return this.#dim
    throw new TraceError({
      because: `the size ${this.toString()} of a traced array is used outside of its trace, where it has no number`,
      instead: 'Use it inside of the traced function; outside, td.dim(x, axis) of an array gives its size',
    })
  }
}
