import { type ArrayValue, defineOp } from '../op.ts'
import { isFloat } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { astype } from './astype.ts'
import { isnan, logicalNot } from './logic.ts'
import { max, min, reducedShape, refuseEmpty, sum, totalDType } from './reduce.ts'
import { prod } from './product.ts'
import { all } from './truth-reductions.ts'
import { widely } from './statistics.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Sum of the elements over axes, NaN left out.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: as for `sum`.
 *
 * @throws ParamError when an axis is outside the rank
 * @source NumPy, `nansum`; ivy, `nansum`
 * @example nansum(array([1, NaN, 2]))   // 3
 */
export const nansum = /* @__PURE__ */ defineOp({
  name: 'nansum',
  doc: 'Sum of the elements over axes, NaN left out.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    dtype: /* @__PURE__ */ p.dtype(null),
    keepdims: /* @__PURE__ */ p.bool(false),
  },
  traits: { reduction: true },
  cast: ([x], { dtype }) => totalDType('nansum', x, dtype),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  decompose: ([x], { axis, keepdims }): ArrayValue => sum(where(isnan(x), 0, x), { axis, keepdims }),
})

/**
 * Product of the elements over axes, NaN left out.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: as for `sum`.
 *
 * @throws ParamError when an axis is outside the rank
 * @source NumPy, `nanprod`; ivy, `nanprod`
 * @example nanprod(array([2, NaN, 3]))   // 6
 */
export const nanprod = /* @__PURE__ */ defineOp({
  name: 'nanprod',
  doc: 'Product of the elements over axes, NaN left out.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    dtype: /* @__PURE__ */ p.dtype(null),
    keepdims: /* @__PURE__ */ p.bool(false),
  },
  traits: { reduction: true },
  cast: ([x], { dtype }) => totalDType('nanprod', x, dtype),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  decompose: ([x], { axis, keepdims }): ArrayValue => prod(where(isnan(x), 1, x), { axis, keepdims }),
})

/** The largest or smallest number over axes; `beaten` is one that every number beats. */
function extremeNumber(
  x: ArrayValue,
  options: { readonly axis: readonly number[] | null; readonly keepdims: boolean },
  best: (x: ArrayValue, options: { axis: readonly number[] | null; keepdims: boolean }) => ArrayValue,
  beaten: number,
): ArrayValue {
  if (!isFloat(x.dtype)) return best(x, options)
  const isMissing = isnan(x)
  return where(all(isMissing, options), NaN, best(where(isMissing, beaten, x), options))
}

/**
 * Smallest element over axes, NaN left out.
 *
 * NaN where there is nothing else.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: real, kept.
 *
 * @throws ShapeError when an axis has no elements, DTypeError when `x` is bool
 * @source NumPy, `nanmin`; ivy, `nanmin`
 * @example nanmin(array([2, NaN, 1]))   // 1
 */
export const nanmin = /* @__PURE__ */ defineOp({
  name: 'nanmin',
  doc: 'Smallest element over axes, NaN left out.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('nanmin', 'real'),
  infer: ([x], { axis, keepdims }) => {
    refuseEmpty('nanmin', x, axis)
    return tensorType(x.dtype, reducedShape(x, axis, keepdims))
  },
  decompose: ([x], { axis, keepdims }): ArrayValue => extremeNumber(x, { axis, keepdims }, min, Infinity),
})

/**
 * Largest element over axes, NaN left out.
 *
 * NaN where there is nothing else.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: real, kept.
 *
 * @throws ShapeError when an axis has no elements, DTypeError when `x` is bool
 * @source NumPy, `nanmax`
 * @example nanmax(array([2, NaN, 1]))   // 2
 */
export const nanmax = /* @__PURE__ */ defineOp({
  name: 'nanmax',
  doc: 'Largest element over axes, NaN left out.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('nanmax', 'real'),
  infer: ([x], { axis, keepdims }) => {
    refuseEmpty('nanmax', x, axis)
    return tensorType(x.dtype, reducedShape(x, axis, keepdims))
  },
  decompose: ([x], { axis, keepdims }): ArrayValue => extremeNumber(x, { axis, keepdims }, max, -Infinity),
})

/**
 * Mean of the elements over axes, NaN left out.
 *
 * NaN where there is nothing else.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: floats keep theirs,
 * integers become float32.
 *
 * @throws ParamError when an axis is outside the rank, DTypeError when `x` is bool
 * @source NumPy, `nanmean`; ivy, `nanmean`
 * @example nanmean(array([1, NaN, 3]))   // 2
 */
export const nanmean = /* @__PURE__ */ defineOp({
  name: 'nanmean',
  doc: 'Mean of the elements over axes, NaN left out.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('nanmean', 'floating'),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  decompose: ([x], { axis, keepdims }): ArrayValue =>
    widely(x, (wide) => {
      const isMissing = isnan(wide)
      const count = sum(astype(logicalNot(isMissing), wide.dtype), { axis, keepdims })
      return divide(sum(where(isMissing, 0, wide), { axis, keepdims }), count)
    }),
})
