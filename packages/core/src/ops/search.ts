import { ShapeError } from '../errors.ts'
import { isValue } from '../interpreter.ts'
import { type ArrayValue, defineOp, type HostArray, type Op } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { indexDType, take } from './indexing.ts'
import { put } from './kernels.ts'
import { reducedShape, reduceWith, refuseEmpty } from './reduce.ts'
import { before } from './sort.ts'
import { meets } from './type-rules.ts'

type Element = number | bigint
const axesOf = (axis: number | null): readonly number[] | null => (axis === null ? null : [axis])

function indexType(op: string, x: TensorType, axis: number | null, keepdims: boolean): TensorType {
  refuseEmpty(op, x, axesOf(axis))
  return tensorType('int32', reducedShape(x, axesOf(axis), keepdims))
}

/** Stores for each line the index of the first element that none beats; the first NaN beats all others. */
function indexOfBest(
  x: HostArray,
  axis: number | null,
  out: HostArray,
  beats: (x: Element, best: Element) => boolean,
): void {
  reduceWith<Element>(x, axesOf(axis), out, (elements) => {
    const nan = elements.findIndex((element) => Number.isNaN(element))
    if (nan >= 0) return nan
    return elements.reduce<number>((best, element, i) => (beats(element, elements[best]!) ? i : best), 0)
  })
}

/**
 * Index of the largest element along `axis` (null: in the flattened array); the first one of equals, the first NaN of all.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: real; gives int32.
 *
 * @throws ShapeError when the axis has no elements, DTypeError when `x` is bool
 * @source array API standard, `argmax`
 * @example argmax(array([1, 5, 5]))   // 1
 */
export const argmax = /* @__PURE__ */ defineOp({
  name: 'argmax',
  doc: 'Index of the largest element along an axis.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axis(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('argmax', 'real'),
  infer: ([x], { axis, keepdims }) => indexType('argmax', x, axis, keepdims),
  reference: ([x], { axis }, [out]) => indexOfBest(x, axis, out, (element, best) => element > best),
})

/**
 * Index of the smallest element along `axis` (null: in the flattened array); the first one of equals, the first NaN of all.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: real; gives int32.
 *
 * @throws ShapeError when the axis has no elements, DTypeError when `x` is bool
 * @source array API standard, `argmin`
 * @example argmin(array([[3, 1], [2, 4]]), { axis: 1 })   // [1, 0]
 */
export const argmin = /* @__PURE__ */ defineOp({
  name: 'argmin',
  doc: 'Index of the smallest element along an axis.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axis(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('argmin', 'real'),
  infer: ([x], { axis, keepdims }) => indexType('argmin', x, axis, keepdims),
  reference: ([x], { axis }, [out]) => indexOfBest(x, axis, out, (element, best) => element < best),
})

const hasSorter = (options: unknown): boolean =>
  typeof options === 'object' &&
  options !== null &&
  !isValue(options) &&
  isValue(Reflect.get(options, 'sorter'))

/**
 * Index at which each element of `x2` has to be put into the sorted `x1` to keep it sorted.
 *
 * `side: 'left'` gives the first such index, `'right'` the last. NaN counts as larger than all numbers, as in `sort`.
 * For an `x1` that is not sorted the indices mean nothing; `sorter` are the indices that sort it, as `argsort` gives them.
 *
 * Shapes: `x1: [n]`, `x2: [...s]` give `[...s]`. Dtypes: real, promoted; gives int32.
 *
 * @throws ShapeError when `x1` has not one axis, DTypeError for bool
 * @source array API standard, `searchsorted`
 * @example searchsorted(array([1, 3, 5]), array([3, 4]), { side: 'right' })   // [2, 2]
 */
export const searchsorted = /* @__PURE__ */ defineOp({
  name: 'searchsorted',
  doc: 'Index at which each element has to be put into a sorted array to keep it sorted.',
  inputs: ['x1', 'x2'],
  params: { side: /* @__PURE__ */ p.oneOf(['left', 'right'], 'left'), sorter: /* @__PURE__ */ p.array(null) },
  variant: (args): Op | undefined => (hasSorter(args.at(-1)) ? (searchsortedBy as Op) : undefined),
  cast: /* @__PURE__ */ meets('searchsorted', 'real'),
  infer: ([x1, x2]) => {
    if (x1.shape.length !== 1) {
      throw new ShapeError({ op: 'searchsorted', shapes: [x1.shape], because: "'x1' has to have one axis" })
    }
    return tensorType('int32', x2.shape)
  },
  reference: ([x1, x2], { side }, [out]) => {
    for (let at = 0; at < x2.data.length; at++) {
      const x = x2.data[at]!
      let [low, high] = [0, x1.data.length]
      while (low < high) {
        const middle = (low + high) >> 1
        const left = side === 'left' ? before(x1.data[middle]!, x) : !before(x, x1.data[middle]!)
        if (left) low = middle + 1
        else high = middle
      }
      put(out.data, at, low)
    }
  },
})

/**
 * Index at which each element of `x2` has to be put into `x1` to keep it sorted, once `sorter` has sorted it.
 *
 * What `searchsorted` is where it is given a `sorter`: the indices that sort `x1`.
 *
 * Shapes: `x1: [n]`, `x2: [...s]`, `sorter: [n]` give `[...s]`. Dtypes: real, promoted; gives int32; `sorter` are integers.
 *
 * @throws ShapeError when `x1` or `sorter` has not one axis, or they differ in length; DTypeError for bool
 * @source array API standard, `searchsorted`
 * @example searchsortedBy(array([5, 1, 3]), 4, array([1, 2, 0], { dtype: 'int32' }))   // 2
 */
export const searchsortedBy = /* @__PURE__ */ defineOp({
  name: 'searchsortedBy',
  doc: 'Index at which each element has to be put into an array that a list of indices sorts.',
  inputs: ['x1', 'x2', 'sorter?'],
  params: { side: /* @__PURE__ */ p.oneOf(['left', 'right'], 'left') },
  gradient: 'zero',
  cast: ([x1, x2, sorter]) => {
    const values = meets('searchsortedBy', 'real')([x1, x2])
    return [values, values, sorter === undefined ? null : indexDType('searchsortedBy', sorter)]
  },
  infer: ([x1, x2, sorter]) => {
    const sizes = [x1, sorter ?? x1].map(({ shape }) => shape)
    if (sizes.every(({ length }) => length === 1) && same(sizes[0]![0]!, sizes[1]![0]!))
      return tensorType('int32', x2.shape)
    const because = "'x1' and 'sorter' have one axis of one size"
    throw new ShapeError({ op: 'searchsortedBy', shapes: sizes, because })
  },
  decompose: ([x1, x2, sorter], { side }): ArrayValue =>
    searchsorted(sorter === undefined ? x1 : take(x1, sorter, { axis: 0 }), x2, { side }),
})
