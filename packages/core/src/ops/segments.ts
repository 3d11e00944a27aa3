import { type ArrayValue, defineOp } from '../op.ts'
import { isFloat } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { axesOf, handedOn } from './axes.ts'
import { less } from './compare.ts'
import { full } from './creation.ts'
import { iinfo } from './dtype-functions.ts'
import { maximum } from './extrema.ts'
import { indexDType } from './indexing.ts'
import { reshape } from './movement.ts'
import { unsortedSegmentSum } from './scatter-lines.ts'
import { scatterMax, scatterMin } from './scatter.ts'
import { accept, type Accepts } from './type-rules.ts'
import { where } from './where.ts'

const rowsOfSegments = (x: ArrayValue, segmentIds: ArrayValue, numSegments: number): ArrayValue =>
  unsortedSegmentSum(full(handedOn(segmentIds), 1, { dtype: x.dtype }), segmentIds, numSegments)

const besideRows = (numbers: ArrayValue, x: ArrayValue, segmentIds: ArrayValue): ArrayValue =>
  reshape(numbers, [
    -1,
    ...axesOf(x)
      .slice(segmentIds.ndim)
      .map(() => 1),
  ])

const segmentTypes = (op: string, accepts: Accepts, [x, segmentIds]: readonly [TensorType, TensorType]) =>
  [accept(op, accepts, x.dtype), indexDType(op, segmentIds)] as const

const segmented = (x: TensorType, segmentIds: TensorType, numSegments: number): TensorType =>
  unsortedSegmentSum.def.infer([x, segmentIds], { numSegments }) as TensorType

/**
 * Means of the rows of an array that belong to the same segment.
 *
 * A row whose segment is negative or not below `numSegments` counts nowhere; a segment without rows is 0.
 *
 * Shapes: `x: [...i, ...r]`, `segmentIds: [...i]` give `[numSegments, ...r]`. Dtypes: floats keep theirs, integers
 * become float32; `segmentIds` are integers.
 *
 * @throws ShapeError when `x` does not begin with the sizes of `segmentIds`, DTypeError for bool
 * @source PyTorch, `scatter_reduce`; ivy, `unsorted_segment_mean`
 * @example unsortedSegmentMean(array([1, 2, 3]), array([1, 0, 1], { dtype: 'int32' }), 2)   // [2, 2]
 */
export const unsortedSegmentMean = /* @__PURE__ */ defineOp({
  name: 'unsortedSegmentMean',
  doc: 'Means of the rows of an array that belong to the same segment.',
  inputs: ['x', 'segmentIds'],
  params: { numSegments: /* @__PURE__ */ p.size() },
  order: ['numSegments'],
  cast: (types) => segmentTypes('unsortedSegmentMean', 'floating', types),
  infer: ([x, segmentIds], { numSegments }) => segmented(x, segmentIds, numSegments),
  decompose: ([x, segmentIds], { numSegments }): ArrayValue => {
    const count = rowsOfSegments(x, segmentIds, numSegments)
    return divide(
      unsortedSegmentSum(x, segmentIds, numSegments),
      besideRows(maximum(count, 1), x, segmentIds),
    )
  },
})

function extremeRows(
  x: ArrayValue,
  segmentIds: ArrayValue,
  numSegments: number,
  largest: boolean,
): ArrayValue {
  const beaten = isFloat(x.dtype) ? Infinity : iinfo(x.dtype as Parameters<typeof iinfo>[0]).max
  const least = isFloat(x.dtype) ? -Infinity : iinfo(x.dtype as Parameters<typeof iinfo>[0]).min
  const start = full([numSegments, ...handedOn(x).slice(segmentIds.ndim)], largest ? least : beaten, {
    dtype: x.dtype,
  })
  const own = where(less(segmentIds, 0), numSegments, segmentIds)
  return (largest ? scatterMax : scatterMin)(start, own, x)
}

/**
 * Smallest elements of the rows of an array that belong to the same segment.
 *
 * A row whose segment is negative or not below `numSegments` counts nowhere; a segment without rows has the largest
 * number of the dtype, an infinity for floats.
 *
 * Shapes: `x: [...i, ...r]`, `segmentIds: [...i]` give `[numSegments, ...r]`. Dtypes: real, kept; `segmentIds` are
 * integers.
 *
 * @throws ShapeError when `x` does not begin with the sizes of `segmentIds`, DTypeError for bool
 * @source TensorFlow, `unsorted_segment_min`; ivy, `unsorted_segment_min`
 * @example unsortedSegmentMin(array([1, 2, 3]), array([1, 0, 1], { dtype: 'int32' }), 2)   // [2, 1]
 */
export const unsortedSegmentMin = /* @__PURE__ */ defineOp({
  name: 'unsortedSegmentMin',
  doc: 'Smallest elements of the rows of an array that belong to the same segment.',
  inputs: ['x', 'segmentIds'],
  params: { numSegments: /* @__PURE__ */ p.size() },
  order: ['numSegments'],
  cast: (types) => segmentTypes('unsortedSegmentMin', 'real', types),
  infer: ([x, segmentIds], { numSegments }) => segmented(x, segmentIds, numSegments),
  decompose: ([x, segmentIds], { numSegments }): ArrayValue => extremeRows(x, segmentIds, numSegments, false),
})

/**
 * Largest elements of the rows of an array that belong to the same segment.
 *
 * A row whose segment is negative or not below `numSegments` counts nowhere; a segment without rows has the
 * smallest number of the dtype, an infinity for floats.
 *
 * Shapes: `x: [...i, ...r]`, `segmentIds: [...i]` give `[numSegments, ...r]`. Dtypes: real, kept; `segmentIds` are
 * integers.
 *
 * @throws ShapeError when `x` does not begin with the sizes of `segmentIds`, DTypeError for bool
 * @source TensorFlow, `unsorted_segment_max`
 * @example unsortedSegmentMax(array([1, 2, 3]), array([1, 0, 1], { dtype: 'int32' }), 2)   // [2, 3]
 */
export const unsortedSegmentMax = /* @__PURE__ */ defineOp({
  name: 'unsortedSegmentMax',
  doc: 'Largest elements of the rows of an array that belong to the same segment.',
  inputs: ['x', 'segmentIds'],
  params: { numSegments: /* @__PURE__ */ p.size() },
  order: ['numSegments'],
  cast: (types) => segmentTypes('unsortedSegmentMax', 'real', types),
  infer: ([x, segmentIds], { numSegments }) => segmented(x, segmentIds, numSegments),
  decompose: ([x, segmentIds], { numSegments }): ArrayValue => extremeRows(x, segmentIds, numSegments, true),
})
