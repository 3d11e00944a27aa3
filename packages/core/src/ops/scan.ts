import { defineOp, type HostArray } from '../op.ts'
import { plus } from '../types/dim.ts'
import { p } from '../types/param.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { accumulation, forEachLine, put } from './kernels.ts'
import { totalDType } from './reduce.ts'

type Element = number | bigint

const scanned = (x: TensorType, axis: number, includeInitial: boolean): TensorType =>
  includeInitial ? tensorType(x.dtype, x.shape.with(axis, plus(x.shape[axis]!, 1))) : x

/** Stores what `step` made of each line so far, beginning with `initial` itself where the result has room for it. */
function scanWith(
  x: HostArray,
  axis: number,
  out: HostArray,
  initial: Element,
  step: (total: Element, x: Element) => Element,
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
      total = step(total, x.data[starts[line]! + i * apart]!)
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
  traits: { contraction: true },
  cast: ([x], { dtype }) => totalDType('cumulativeSum', x, dtype),
  infer: ([x], { axis, includeInitial }) => scanned(x, axis!, includeInitial),
  reference: ([x], { axis }, [out]) => {
    const { zero, add } = accumulation(x.dtype)
    scanWith(x, axis!, out, zero, add)
  },
})

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
    const { one, multiply } = accumulation(x.dtype)
    scanWith(x, axis!, out, one, multiply)
  },
})
