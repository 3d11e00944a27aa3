import { DTypeError, locate } from '../errors.ts'
import { containerRules, isValue } from '../interpreter.ts'
import { type ArrayArg, type ArrayValue, invoke, type Op } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'
import type { Container } from '../trace/container.ts'
import { type DType, isInteger, kindOf } from '../types/dtype.ts'
import { promoteWeak, weakOf } from '../types/promotion.ts'
import { divide as quotient } from './arith.ts'
import { astype } from './astype.ts'
import { type Index, indexed } from './at.ts'
import { full } from './creation.ts'
import { onesLike } from './fills.ts'
import { negative } from './sign.ts'
import { placesOf, putFlat, putMask } from './take-at.ts'

const ranks = { bool: 0, int: 1, uint: 1, float: 2, complex: 3 } as const

/** Refuses a value that the array cannot take without becoming another kind of array. */
function refuseKind(x: ArrayValue, value: ArrayArg): void {
  const { dtype } = x.type
  const from: DType = isValue(value) ? value.type.dtype : promoteWeak(dtype, weakOf(value))
  const fits = isValue(value) ? ranks[kindOf(from)] <= ranks[kindOf(dtype)] : from === dtype
  if (fits) return
  throw new DTypeError({
    op: 'updateAt',
    dtypes: [dtype, from],
    because: 'the array keeps its dtype, and the value is of a wider kind',
    instead: `Convert one of them first: astype(x, '${from}')`,
  })
}

type Reduction = 'replace' | 'sum' | 'prod' | 'min' | 'max'

/** The value in the dtype of the array. */
function fitted(x: ArrayValue, value: ArrayArg, below: Caller): ArrayArg {
  refuseKind(x, value)
  const { dtype } = x.type
  if (!isValue(value) || value.type.dtype === dtype) return value
  return invoke(astype as Op, [value, dtype], below) as ArrayArg
}

/** The array with a fitted value brought into the part that the indices name. */
function brought(
  x: ArrayValue,
  index: readonly Index[],
  value: ArrayArg,
  reduction: Reduction,
  below: Caller,
): NDArray {
  const [only] = index
  const isSingle = !isValue(value) || value.type.shape.length === 0
  // A mask and one value need no places, whose number would be read from the data.
  const isMask =
    index.length === 1 && isValue(only) && only.type.dtype === 'bool' && only.type.shape.length > 0
  if (isMask && isSingle) return invoke(putMask as Op, [x, only, value, { reduction }], below) as NDArray
  const all = invoke(placesOf as Op, [x], below) as NDArray
  const places = indexed(all, index, below)
  return invoke(putFlat as Op, [x, places, value, { reduction }], below) as NDArray
}

/**
 * New arrays with one part of an array changed; made by `updateAt`.
 *
 * Where an index stands several times, `set` keeps the last value, and the others gather all values. The dtype stays: values
 * are converted to it, and a value of a wider kind (a fraction for integers, a number for booleans) is a `DTypeError`.
 *
 * @example updateAt(array([1, 2, 3]), 0).set(9)   // [9, 2, 3]
 */
export class Updates<Result = NDArray> {
  readonly #x: ArrayValue
  readonly #index: readonly Index[]

  /** @internal */
  constructor(x: ArrayValue, index: readonly Index[]) {
    this.#x = x
    this.#index = index
    Object.freeze(this)
  }

  /**
   * The array with `value` in the part, to which it broadcasts.
   *
   * @throws ShapeError when it does not, DTypeError for a value of a wider kind
   * @example updateAt(array([1, 2, 3]), 1).set(9)   // [1, 9, 3]
   */
  set(value: ArrayArg): Result {
    return this.#gather(value, 'replace', this.set)
  }

  /**
   * The array with `value` added to the part.
   *
   * @throws ShapeError when it does not broadcast, DTypeError for bool or a value of a wider kind
   * @example updateAt(array([1, 2]), 1).add(9)   // [1, 11]
   */
  add(value: ArrayArg): Result {
    return this.#gather(value, 'sum', this.add)
  }

  /**
   * The array with `value` subtracted from the part.
   *
   * @throws ShapeError when it does not broadcast, DTypeError for bool or a value of a wider kind
   * @example updateAt(array([1, 2]), 1).subtract(9)   // [1, -7]
   */
  subtract(value: ArrayArg): Result {
    const below = this.subtract
    return this.#each(value, below, (x, one) => {
      const given = fitted(x, one, below)
      const { dtype } = x.type
      const array = isValue(given) ? given : invoke(full as Op, [[], given, { dtype }], below)
      const turned = invoke(negative as Op, [array], below) as ArrayArg
      return brought(x, this.#index, turned, 'sum', below)
    })
  }

  /**
   * The array with the part multiplied by `value`.
   *
   * @throws ShapeError when it does not broadcast, DTypeError for bool, complex or a value of a wider kind
   * @example updateAt(array([1, 2]), 1).multiply(9)   // [1, 18]
   */
  multiply(value: ArrayArg): Result {
    return this.#gather(value, 'prod', this.multiply)
  }

  /**
   * The array with the part divided by `value`; integers become float32.
   *
   * @throws ShapeError when it does not broadcast, DTypeError for bool, complex or a value of a wider kind
   * @example updateAt(array([1, 8]), 1).divide(2)   // [1, 4]
   */
  divide(value: ArrayArg): Result {
    const below = this.divide
    return this.#each(value, below, (own, one) => {
      const isWhole = isInteger(own.type.dtype)
      const x = isWhole ? (invoke(astype as Op, [own, 'float32'], below) as ArrayValue) : own
      const ones = invoke(onesLike as Op, [x], below) as ArrayValue
      const divisors = brought(ones, this.#index, fitted(x, one, below), 'prod', below)
      return invoke(quotient as Op, [x, divisors], below) as NDArray
    })
  }

  /**
   * The array with the smaller of the part and `value`; NaN counts as the smallest.
   *
   * @throws ShapeError when it does not broadcast, DTypeError for bool, complex or a value of a wider kind
   * @example updateAt(array([1, 8]), 1).min(2)   // [1, 2]
   */
  min(value: ArrayArg): Result {
    return this.#gather(value, 'min', this.min)
  }

  /**
   * The array with the larger of the part and `value`; NaN counts as the largest.
   *
   * @throws ShapeError when it does not broadcast, DTypeError for bool, complex or a value of a wider kind
   * @example updateAt(array([1, 8]), 0).max(2)   // [2, 8]
   */
  max(value: ArrayArg): Result {
    return this.#gather(value, 'max', this.max)
  }

  #gather(value: ArrayArg, reduction: Reduction, below: Caller): Result {
    return this.#each(value, below, (x, one) =>
      brought(x, this.#index, fitted(x, one, below), reduction, below),
    )
  }

  /** The result for the array, or for each array of a Container. */
  #each(value: ArrayArg, below: Caller, make: (x: ArrayValue, value: ArrayArg) => NDArray): Result {
    const rules = containerRules()
    const args = [this.#x, value] as const
    return located(below, () =>
      rules?.among(args) === true
        ? rules.map('updateAt', undefined, args, ([x, one]) => make(x as ArrayValue, one as ArrayArg))
        : make(...args),
    ) as Result
  }
}

/** Errors name the line that called `below`. */
function located<T>(below: Caller, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw locate(error, below)
  }
}

interface UpdateAt {
  (x: ArrayValue, ...index: readonly Index[]): Updates
  (x: Container, ...index: readonly Index[]): Updates<Container>
}

/**
 * New arrays with one part of an array changed: `updateAt(x, ...index).set(value)`, and `add`, `subtract`, `multiply`,
 * `divide`, `min`, `max`.
 *
 * The part is what `at` gives for the same indices: integers, ranges, `null`, `'...'`, integer arrays and masks. An index in
 * an array that lies outside its axis means the nearest element, as in `take`. `x` itself never changes.
 *
 * Shapes: `x: [...s]` gives `[...s]`; values broadcast to the part. Dtypes: that of `x`.
 *
 * @source NumPy, `x[index] = value`; JAX, `x.at[index].set(value)`
 * @example updateAt(array([[1, 2], [3, 4]]), 0).set(array([8, 9]))   // [[8, 9], [3, 4]]
 */
export const updateAt: UpdateAt = (x: ArrayValue | Container, ...index: readonly Index[]) =>
  new Updates<NDArray & Container>(x as ArrayValue, index)
