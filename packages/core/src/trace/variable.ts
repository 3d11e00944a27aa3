import { DTypeError, locate, ParamError, ShapeError } from '../errors.ts'
import { recording } from '../interpreter.ts'
import { convert } from '../numerics/convert.ts'
import { isBeside, isOutside, notePlace, notePlaceRead, noteWrite, writerBeside } from '../runtime/beside.ts'
import { keep } from '../runtime/memory.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import { Tracer } from './tracer.ts'
import { followed, tracerOf } from './watch.ts'

/**
 * A place that holds an array and can be given another: weights, running statistics.
 *
 * A graph reads it at each call, so a new value is seen without tracing again.
 *
 * @example const w = new Variable(array([1, 2])); w.assign(add(w.value, 1)); w.value   // [2, 3]
 */
export class Variable {
  #array: NDArray
  /** What it is called in messages and pictures. */
  readonly name: string

  constructor(array: NDArray, { name = 'variable' }: { readonly name?: string } = {}) {
    try {
      checkArray(array, 'Variable')
    } catch (error) {
      throw locate(error, Variable)
    }
    const tracer = recording()
    // One that is made while tracing is part of the function, not a place outside.
    if (tracer instanceof Tracer) tracer.own(this)
    else if (isBeside()) notePlace(this)
    keep(array)
    this.#array = array
    this.name = name
  }

  get [followed](): true {
    return true
  }

  /** The array held now; inside a trace, the one held at each call of the graph. */
  get value(): NDArray {
    const tracer = tracerOf(this)
    if (tracer === undefined || this.#array.recorder !== null) {
      if (!isBeside()) return this.#array
      notePlaceRead(this, this.#array)
      return (writerBeside(this)?.written(this) as NDArray | undefined) ?? this.#array
    }
    return (
      tracer.written(this) ??
      tracer.slot(this, '', this.#array, { read: () => this.#array, label: this.name })
    )
  }

  /**
   * Holds another array of the same dtype and sizes; while a function is traced, each call of its graph does so.
   *
   * @throws ParamError for a value that is no array, ShapeError, DTypeError when it differs
   */
  assign(array: NDArray): this {
    try {
      checkArray(array, 'assign')
      this.#checkType(array)
      const isStep = recording() === undefined && (!isBeside() || isOutside(this))
      const tracer = tracerOf(this) ?? (isStep ? (array.recorder ?? writerBeside(this)?.recorder) : undefined)
      if (tracer instanceof Tracer) {
        const sink = (value: NDArray): void => void (this.#array = asDType(value, this.#array))
        tracer.write({ label: this.name, place: this, value: array, sink })
      } else {
        keep(array)
        if (isBeside()) noteWrite(this)
        this.#array = array
      }
      return this
    } catch (error) {
      throw locate(error, this.assign)
    }
  }

  #checkType(array: NDArray): void {
    const { dtype, shape } = this.#array
    if (array.dtype !== dtype) {
      throw new DTypeError({
        op: 'assign',
        dtypes: [dtype, array.dtype],
        because: 'a variable keeps its dtype',
        instead: 'Convert the array: astype(x, dtype)',
      })
    }
    // Read as the function would read them, so that a graph holds for such sizes only.
    if (array.ndim !== shape.length || array.shape.some((size, axis) => size !== shape[axis])) {
      throw new ShapeError({
        op: 'assign',
        shapes: [shape, [...array.shape]],
        because: 'a variable keeps its sizes',
        instead: 'Make another one for arrays of other sizes: new td.Variable(array)',
      })
    }
  }

  /** Its array as text. */
  toString(): string {
    return `Variable ${this.#array.toString()}`
  }
}

function checkArray(array: unknown, op: string): void {
  if (array instanceof NDArray) return
  throw new ParamError({
    op,
    param: 'array',
    value: array,
    because: 'a variable holds an array',
    instead: 'Make one first: td.array(…)',
  })
}

/** A graph whose dtypes were narrowed for its engine gives another one; the variable keeps its own. */
function asDType(value: NDArray, former: NDArray): NDArray {
  if (value.dtype === former.dtype) return value
  const { data, dtype, shape } = convert(
    { dtype: value.dtype, shape: value.shape, data: value.host() },
    former.dtype,
  )
  return former.engine.upload(data, tensorType(dtype, shape) as ConcreteType)
}
