import { type ArrayValue, defineOp, type GradientOf, type HostArray } from '../op.ts'
import { type Dim, minus, plus, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal, greaterEqual } from './compare.ts'
import { arange } from './creation.ts'
import { boundAt } from './gradient-axes.ts'
import { alike, concat } from './join.ts'
import { accumulation, elementAt, type Num, put } from './kernels.ts'
import { forEachLine } from './copies.ts'
import { flip, slice } from './movement.ts'
import { expandDims, moveaxis } from './rearrange.ts'
import { sum, totalDType } from './reduce.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

const scanned = (x: TensorType, axis: number, includeInitial: boolean): TensorType =>
  includeInitial ? tensorType(x.dtype, x.shape.with(axis, plus(x.shape[axis]!, 1))) : x

/** Stores what `step` made of each line so far, beginning with `initial` itself where the result has room for it. */
function scanWith(
  x: HostArray,
  axis: number,
  out: HostArray,
  initial: Num,
  step: (total: Num, x: Num) => Num,
): void {
  const size = x.shape[axis]!
  const extra = out.shape[axis]! - size
  const starts: number[] = []
  forEachLine(x.shape, axis, (start) => starts.push(start))
  let line = 0
  forEachLine(out.shape, axis, (to, apart) => {
    let total = initial
    if (extra === 1) put(out.data, to, total)
    for (let i = 0; i < size; i++) {
      total = step(total, elementAt(x, starts[line]! + i * apart))
      put(out.data, to + (i + extra) * apart, total)
    }
    line++
  })
}

/**
 * Sum of the elements of each line along `axis` up to each place.
 *
 * `includeInitial` puts a 0 before. `axis` may be left out where `x` has one axis.
 *
 * Shapes: `x: [...s]` gives `[...s]`, one longer along `axis` with `includeInitial`.
 * Dtypes: as for `sum`. Integers wrap.
 *
 * @throws ParamError when `axis` is needed or outside the rank
 * @source array API standard, `cumulative_sum`
 * @example cumulativeSum(array([1, 2, 3]))   // [1, 3, 6]
 */
export const cumulativeSum = /* @__PURE__ */ defineOp({
  name: 'cumulativeSum',
  doc: 'Sum of the elements of each line along an axis up to each place.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.onlyAxis(null),
    dtype: /* @__PURE__ */ p.dtype(null),
    includeInitial: /* @__PURE__ */ p.bool(false),
  },
  traits: { partwise: true, contraction: true },
  cast: ([x], { dtype }) => totalDType('cumulativeSum', x, dtype),
  infer: ([x], { axis, includeInitial }) => scanned(x, axis!, includeInitial),
  reference: ([x], { axis }, [out]) => {
    const { zero, add } = accumulation(x.dtype)
    scanWith(x, axis!, out, zero, add)
  },
})

export const cumulativeSumGradient: GradientOf<typeof cumulativeSum> = (
  _inputs,
  { axis, includeInitial },
  _outs,
  [g],
) => [
  () => {
    const after = includeInitial ? slice(g, boundAt(g, axis!, 1), []) : g
    return flip(cumulativeSum(flip(after, { axis: axis! }), { axis: axis! }), { axis: axis! })
  },
]

/**
 * Product of the elements of each line along `axis` up to each place.
 *
 * `includeInitial` puts a 1 before. `axis` may be left out where `x` has one axis.
 *
 * Shapes: `x: [...s]` gives `[...s]`, one longer along `axis` with `includeInitial`.
 * Dtypes: as for `sum`. Integers wrap.
 *
 * @throws ParamError when `axis` is needed or outside the rank
 * @source array API standard, `cumulative_prod`
 * @example cumulativeProd(array([1, 2, 3]))   // [1, 2, 6]
 */
export const cumulativeProd = /* @__PURE__ */ defineOp({
  name: 'cumulativeProd',
  doc: 'Product of the elements of each line along an axis up to each place.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.onlyAxis(null),
    dtype: /* @__PURE__ */ p.dtype(null),
    includeInitial: /* @__PURE__ */ p.bool(false),
  },
  traits: { contraction: true },
  cast: ([x], { dtype }) => totalDType('cumulativeProd', x, dtype),
  infer: ([x], { axis, includeInitial }) => scanned(x, axis!, includeInitial),
  reference: ([x], { axis }, [out]) => {
    const { one, multiply: times } = accumulation(x.dtype)
    scanWith(x, axis!, out, one, times)
  },
})

export const cumulativeProdGradient: GradientOf<typeof cumulativeProd> = (
  [x],
  { axis, includeInitial },
  _outs,
  [g],
) => [
  () => {
    const after = includeInitial ? slice(g, boundAt(g, axis!, 1), []) : g
    return ofProducts(x, axis!, after)
  },
]

/** Size of an axis after `n` differences: each takes one element, as long as there is one. */
function shortened(size: Dim, n: number): Dim {
  let left = size
  for (let i = 0; i < n && !same(left, 0); i++) left = minus(left, 1)
  return left
}

/**
 * Differences of neighbours along `axis`, taken `n` times.
 *
 * `prepend` and `append` are joined to `x` along `axis` first.
 *
 * Shapes: `x: [...s]` gives `axis` `n` elements fewer, 0 at the least. Dtypes: numeric, promoted; unsigned integers wrap.
 *
 * @throws ShapeError when `prepend` or `append` differ in another size, DTypeError for bool
 * @source array API standard, `diff`
 * @example diff(array([1, 4, 9]))   // [3, 5]
 */
export const diff = /* @__PURE__ */ defineOp({
  name: 'diff',
  doc: 'Differences of neighbours along an axis.',
  inputs: ['x', 'prepend?', 'append?'],
  params: { axis: /* @__PURE__ */ p.axis(-1), n: /* @__PURE__ */ p.degree(1) },
  cast: /* @__PURE__ */ meets('diff', 'numeric'),
  infer: ([x, prepend, append], { axis, n }) => {
    const parts = [prepend, x, append].filter((part) => part !== undefined)
    alike('diff', parts, axis)
    const size = parts.reduce((total: Dim, part) => plus(total, part.shape[axis]!), 0)
    return tensorType(x.dtype, x.shape.with(axis, shortened(size, n)))
  },
  decompose: ([x, prepend, append], { axis, n }): ArrayValue => {
    const parts = [prepend, x, append].filter((part) => part !== undefined)
    let left = parts.length === 1 ? x : concat(parts, { axis })
    const along = (bound: number): (number | null)[] => left.shape.map((_, i) => (i === axis ? bound : null))
    for (let i = 0; i < n && left.shape[axis]! > 0; i++) {
      left = subtract(slice(left, along(1), []), slice(left, [], along(-1)))
    }
    return left
  },
})

/** For each element the products that have it, without it: one line for each, so that none is divided by. */
function ofProducts(x: ArrayValue, axis: number, g: ArrayValue): ArrayValue {
  const [lines, gradients] = [moveaxis(x, axis, x.ndim - 1), moveaxis(g, axis, x.ndim - 1)]
  const place = arange(0, x.shape[axis]!, 1, { dtype: 'int32' })
  const own = expandDims(place, 1)
  const others = where(equal(place, own), 1, expandDims(lines, x.ndim - 1))
  const products = cumulativeProd(others, { axis: x.ndim })
  const parts = multiply(products, expandDims(gradients, x.ndim - 1))
  const total = sum(where(greaterEqual(place, own), parts, 0), { axis: x.ndim })
  return moveaxis(total, x.ndim - 1, axis)
}
