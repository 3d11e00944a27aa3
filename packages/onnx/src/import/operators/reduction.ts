import { isFloat, isInteger, ShapeError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import * as sizes from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { toldOf } from '../told.ts'
import { axesOf, axisOf, sizeAsArray, sizeOfAxis, sliceAxis } from './axes.ts'
import { divided } from './elementwise.ts'
import { alongBy, reducedBy } from './told-axes.ts'

interface Over {
  readonly axis: readonly number[]
  readonly keepdims: boolean
  /** Whether data decide how long the axes are. */
  readonly isTold?: boolean
}

type Reduce = (x: NDArray, over: Over) => NDArray

/** A reduction over the axes of an operand or an attribute; over none it does what else it does. */
const reducing =
  (fn: Reduce): Operator =>
  (call) => {
    const x = call.array(0)
    const told = call.has(1) ? toldOf(call, 1) : undefined
    if (told !== undefined)
      return reducedBy(call, x, told, (apart, axis) => fn(apart, { axis, keepdims: false, isTold: true }))
    const given = axesOf(call, 1, x.ndim) ?? []
    const isNone = given.length === 0 && call.flag('noop_with_empty_axes')
    const all = Array.from({ length: x.ndim }, (_, axis) => axis)
    return fn(x, {
      axis: given.length > 0 ? given : isNone ? [] : all,
      keepdims: call.flag('keepdims', true),
    })
  }

/** The sizes that are left. */
const shapeOver = (x: NDArray, { axis, keepdims }: Over): readonly SizeLike[] =>
  sizesOf(x).flatMap((size, i) => (axis.includes(i) ? (keepdims ? [1] : []) : [size]))

const plain = ({ axis, keepdims }: Over): Omit<Over, 'isTold'> => ({ axis, keepdims })

const sum: Reduce = (x, over) => (over.axis.length === 0 ? x : td.sum(x, { ...plain(over), dtype: x.dtype }))

const prod: Reduce = (x, over) =>
  over.axis.length === 0 ? x : td.prod(x, { ...plain(over), dtype: x.dtype })

/** Integers are divided as integers. */
const mean: Reduce = (x, over) => {
  if (over.axis.length === 0) return x
  if (isFloat(x.dtype)) return td.mean(x, plain(over))
  const count = sizes.product(over.axis.map((axis) => sizesOf(x)[axis]!))
  return divided(sum(x, over), sizeAsArray(count, x.dtype))
}

/** The largest or smallest number of a dtype, which is that of no elements. */
function limitOf(dtype: td.DType, isLargest: boolean): number | bigint | boolean {
  if (dtype === 'bool') return isLargest
  if (!isInteger(dtype)) return isLargest ? Infinity : -Infinity
  const { min, max } = td.iinfo(dtype)
  return isLargest ? max : min
}

const extreme =
  (ofNumbers: Reduce, ofTruth: Reduce, isMin: boolean): Reduce =>
  (x, over) => {
    if (over.axis.length === 0) return x
    if (x.dtype === 'bool') return ofTruth(x, over)
    return unlessEmpty(x, over, ofNumbers, limitOf(x.dtype, isMin))
  }

/** A reduction that refuses axes without elements, for which there is a number here. */
function unlessEmpty(x: NDArray, over: Over, fn: Reduce, ofNone: number | bigint | boolean): NDArray {
  if (over.isTold) return fn(...withOneMore(x, over, ofNone))
  try {
    return fn(x, over)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    return td.full(shapeOver(x, over), ofNone, { dtype: x.dtype })
  }
}

/** The axes as one that has one more element, so that it is never empty. */
function withOneMore(x: NDArray, { axis }: Over, element: number | bigint | boolean): [NDArray, Over] {
  const kept = Array.from({ length: x.ndim }, (_, i) => i).filter((i) => !axis.includes(i))
  const own = sizesOf(x)
  const around = kept.map((i) => own[i]!)
  const line = [...around, sizes.product(axis.map((i) => own[i]!))]
  const lines = td.reshape(td.permuteDims(x, [...kept, ...axis]), line)
  const more = td.full([...around, 1], element, { dtype: x.dtype })
  return [td.concat([lines, more], { axis: kept.length }), { axis: [kept.length], keepdims: false }]
}

/** What is computed with floats goes back to the integers that it was made of. */
const asFloats =
  (fn: Reduce): Reduce =>
  (x, over) =>
    isFloat(x.dtype) ? fn(x, over) : td.astype(fn(td.astype(x, 'float64'), over), x.dtype)

const logSumExp: Reduce = (x, over) =>
  over.axis.length === 0
    ? td.log(td.exp(x))
    : unlessEmpty(x, over, (given, axes) => td.logsumexp(given, plain(axes)), -Infinity)

/** The place of the first, or the last, of the best elements along an axis. */
const bestPlace =
  (best: (x: NDArray, options: { axis: number; keepdims: boolean }) => NDArray): Operator =>
  (call) => {
    const x = call.array(0)
    const axis = axisOf(call, call.int('axis', 0), x.ndim)
    const keepdims = call.flag('keepdims', true)
    if (!call.flag('select_last_index')) return td.astype(best(x, { axis, keepdims }), 'int64')
    const fromEnd = best(td.flip(x, { axis }), { axis, keepdims })
    const last = sizeAsArray(sizes.minus(sizeOfAxis(x, axis), 1), 'int32')
    return td.astype(td.subtract(last, fromEnd), 'int64')
  }

type Scan = (x: NDArray, options: { axis: number; dtype: td.DType; includeInitial: boolean }) => NDArray

/** What the elements of each line up to each place, itself included or not, make together. */
function scanned(call: NodeCall, fn: Scan): NDArray {
  const x = call.array(0)
  const told = toldOf(call, 1)
  if (told !== undefined) return alongBy(call, x, told, (lines) => scannedAlong(call, lines, 1, fn))
  return scannedAlong(call, x, axisOf(call, call.number(1), x.ndim), fn)
}

function scannedAlong(call: NodeCall, x: NDArray, axis: number, fn: Scan): NDArray {
  const [isExclusive, isReverse] = [call.flag('exclusive'), call.flag('reverse')]
  const line = isReverse ? td.flip(x, { axis }) : x
  const totals = fn(line, { axis, dtype: x.dtype, includeInitial: isExclusive })
  const kept = isExclusive ? sliceAxis(totals, axis, 0, sizeOfAxis(x, axis)) : totals
  return isReverse ? td.flip(kept, { axis }) : kept
}

export const reduction: Operators = {
  ArgMax: bestPlace((x, options) => td.argmax(x, options)),
  ArgMin: bestPlace((x, options) => td.argmin(x, options)),
  CumProd: (call) => scanned(call, (x, options) => td.cumulativeProd(x, options)),
  CumSum: (call) => scanned(call, (x, options) => td.cumulativeSum(x, options)),
  ReduceL1: reducing((x, over) => sum(td.abs(x), over)),
  ReduceL2: reducing(asFloats((x, over) => td.sqrt(sum(td.square(x), over)))),
  ReduceLogSum: reducing(asFloats((x, over) => td.log(sum(x, over)))),
  ReduceLogSumExp: reducing(asFloats(logSumExp)),
  ReduceMax: reducing(
    extreme(
      (x, over) => td.max(x, plain(over)),
      (x, over) => td.any(x, plain(over)),
      false,
    ),
  ),
  ReduceMean: reducing(mean),
  ReduceMin: reducing(
    extreme(
      (x, over) => td.min(x, plain(over)),
      (x, over) => td.all(x, plain(over)),
      true,
    ),
  ),
  ReduceProd: reducing(prod),
  ReduceSum: reducing(sum),
  ReduceSumSquare: reducing((x, over) => sum(td.square(x), over)),
}
