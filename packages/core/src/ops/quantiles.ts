import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { floorDivide } from './remainders.ts'
import { astype } from './astype.ts'
import { axesOf } from './axes.ts'
import { equal, greaterEqual, lessEqual } from './compare.ts'
import { full } from './creation.ts'
import { maximum } from './extrema.ts'
import { take, takeAlongAxis } from './indexing.ts'
import { isnan, logicalAnd, logicalNot } from './logic.ts'
import { permuteDims, reshape } from './movement.ts'
import { expandDims } from './rearrange.ts'
import { reducedShape, sum } from './reduce.ts'
import { ceil, floor, round } from './rounding.ts'
import { sort } from './sort.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/** The elements over axes as lines along a last axis. */
function linesOf(x: ArrayValue, axis: readonly number[] | null): ArrayValue {
  const over = axis ?? axesOf(x)
  const rest = axesOf(x).filter((one) => !over.includes(one))
  const size = over.reduce((n, one) => n * x.shape[one]!, 1)
  return reshape(permuteDims(x, [...rest, ...over]), [...rest.map((one) => x.shape[one]!), size])
}

/** Sizes of lines whose last axis is gone, with 1 in place of the axes that were reduced. */
const keptShape = (x: ArrayValue, axis: readonly number[] | null, keepdims: boolean): readonly number[] =>
  reducedShape(x.type, axis, keepdims) as readonly number[]

/** The element at a place of each line. */
const elementOfLine = (lines: ArrayValue, place: number): ArrayValue =>
  take(lines, full([], place, { dtype: 'int32' }), { axis: lines.ndim - 1 })

const midway = (x1: ArrayValue, x2: ArrayValue): ArrayValue =>
  where(equal(x1, x2), x1, add(multiply(x1, 0.5), multiply(x2, 0.5)))

/**
 * Middle one of the elements over axes, or the mean of the middle two.
 *
 * NaN where there is one, and where there are no elements.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: floats keep theirs,
 * integers become float32.
 *
 * @throws ParamError when an axis is outside the rank, DTypeError when `x` is bool
 * @source NumPy, `median`; ivy, `median`
 * @example median(array([3, 1, 2, 9]))   // 2.5
 */
export const median = /* @__PURE__ */ defineOp({
  name: 'median',
  doc: 'Middle one of the elements over axes, or the mean of the middle two.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('median', 'floating'),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  decompose: ([x], { axis, keepdims }): ArrayValue => {
    const lines = sort(linesOf(x, axis))
    const count = lines.shape.at(-1)!
    const shape = keptShape(x, axis, keepdims)
    if (count === 0) return full(shape, NaN, { dtype: x.dtype })
    const middle = midway(elementOfLine(lines, (count - 1) >> 1), elementOfLine(lines, count >> 1))
    return reshape(where(isnan(elementOfLine(lines, count - 1)), NaN, middle), shape)
  },
})

/**
 * Middle one of the elements over axes, or the mean of the middle two; NaN left out.
 *
 * NaN where there is nothing else.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: floats keep theirs,
 * integers become float32.
 *
 * @throws ParamError when an axis is outside the rank, DTypeError when `x` is bool
 * @source NumPy, `nanmedian`; ivy, `nanmedian`
 * @example nanmedian(array([3, NaN, 1, 2]))   // 2
 */
export const nanmedian = /* @__PURE__ */ defineOp({
  name: 'nanmedian',
  doc: 'Middle one of the elements over axes, or the mean of the middle two; NaN left out.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('nanmedian', 'floating'),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  decompose: ([x], { axis, keepdims }): ArrayValue => {
    const lines = sort(linesOf(x, axis))
    const last = lines.ndim - 1
    const shape = keptShape(x, axis, keepdims)
    if (lines.shape[last] === 0) return full(shape, NaN, { dtype: x.dtype })
    const count = sum(astype(logicalNot(isnan(lines)), 'int32'), { axis: last, keepdims: true })
    const at = (place: ArrayValue): ArrayValue => takeAlongAxis(lines, maximum(place, 0), { axis: last })
    return reshape(midway(at(floorDivide(subtract(count, 1), 2)), at(floorDivide(count, 2))), shape)
  },
})

/**
 * The elements below which given shares of the elements over axes lie.
 *
 * `interpolation` says what is taken of a place between two elements: a point on the line between them, the
 * `lower`, the `higher` or the `nearest` one, or the `midpoint`. NaN where an element or a share is NaN, where a
 * share is outside of [0, 1], and where there are no elements.
 *
 * Shapes: `x: [...s]`, `q: [...k]` give `[...k, ...s without axis]`, or with `keepdims` `[...k, ...]` in the rank
 * of `x`. Dtypes: floats keep theirs, integers become float32; that of `x`.
 *
 * @throws ParamError when an axis is outside the rank, DTypeError when an array is bool
 * @source NumPy, `quantile`; ivy, `quantile`
 * @example quantile(array([1, 2, 3, 4]), array([0, 0.5]))   // [1, 2.5]
 */
export const quantile = /* @__PURE__ */ defineOp({
  name: 'quantile',
  doc: 'The elements below which given shares of the elements over axes lie.',
  inputs: ['x', 'q'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    keepdims: /* @__PURE__ */ p.bool(false),
    interpolation: /* @__PURE__ */ p.oneOf(['linear', 'lower', 'higher', 'midpoint', 'nearest'], 'linear'),
  },
  traits: { reduction: true },
  cast: ([x, q]) => [meets('quantile', 'floating')([x]), meets('quantile', 'floating')([q])],
  infer: ([x, q], { axis, keepdims }) =>
    tensorType(x.dtype, [...q.shape, ...reducedShape(x, axis, keepdims)]),
  decompose: ([x, q], { axis, keepdims, interpolation }): ArrayValue => {
    const lines = sort(linesOf(x, axis))
    const last = lines.ndim - 1
    const count = lines.shape[last]!
    const rest = keptShape(x, axis, keepdims)
    if (count === 0) return full([...q.shape, ...rest], NaN, { dtype: x.dtype })
    const place = multiply(q, count - 1)
    const isShare = logicalAnd(greaterEqual(q, 0), lessEqual(q, 1))
    const at = (index: ArrayValue): ArrayValue =>
      take(lines, astype(where(isShare, index, 0), 'int32'), { axis: last })
    const [low, high] = [at(floor(place)), at(ceil(place))]
    const share = astype(subtract(place, floor(place)), x.dtype)
    const between: Record<typeof interpolation, () => ArrayValue> = {
      linear: () => where(equal(low, high), low, add(low, multiply(share, subtract(high, low)))),
      lower: () => low,
      higher: () => high,
      midpoint: () => where(equal(share, 0), low, midway(low, high)),
      nearest: () => at(round(place)),
    }
    const isMissing = isnan(
      expandDims(
        elementOfLine(lines, count - 1),
        q.shape.map((_, i) => last + i),
      ),
    )
    const found = where(isShare, where(isMissing, NaN, between[interpolation]()), NaN)
    const order = [...q.shape.map((_, i) => last + i), ...Array.from({ length: last }, (_, i) => i)]
    return reshape(permuteDims(found, order), [...q.shape, ...rest])
  },
})
