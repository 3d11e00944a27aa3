import {
  all,
  any,
  argmax,
  argmin,
  astype,
  cumulativeProd,
  cumulativeSum,
  flip,
  max,
  mean,
  min,
  type NDArray,
  prod,
  slice,
  sum,
} from '@tendril/core/fn'
import type { ArgMaxAttrs, CumsumAttrs } from '@tensorflow/tfjs-core'
import { type Family, type Kernel, kernel, type Out } from '../kernel.ts'
import { numeric, toDType, toShape } from '../values.ts'

interface Axes {
  readonly axis?: number | readonly number[] | null
  readonly reductionIndices?: number | readonly number[] | null
}
type Reduce = (x: NDArray, options: { readonly axis: readonly number[] | null }) => NDArray

/** The attribute is named in two ways; without it all axes are meant. */
function reduced(op: Reduce, x: NDArray, { axis, reductionIndices }: Axes, out: Out): NDArray {
  const given = axis ?? reductionIndices
  const axes = given === undefined || given === null ? null : typeof given === 'number' ? [given] : given
  return toShape(axes?.length === 0 ? x : op(x, { axis: axes }), out.shape)
}

const reduction = (op: Reduce, prepare: (x: NDArray) => NDArray = (x) => x): Kernel =>
  kernel(['x'], ([x], attrs: Axes, [out]) => reduced(op, prepare(x), attrs, out))

const found = (op: (x: NDArray, options: { readonly axis: number }) => NDArray): Kernel =>
  kernel(['x'], ([x], { axis }: ArgMaxAttrs) => op(numeric(x), { axis }))

type Accumulate = (
  x: NDArray,
  options: { readonly axis: number; readonly includeInitial: boolean },
) => NDArray

/** Exclusive: each place holds what came before it. */
function scanned(op: Accumulate, x: NDArray, { axis, exclusive, reverse }: CumsumAttrs): NDArray {
  const along = axis < 0 ? axis + x.ndim : axis
  const turned = (one: NDArray): NDArray => (reverse ? flip(one, { axis: along }) : one)
  const whole = op(turned(numeric(x)), { axis: along, includeInitial: exclusive })
  const stops = x.shape.map((size, i) => (i === along ? size : null))
  return turned(
    exclusive
      ? slice(
          whole,
          x.shape.map(() => null),
          stops,
        )
      : whole,
  )
}

const scan = (op: Accumulate): Kernel =>
  kernel(['x'], ([x], attrs: CumsumAttrs, [out]) => toDType(scanned(op, x, attrs), out.dtype))

const asFloat = (x: NDArray): NDArray => (x.dtype === 'float32' ? x : astype(x, 'float32'))

/** Kernels that fold the elements of axes. */
export const reductions: Family = {
  All: reduction(all),
  Any: reduction(any),
  ArgMax: found(argmax),
  ArgMin: found(argmin),
  Cumprod: scan(cumulativeProd),
  Cumsum: scan(cumulativeSum),
  Max: reduction(max, numeric),
  Mean: reduction(mean, asFloat),
  Min: reduction(min, numeric),
  Prod: reduction(prod, numeric),
  Sum: reduction(sum, numeric),
}
