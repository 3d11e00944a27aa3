import { DTypeError, locate, ParamError, ShapeError } from '../errors.ts'
import { recording } from '../interpreter.ts'
import { keep } from '../runtime/memory.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { Tracer } from './tracer.ts'

/**
 * A place that holds an array and can be given another: weights, running statistics.
 *
 * A graph reads it at each call, so a new value is seen without tracing again.
 *
 * @example const w = new Variable(array([1, 2])); w.assign(add(w.value, 1)); w.value   // [2, 3]
 */
export class Variable {
  #array: NDArray
  readonly name: string

  constructor(array: NDArray, { name = 'variable' }: { readonly name?: string } = {}) {
    if (!(array instanceof NDArray)) {
      throw locate(
        new ParamError({
          op: 'Variable',
          param: 'array',
          value: array,
          because: 'it holds an array',
          instead: 'Make one first: td.array(…)',
        }),
        Variable,
      )
    }
    keep(array)
    this.#array = array
    this.name = name
  }

  /** The array held now; inside a trace, the one held at each call of the graph. */
  get value(): NDArray {
    const tracer = recording()
    if (!(tracer instanceof Tracer) || this.#array.recorder !== null) return this.#array
    return tracer.slot(this, '', this.#array, { read: () => this.#array, label: this.name })
  }

  /**
   * Holds another array of the same dtype and sizes.
   *
   * @throws ShapeError, DTypeError when it differs
   */
  assign(array: NDArray): this {
    if (array.dtype !== this.#array.dtype) {
      throw locate(
        new DTypeError({
          op: 'assign',
          dtypes: [this.#array.dtype, array.dtype],
          because: 'a variable keeps its dtype',
          instead: 'Convert the array: astype(x, dtype)',
        }),
        this.assign,
      )
    }
    if (String(array.type.shape) !== String(this.#array.type.shape)) {
      throw locate(
        new ShapeError({
          op: 'assign',
          shapes: [this.#array.type.shape, array.type.shape],
          because: 'a variable keeps its sizes',
        }),
        this.assign,
      )
    }
    const tracer = recording()
    if (tracer instanceof Tracer) {
      const before = this.#array
      const sink = (value: NDArray): void => void (this.#array = value)
      tracer.write({ label: this.name, place: this, value: array, sink }, () => sink(before))
    }
    keep(array)
    this.#array = array
    return this
  }

  toString(): string {
    return `Variable ${this.#array.toString()}`
  }
}
