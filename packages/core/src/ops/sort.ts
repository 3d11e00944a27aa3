import { ShapeError } from '../errors.ts'
import { defineOp, type GradientOf, type HostArray } from '../op.ts'
import { printDim } from '../types/dim.ts'
import { atLeast } from '../types/at-least.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { checkedSizes } from './creation-rules.ts'
import { zerosLike } from './fills.ts'
import { takeAlongAxis } from './indexing.ts'
import { put } from './kernels.ts'
import { forEachLine } from './copies.ts'
import { putAlongAxis } from './scatter-lines.ts'
import { meets } from './type-rules.ts'

type Element = number | bigint

/** Whether `x` comes before `y` in ascending order; NaN comes last. */
export const before = (x: Element, y: Element): boolean => x < y || (Number.isNaN(y) && !Number.isNaN(x))

/** The order that sorts elements: equal ones keep theirs, NaN comes last in both directions. */
function sortingOrder(elements: readonly Element[], descending: boolean): readonly number[] {
  const precedes = (x: Element, y: Element): boolean =>
    descending && !Number.isNaN(x) && !Number.isNaN(y) ? x > y : before(x, y)
  return elements
    .map((_, i) => i)
    .sort((i, j) => {
      const [x, y] = [elements[i]!, elements[j]!]
      return precedes(x, y) ? -1 : precedes(y, x) ? 1 : 0
    })
}

/** Calls `store` for the first `count` elements of each line in sorting order, with their place in the result. */
function forEachSorted(
  x: HostArray,
  axis: number,
  descending: boolean,
  count: number,
  store: (at: number, element: Element, index: number) => void,
): void {
  const size = x.shape[axis]!
  forEachLine(x.shape, axis, (start, step) => {
    const elements = Array.from({ length: size }, (_, i): Element => x.data[start + i * step]!)
    // Of lines that keep `count` of `size` elements, the ones before this one are shorter too.
    const to = Math.floor(start / (size * step)) * count * step + (start % step)
    sortingOrder(elements, descending)
      .slice(0, count)
      .forEach((index, i) => store(to + i * step, elements[index]!, index))
  })
}

/**
 * The elements of each line along `axis` in ascending order, or descending.
 *
 * Equal elements keep their order; NaN comes last in both directions.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real, kept.
 *
 * @throws ParamError when the axis is outside the rank, DTypeError when `x` is bool
 * @source array API standard, `sort`
 * @example sort(array([3, 1, 2]), { descending: true })   // [3, 2, 1]
 */
export const sort = /* @__PURE__ */ defineOp({
  name: 'sort',
  doc: 'The elements of each line along an axis in order.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axis(-1),
    descending: /* @__PURE__ */ p.bool(false),
    stable: /* @__PURE__ */ p.granted(true),
  },
  traits: { chooses: true },
  cast: /* @__PURE__ */ meets('sort', 'real'),
  infer: ([x]) => x,
  reference: ([x], { axis, descending }, [out]) =>
    forEachSorted(x, axis, descending, x.shape[axis]!, (at, element) => put(out.data, at, element)),
})

export const sortGradient: GradientOf<typeof sort> = ([x], { axis, descending }, _outs, [g]) => [
  () => takeAlongAxis(g, argsort(argsort(x, { axis, descending }), { axis }), { axis }),
]

/**
 * The indices that sort each line along `axis`, ascending or descending.
 *
 * Equal elements keep their order; NaN comes last in both directions.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real; gives int32.
 *
 * @throws ParamError when the axis is outside the rank, DTypeError when `x` is bool
 * @source array API standard, `argsort`
 * @example argsort(array([3, 1, 2]))   // [1, 2, 0]
 */
export const argsort = /* @__PURE__ */ defineOp({
  name: 'argsort',
  doc: 'The indices that sort each line along an axis.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axis(-1),
    descending: /* @__PURE__ */ p.bool(false),
    stable: /* @__PURE__ */ p.granted(true),
  },
  cast: /* @__PURE__ */ meets('argsort', 'real'),
  infer: ([x]) => tensorType('int32', x.shape),
  reference: ([x], { axis, descending }, [out]) =>
    forEachSorted(x, axis, descending, x.shape[axis]!, (at, _, index) => put(out.data, at, index)),
})

function topType(x: TensorType, k: number, axis: number): readonly TensorType[] {
  if (!atLeast(x.shape[axis]!, k)) {
    throw new ShapeError({
      op: 'topK',
      shapes: [x.shape],
      because: `axis ${axis} has fewer than ${printDim(k)} elements`,
      instead: 'Ask for fewer elements, or choose another axis',
    })
  }
  const shape = x.shape.with(axis, checkedSizes('topK', 'k', [k])[0]!)
  return [tensorType(x.dtype, shape), tensorType('int32', shape)]
}

/**
 * The `k` largest (or smallest) elements of each line along `axis`, best first, and their indices.
 *
 * The first `k` of `sort` and `argsort`: of equal elements the first one comes first, NaN comes last in both directions.
 *
 * Shapes: `x: [...s]` gives `values` and `indices`, each `[...s with k elements along axis]`.
 * Dtypes: real, kept; `indices` are int32.
 *
 * @throws ShapeError when the axis has fewer than `k` elements, DTypeError when `x` is bool
 * @source ONNX, `TopK`
 * @example topK(array([1, 4, 3]), 2).values   // [4, 3]
 */
export const topK = /* @__PURE__ */ defineOp({
  name: 'topK',
  doc: 'The largest or smallest elements of each line along an axis, and their indices.',
  inputs: ['x'],
  params: {
    k: /* @__PURE__ */ p.size(),
    axis: /* @__PURE__ */ p.axis(-1),
    largest: /* @__PURE__ */ p.bool(true),
  },
  outputs: ['values', 'indices'],
  traits: { chooses: true },
  cast: /* @__PURE__ */ meets('topK', 'real'),
  infer: ([x], { k, axis }) => topType(x, k, axis),
  reference: ([x], { k, axis, largest }, [values, indices]) =>
    forEachSorted(x, axis, largest, k, (at, element, index) => {
      put(values.data, at, element)
      put(indices!.data, at, index)
    }),
})

export const topKGradient: GradientOf<typeof topK> = ([x], { axis }, [, indices], [g]) => [
  () => putAlongAxis(zerosLike(x), indices!, g, { axis, reduction: 'sum' }),
]
