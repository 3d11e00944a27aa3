import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import type { Dim } from '../types/dim.ts'
import { isComplex } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { equal, notEqual } from './compare.ts'
import { imag, real } from './complex-parts.ts'
import { arange } from './creation.ts'
import { maximum } from './extrema.ts'
import { take } from './indexing.ts'
import { isnan, logicalOr } from './logic.ts'
import { reshape } from './movement.ts'
import { nonzero, refuseCount } from './nonzero.ts'
import { flatten } from './rearrange.ts'
import { cumulativeSum } from './scan.ts'
import { searchsorted } from './search.ts'
import { argsort, sort } from './sort.ts'
import { countNonzero } from './statistics.ts'

/**
 * Whether each element of a line differs from the one before it; the first one does, and NaN always.
 *
 * Shapes: `x: [n]` gives `[n]`. Dtypes: any; gives bool.
 *
 * @throws ShapeError when `x` has not one axis
 * @source run-length encoding
 * @example runStarts(array([1, 1, 2, 2, 1]))   // [true, false, true, false, true]
 */
export const runStarts = /* @__PURE__ */ defineOp({
  name: 'runStarts',
  doc: 'Whether each element of a line differs from the one before it.',
  inputs: ['x'],
  params: {},
  gradient: 'zero',
  infer: ([x]) => {
    if (x.shape.length === 1) return tensorType('bool', x.shape)
    throw new ShapeError({ op: 'runStarts', shapes: [x.shape], because: "'x' has to have one axis" })
  },
  decompose: ([x]): ArrayValue => {
    const places = arange(0, x.type.shape[0] as number, 1, { dtype: 'int32' })
    const before = take(x, maximum(subtract(places, 1), 0))
    return logicalOr(equal(places, 0), notEqual(x, before))
  },
})

/** The elements in a line, in a dtype that is compared. */
function lineOf(x: ArrayValue): ArrayValue {
  const line = flatten(x)
  return x.type.dtype === 'bool' ? astype(line, 'int32') : line
}

type Inputs = readonly [x: ArrayValue, count: ArrayValue | undefined]

/**
 * The indices that sort complex numbers by their real parts, then by their imaginary ones. As in NumPy, numbers with a NaN
 * stand behind all others: those with an imaginary one, those with a real one, those with both.
 */
function complexOrder(line: ArrayValue): ArrayValue {
  const [re, im] = [real(line), imag(line)]
  const nans = add(astype(isnan(im), 'int32'), multiply(astype(isnan(re), 'int32'), 2))
  const next = (order: ArrayValue, by: ArrayValue): ArrayValue => take(order, argsort(take(by, order)))
  return next(next(argsort(im), re), nans)
}

const orderOf = (line: ArrayValue): ArrayValue =>
  isComplex(line.type.dtype) ? complexOrder(line) : argsort(line)
const sorted = (line: ArrayValue): ArrayValue =>
  isComplex(line.type.dtype) ? take(line, complexOrder(line)) : sort(line)

const countDistinct = (x: ArrayValue): ArrayValue => countNonzero(runStarts(sorted(lineOf(x))))

function valuesType(
  op: string,
  { dtype }: TensorType,
  count: TensorType | undefined,
  size: Dim | null,
): TensorType {
  refuseCount(op, count)
  return tensorType(dtype, [size!])
}
const indicesType = (size: Dim | null): TensorType => tensorType('int32', [size!])

/** The distinct elements of an array in order, and what is known of each. */
class Distinct {
  readonly #x: ArrayValue
  readonly #order: ArrayValue
  readonly #starts: ArrayValue
  readonly #places: ArrayValue
  readonly #sorted: ArrayValue

  constructor([x, count]: Inputs, size: number | null) {
    const line = lineOf(x)
    this.#x = x
    this.#order = orderOf(line)
    this.#sorted = take(line, this.#order)
    this.#starts = runStarts(this.#sorted)
    this.#places = nonzero(this.#starts, count, { size })[0]!
  }

  get values(): ArrayValue {
    return astype(take(this.#sorted, this.#places), this.#x.dtype)
  }

  /** Where each one stands first. */
  get indices(): ArrayValue {
    return take(this.#order, this.#places)
  }

  /** Of each element in order, which of them it is. */
  get #ranks(): ArrayValue {
    return subtract(cumulativeSum(astype(this.#starts, 'int32'), { axis: 0 }), 1)
  }

  /** The place of each element of the array among them. */
  get inverse(): ArrayValue {
    return reshape(take(this.#ranks, argsort(this.#order)), this.#x.type.shape as readonly number[])
  }

  get counts(): ArrayValue {
    const ranks = this.#ranks
    return subtract(searchsorted(ranks, take(ranks, this.#places), { side: 'right' }), this.#places)
  }
}

/**
 * The distinct elements of an array in ascending order. Each NaN is distinct, 0 and -0 are not.
 *
 * How many there are follows from the data; see `nonzero`. `size` fixes it: of fewer the first one stands again.
 *
 * Shapes: `x: [...s]` gives `[number of distinct elements]`. Dtypes: any, kept; complex numbers stand in the order of their
 * real parts, then of their imaginary ones.
 *
 * @source array API standard, `unique_values`
 * @example uniqueValues(array([2, 1, 2]))   // [1, 2]
 */
export const uniqueValues = /* @__PURE__ */ defineOp({
  name: 'uniqueValues',
  doc: 'The distinct elements of an array in ascending order.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  traits: { handsSizesOn: true },
  counts: ([x]): ArrayValue => countDistinct(x),
  infer: ([x, count], { size }) => valuesType('uniqueValues', x, count, size),
  decompose: ([x, count], { size }): ArrayValue => {
    const line = sorted(lineOf(x))
    return astype(take(line, nonzero(runStarts(line), count, { size })[0]!), x.dtype)
  },
})

/**
 * The distinct elements of an array in ascending order, and how often each occurs.
 *
 * Shapes: `x: [...s]` gives `values` and `counts`, each `[number of distinct elements]`.
 * Dtypes: `values` keep that of `x`, which may be any; `counts` are int32.
 *
 * @source array API standard, `unique_counts`
 * @example uniqueCounts(array([2, 1, 2])).counts   // [1, 2]
 */
export const uniqueCounts = /* @__PURE__ */ defineOp({
  name: 'uniqueCounts',
  doc: 'The distinct elements of an array, and how often each occurs.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  traits: { handsSizesOn: true },
  outputs: ['values', 'counts'],
  counts: ([x]): ArrayValue => countDistinct(x),
  infer: ([x, count], { size }) => [valuesType('uniqueCounts', x, count, size), indicesType(size)],
  decompose: (inputs, { size }): readonly ArrayValue[] => {
    const distinct = new Distinct(inputs, size)
    return [distinct.values, distinct.counts]
  },
})

/**
 * The distinct elements of an array in ascending order, and the place of each element among them.
 *
 * Shapes: `x: [...s]` gives `values: [number of distinct elements]` and `inverseIndices: [...s]`.
 * Dtypes: `values` keep that of `x`, which may be any; `inverseIndices` are int32.
 *
 * @source array API standard, `unique_inverse`
 * @example uniqueInverse(array([2, 1, 2])).inverseIndices   // [1, 0, 1]
 */
export const uniqueInverse = /* @__PURE__ */ defineOp({
  name: 'uniqueInverse',
  doc: 'The distinct elements of an array, and the place of each element among them.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  traits: { handsSizesOn: true },
  outputs: ['values', 'inverseIndices'],
  counts: ([x]): ArrayValue => countDistinct(x),
  infer: ([x, count], { size }) => [
    valuesType('uniqueInverse', x, count, size),
    tensorType('int32', x.shape),
  ],
  decompose: (inputs, { size }): readonly ArrayValue[] => {
    const distinct = new Distinct(inputs, size)
    return [distinct.values, distinct.inverse]
  },
})

/**
 * The distinct elements of an array in ascending order, with the index where each stands first in the flattened array,
 * the place of each element among them, and how often each occurs.
 *
 * Shapes: `x: [...s]` gives `values`, `indices` and `counts`, each `[number of distinct elements]`, and `inverseIndices: [...s]`.
 * Dtypes: `values` keep that of `x`, which may be any; the others are int32.
 *
 * @source array API standard, `unique_all`
 * @example uniqueAll(array([2, 1, 2])).indices   // [1, 0]
 */
export const uniqueAll = /* @__PURE__ */ defineOp({
  name: 'uniqueAll',
  doc: 'The distinct elements of an array, where they stand, and how often.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  traits: { handsSizesOn: true },
  outputs: ['values', 'indices', 'inverseIndices', 'counts'],
  counts: ([x]): ArrayValue => countDistinct(x),
  infer: ([x, count], { size }) => [
    valuesType('uniqueAll', x, count, size),
    indicesType(size),
    tensorType('int32', x.shape),
    indicesType(size),
  ],
  decompose: (inputs, { size }): readonly ArrayValue[] => {
    const distinct = new Distinct(inputs, size)
    return [distinct.values, distinct.indices, distinct.inverse, distinct.counts]
  },
})
