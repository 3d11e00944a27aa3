import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp, type GradientOf, type HostArray } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { rowMajorStrides } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { equal } from './compare.ts'
import { restored } from './gradient-axes.ts'
import { accumulation, elementAt, forEachIndex, type Num, put, widthOf } from './kernels.ts'
import { accept, accumulated, meets } from './type-rules.ts'

/** Sizes left by a reduction over `axis` (null: all). */
export const reducedShape = (
  x: TensorType,
  axis: readonly number[] | null,
  keepdims: boolean,
): readonly Dim[] =>
  x.shape.flatMap((size, i) => (axis === null || axis.includes(i) ? (keepdims ? [1] : []) : [size]))

/** Gathers the elements that each place of the result is made of, in row-major order, and stores what `fold` gives. */
export function reduceWith<E extends Num>(
  x: HostArray,
  axis: readonly number[] | null,
  out: HostArray,
  fold: (elements: readonly E[]) => Num,
): void {
  const groups: E[][] = Array.from({ length: out.data.length / widthOf(out) }, () => [])
  const kept = x.shape.map((size, i) => (axis === null || axis.includes(i) ? 1 : size))
  const strides = rowMajorStrides(kept).map((step, i) => (kept[i] === 1 ? 0 : step))
  forEachIndex(x.shape, [strides], (at, [to]) => groups[to!]!.push(elementAt(x, at) as E))
  groups.forEach((elements, at) => put(out.data, at, fold(elements)))
}

/** The dtype of a sum or product: the one asked for, or one wide enough for the array's own. */
export function totalDType(op: string, x: TensorType, dtype: DType | null): DType {
  const own = meets(op, 'any')([x])
  return dtype === null ? accumulated(own) : accept(op, 'numeric', dtype)
}

/**
 * Sum of the elements over `axis` (null: all); 0 where there are none.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: floats and 64-bit integers keep theirs; other integers and bool become int32, unsigned ones uint32; `dtype`
 * says otherwise, and the elements are converted to it first. Integers wrap.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `sum`
 * @example sum(array([[1, 2], [3, 4]]), { axis: 0 })   // [4, 6]
 */
export const sum = /* @__PURE__ */ defineOp({
  name: 'sum',
  doc: 'Sum of the elements over axes.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    dtype: /* @__PURE__ */ p.dtype(null),
    keepdims: /* @__PURE__ */ p.bool(false),
  },
  traits: { partwise: true, reduction: true },
  cast: ([x], { dtype }) => totalDType('sum', x, dtype),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  reference: ([x], { axis }, [out]) => {
    const { zero, add } = accumulation(x.dtype)
    reduceWith<Num>(x, axis, out, (elements) => elements.reduce(add, zero))
  },
})

export const sumGradient: GradientOf<typeof sum> = ([x], { axis }, _outs, [g]) => [() => restored(g, x, axis)]

/** Refuses axes without elements, of which there is no largest or smallest. */
export function refuseEmpty(op: string, x: TensorType, axis: readonly number[] | null): void {
  if (!x.shape.some((size, i) => (axis === null || axis.includes(i)) && same(size, 0))) return
  throw new ShapeError({
    op,
    shapes: [x.shape],
    because: 'there is none among no elements',
    instead: 'Reduce over axes that have elements',
  })
}

/** Folds by `better`; the first NaN wins over all. */
const extreme =
  (better: (x: number | bigint, than: number | bigint) => boolean) =>
  (elements: readonly (number | bigint)[]): number | bigint =>
    elements.reduce((best, x) => (Number.isNaN(best) || better(best, x) ? best : x))

/**
 * Largest element over `axis` (null: all); NaN where there is one.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: real, kept.
 *
 * @throws ShapeError when an axis has no elements, DTypeError when `x` is bool
 * @source array API standard, `max`
 * @example max(array([[1, 5], [3, 4]]), { axis: 1 })   // [5, 4]
 */
export const max = /* @__PURE__ */ defineOp({
  name: 'max',
  doc: 'Largest element over axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true, chooses: true },
  cast: /* @__PURE__ */ meets('max', 'real'),
  infer: ([x], { axis, keepdims }) => {
    refuseEmpty('max', x, axis)
    return tensorType(x.dtype, reducedShape(x, axis, keepdims))
  },
  reference: ([x], { axis }, [out]) =>
    reduceWith(
      x,
      axis,
      out,
      extreme((a, b) => a > b || (a === b && !Object.is(a, -0))),
    ),
})

export const maxGradient: GradientOf<typeof max> = ([x], { axis }, [out], [g]) => [
  () => ofBest(x, axis, out, g),
]

/**
 * Smallest element over `axis` (null: all); NaN where there is one.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: real, kept.
 *
 * @throws ShapeError when an axis has no elements, DTypeError when `x` is bool
 * @source array API standard, `min`
 * @example min(array([[1, 5], [3, 4]]), { axis: 1 })   // [1, 3]
 */
export const min = /* @__PURE__ */ defineOp({
  name: 'min',
  doc: 'Smallest element over axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true, chooses: true },
  cast: /* @__PURE__ */ meets('min', 'real'),
  infer: ([x], { axis, keepdims }) => {
    refuseEmpty('min', x, axis)
    return tensorType(x.dtype, reducedShape(x, axis, keepdims))
  },
  reference: ([x], { axis }, [out]) =>
    reduceWith(
      x,
      axis,
      out,
      extreme((a, b) => a < b || (a === b && !Object.is(a, 0))),
    ),
})

export const minGradient: GradientOf<typeof min> = ([x], { axis }, [out], [g]) => [
  () => ofBest(x, axis, out, g),
]

/** The elements that are as large as the largest, or as small as the smallest, share its gradient. */
function ofBest(x: ArrayValue, axis: readonly number[] | null, out: ArrayValue, g: ArrayValue): ArrayValue {
  const isBest = astype(equal(x, restored(out, x, axis)), g.dtype)
  return multiply(isBest, divide(restored(g, x, axis), sum(isBest, { axis, keepdims: true })))
}
