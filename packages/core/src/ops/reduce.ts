import { defineOp, type HostArray } from '../op.ts'
import { p } from '../types/param.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import type { Dim } from '../types/dim.ts'
import { accumulated, meets } from './type-rules.ts'
import { forEachIndex, put } from './kernels.ts'
import { rowMajorStrides } from '../types/shape.ts'

/** Sizes left by a reduction over `axis` (null: all). */
export const reducedShape = (
  x: TensorType,
  axis: readonly number[] | null,
  keepdims: boolean,
): readonly Dim[] =>
  x.shape.flatMap((size, i) => (axis === null || axis.includes(i) ? (keepdims ? [1] : []) : [size]))

/** Gathers the elements that each place of the result is made of, in row-major order, and stores what `fold` gives. */
export function reduceWith(
  x: HostArray,
  axis: readonly number[] | null,
  out: HostArray,
  fold: (elements: readonly (number | bigint)[]) => number | bigint,
): void {
  const groups: (number | bigint)[][] = Array.from({ length: out.data.length }, () => [])
  const kept = x.shape.map((size, i) => (axis === null || axis.includes(i) ? 1 : size))
  const strides = rowMajorStrides(kept).map((step, i) => (kept[i] === 1 ? 0 : step))
  forEachIndex(x.shape, [strides], (at, [to]) => groups[to!]!.push(x.data[at]!))
  groups.forEach((elements, at) => put(out.data, at, fold(elements)))
}

const addAll = (elements: readonly (number | bigint)[], zero: number | bigint): number | bigint =>
  elements.reduce((total, element) => (total as number) + (element as number), zero)

/**
 * Sum of the elements over `axis`.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`; null means all axes.
 * Dtypes: floats keep theirs; integers below 32 bits and bool become int32 (uint32 for unsigned) unless `dtype` says otherwise.
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
  traits: { reduction: true },
  cast: ([x], { dtype }) => dtype ?? accumulated(meets('sum', 'any')([x])),
  infer: ([x], { axis, keepdims }) => tensorType(x.dtype, reducedShape(x, axis, keepdims)),
  reference: ([x], { axis }, [out]) =>
    reduceWith(x, axis, out, (elements) => addAll(elements, typeof x.data[0] === 'bigint' ? 0n : 0)),
})
