import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes } from '../types/shape.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { equal } from './compare.ts'
import { arange, full } from './creation.ts'
import { indexDType } from './indexing.ts'
import { concat } from './join.ts'
import { refuseCount } from './nonzero.ts'
import { flatten } from './rearrange.ts'
import { max, min, refuseEmpty, sum } from './reduce.ts'
import { unsortedSegmentSum } from './scatter-lines.ts'
import { searchsorted } from './search.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * How often each integer from 0 on occurs, or the sum of its weights.
 *
 * How many counts there are follows from the data: the largest integer and one more, at least `minlength`; see
 * `nonzero`. `size` fixes it. Negative integers count nowhere.
 *
 * Shapes: `x: [...s]`, `weights: [...s]` give `[number of counts]`. Dtypes: `x` holds integers; int32, or that of
 * the weights.
 *
 * @throws ShapeError when the weights do not fit, DTypeError when `x` holds no integers
 * @source NumPy, `bincount`; ivy, `bincount`
 * @example bincount(array([1, 2, 1], { dtype: 'int32' }))   // [0, 2, 1]
 */
export const bincount = /* @__PURE__ */ defineOp({
  name: 'bincount',
  doc: 'How often each integer from 0 on occurs, or the sum of its weights.',
  inputs: ['x', 'weights?', 'count?'],
  params: { minlength: /* @__PURE__ */ p.degree(0), size: /* @__PURE__ */ p.size(null) },
  traits: { handsSizesOn: true },
  cast: ([x, weights]) => [
    indexDType('bincount', x),
    weights === undefined ? null : meets('bincount', 'floating')([weights]),
    null,
  ],
  counts: ([x], { minlength }): ArrayValue =>
    add(max(concat([flatten(x), full([1], minlength - 1, { dtype: x.dtype })], { axis: 0 })), 1),
  infer: ([x, weights, count], { size }) => {
    if (weights !== undefined && broadcastShapes(x.shape, weights.shape) === undefined) {
      throw new ShapeError({
        op: 'bincount',
        shapes: [x.shape, weights.shape],
        because: 'there is a weight for each',
      })
    }
    refuseCount('bincount', count)
    return tensorType(weights?.dtype ?? 'int32', [size!])
  },
  decompose: ([x, weights], { size }): ArrayValue => {
    const line = flatten(x)
    const added = weights === undefined ? full([x.size], 1, { dtype: 'int32' }) : flatten(weights)
    return unsortedSegmentSum(added, line, size!)
  },
})

/**
 * How many elements lie in each of a number of equal intervals, and the bounds of those.
 *
 * `low` and `high` are the smallest and the largest element unless given; elements outside count nowhere, the last
 * interval holds its end. `weights` are added up instead of the elements counted; with `density` the result is
 * divided so that it is the height of a density.
 *
 * Shapes: `x: [...s]`, `weights: [...s]` give `counts: [bins]` and `edges: [bins + 1]`. Dtypes: real; `edges` in
 * that of `x`, `counts` int32 or that of the weights or the density.
 *
 * @throws ShapeError when there are no elements and no bounds, DTypeError for bool arrays
 * @source NumPy, `histogram`; ivy, `histogram`
 * @example histogram(array([0, 1, 1, 4]), { bins: 2 }).counts   // [3, 1]
 */
export const histogram = /* @__PURE__ */ defineOp({
  name: 'histogram',
  doc: 'How many elements lie in each of a number of equal intervals, and the bounds of those.',
  inputs: ['x', 'weights?'],
  params: {
    bins: /* @__PURE__ */ p.count(10),
    low: /* @__PURE__ */ p.number(null),
    high: /* @__PURE__ */ p.number(null),
    density: /* @__PURE__ */ p.bool(false),
  },
  outputs: ['counts', 'edges'],
  cast: ([x, weights]) => [
    meets('histogram', 'floating')([x]),
    weights === undefined ? null : meets('histogram', 'floating')([weights]),
  ],
  infer: ([x, weights], { bins, low, high, density }) => {
    if (low === null || high === null) refuseEmpty('histogram', x, null)
    else if (!(low <= high))
      throw new ParamError({
        op: 'histogram',
        param: 'high',
        value: high,
        because: `it is at least low, ${low}`,
      })
    if (
      weights !== undefined &&
      !(weights.shape.length === x.shape.length && weights.shape.every((size, i) => same(size, x.shape[i]!)))
    ) {
      throw new ShapeError({
        op: 'histogram',
        shapes: [x.shape, weights.shape],
        because: 'there is a weight for each',
      })
    }
    return [
      tensorType(density ? x.dtype : (weights?.dtype ?? 'int32'), [bins]),
      tensorType(x.dtype, [bins + 1]),
    ]
  },
  decompose: ([x, weights], { bins, low, high, density }): readonly ArrayValue[] => {
    const line = flatten(x)
    const ends = [
      low === null ? min(line) : full([], low, { dtype: x.dtype }),
      high === null ? max(line) : full([], high, { dtype: x.dtype }),
    ]
    const isPoint = equal(ends[0]!, ends[1]!)
    const from = where(isPoint, subtract(ends[0]!, 0.5), ends[0]!)
    const to = where(isPoint, add(ends[1]!, 0.5), ends[1]!)
    const steps = arange(0, bins + 1, 1, { dtype: x.dtype })
    const inner = add(from, multiply(steps, divide(subtract(to, from), bins)))
    const edges = where(equal(steps, bins), to, inner)
    const place = subtract(searchsorted(edges, line, { side: 'right' }), 1)
    // The last interval holds its end.
    const own = where(equal(line, to), bins - 1, place)
    const added = weights === undefined ? full([x.size], 1, { dtype: 'int32' }) : flatten(weights)
    const counts = unsortedSegmentSum(added, own, bins)
    if (!density) return [counts, edges]
    const wide = astype(counts, x.dtype)
    return [divide(wide, multiply(sum(wide), divide(subtract(to, from), bins))), edges]
  },
})
