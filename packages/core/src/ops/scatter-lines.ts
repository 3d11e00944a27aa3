import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes, rowMajorStrides } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { less } from './compare.ts'
import { arange } from './creation.ts'
import { checkedSizes } from './creation-rules.ts'
import { zeros } from './fills.ts'
import { indexDType } from './indexing.ts'
import { broadcastTo, reshape } from './movement.ts'
import { scatterDTypes, scatterSum } from './scatter.ts'
import { accepts, counted, product, reductions, refuseMisfit, scatter } from './scatter-nd.ts'
import { accept } from './type-rules.ts'
import { where } from './where.ts'

type Types = readonly [TensorType, TensorType, TensorType]

/** Refuses indices that do not go through an array line by line. */
function refuseLines(op: string, [x, indices, values]: Types, axis: number): void {
  const lines = x.shape.length === indices.shape.length ? x.shape.with(axis, indices.shape[axis]!) : undefined
  const shape = lines && broadcastShapes(indices.shape, lines)
  if (lines === undefined || shape === undefined || !shape.every((size, i) => same(size, lines[i]!))) {
    throw new ShapeError({
      op,
      shapes: [x.shape, indices.shape],
      because: `both need the same rank, and but for axis ${axis} indices of the same sizes or 1`,
    })
  }
  refuseMisfit(op, values, lines)
}

/**
 * The array with `values` brought into each line along `axis`, at the indices of the same line.
 *
 * `reduction` says what becomes of an element and its values: `'replace'` keeps the last value, `'sum'`, `'prod'`, `'min'`
 * and `'max'` gather the element and all of its values. Negative indices count from the end; an index outside the axis
 * changes nothing, on every engine.
 *
 * Shapes: `x: [...s]` gives `[...s]`; `indices` have the same rank and broadcast to `s` but for `axis`; `values` broadcast to
 * them. Dtypes: any for `'replace'`, else numeric; promoted; `indices` are integers.
 *
 * @throws ShapeError when the shapes do not fit, DTypeError for bool in a reduction, or when `indices` are no integers
 * @source NumPy, `put_along_axis`; Ivy, `put_along_axis`
 * @example putAlongAxis(array([[1, 2], [3, 4]]), array([[1], [0]], { dtype: 'int32' }), 9)   // [[1, 9], [9, 4]]
 */
export const putAlongAxis = /* @__PURE__ */ defineOp({
  name: 'putAlongAxis',
  doc: 'The array with values brought into each line along an axis.',
  inputs: ['x', 'indices', 'values'],
  params: {
    axis: /* @__PURE__ */ p.axis(-1),
    reduction: /* @__PURE__ */ p.oneOf(reductions, 'replace'),
  },
  cast: (types, { reduction }) => scatterDTypes('putAlongAxis', accepts[reduction], types),
  infer: (types, { axis }) => {
    refuseLines('putAlongAxis', types, axis)
    return types[0]
  },
  decompose: ([x, indices, values], { axis, reduction }): ArrayValue => {
    const shape = x.shape.with(axis, indices.shape[axis]!)
    const strides = rowMajorStrides(x.shape)
    const [place, isInside] = counted(indices, x.shape[axis]!)
    const places = x.shape.map((size, i) => {
      if (i === axis) return multiply(place, strides[i]!)
      const along = multiply(arange(0, size, 1, { dtype: indices.dtype }), strides[i]!)
      return reshape(
        along,
        x.shape.map((_, k) => (k === i ? size : 1)),
      )
    })
    const flat = where(
      isInside,
      places.reduce((sum, one) => add(sum, one)),
      x.size,
    )
    const [rows, updates] = [flat, values].map((one) => reshape(broadcastTo(one, shape), [product(shape)]))
    return reshape(scatter(reshape(x, [x.size]), rows!, updates!, reduction), x.shape)
  },
})

/**
 * Sums of the rows of `x` that belong to the same segment.
 *
 * A row whose segment is negative or not below `numSegments` counts nowhere; a segment without rows is 0.
 *
 * Shapes: `x: [...i, ...r]`, `segmentIds: [...i]` give `[numSegments, ...r]`. Dtypes: numeric, kept; integers wrap;
 * `segmentIds` are integers.
 *
 * @throws ShapeError when `x` does not begin with the sizes of `segmentIds`, DTypeError for bool
 * @source TensorFlow, `unsorted_segment_sum`; Ivy, `unsorted_segment_sum`
 * @example unsortedSegmentSum(array([1, 2, 3]), array([1, 0, 1], { dtype: 'int32' }), 2)   // [2, 4]
 */
export const unsortedSegmentSum = /* @__PURE__ */ defineOp({
  name: 'unsortedSegmentSum',
  doc: 'Sums of the rows of an array that belong to the same segment.',
  inputs: ['x', 'segmentIds'],
  params: { numSegments: /* @__PURE__ */ p.size() },
  order: ['numSegments'],
  cast: ([x, segmentIds]) => [
    accept('unsortedSegmentSum', 'numeric', x.dtype),
    indexDType('unsortedSegmentSum', segmentIds),
  ],
  infer: ([x, segmentIds], { numSegments }) => {
    const { length } = segmentIds.shape
    const begins =
      length <= x.shape.length && segmentIds.shape.every((size, axis) => same(size, x.shape[axis]!))
    const sizes = checkedSizes('unsortedSegmentSum', 'numSegments', [numSegments])
    if (begins) return tensorType(x.dtype, [...sizes, ...x.shape.slice(length)])
    throw new ShapeError({
      op: 'unsortedSegmentSum',
      shapes: [x.shape, segmentIds.shape],
      because: "'x' has to begin with the sizes of 'segmentIds'",
    })
  },
  decompose: ([x, segmentIds], { numSegments }): ArrayValue => {
    const start = zeros([numSegments, ...x.shape.slice(segmentIds.ndim)], { dtype: x.dtype })
    return scatterSum(start, where(less(segmentIds, 0), numSegments, segmentIds), x)
  },
})
