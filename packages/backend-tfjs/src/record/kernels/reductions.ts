import {
  all,
  any,
  argmax,
  argmin,
  array,
  astype,
  cumulativeProd,
  cumulativeSum,
  flip,
  isnan,
  max,
  mean,
  min,
  type NDArray,
  prod,
  reshape,
  slice,
  sum,
  where,
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

type Find = (x: NDArray, options: { readonly axis: number }) => NDArray

/** The array with a number that is never found in place of NaN, and at the first place one that always is. */
function withoutNaN(x: NDArray, axis: number, never: number, first: number): NDArray {
  const line = Float32Array.from({ length: x.shape[axis]! }, (_, i) => (i === 0 ? first : never))
  const sizes = x.shape.map((size, at) => (at === axis ? size : 1))
  return where(isnan(x), reshape(array(line), sizes), x)
}

/** tfjs takes the first element, and any other one that is beyond the best so far, which no NaN is. */
const found = (op: Find, never: number, first = -never): Kernel =>
  kernel(['x'], ([x], { axis }: ArgMaxAttrs) => {
    const along = axis < 0 ? axis + x.ndim : axis
    return op(x.dtype === 'float32' ? withoutNaN(x, along, never, first) : numeric(x), { axis: along })
  })

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
  ArgMax: found(argmax, -Infinity),
  ArgMin: found(argmin, Infinity),
  Cumprod: scan(cumulativeProd),
  Cumsum: scan(cumulativeSum),
  Max: reduction(max, numeric),
  Mean: reduction(mean, asFloat),
  Min: reduction(min, numeric),
  Prod: reduction(prod, numeric),
  Sum: reduction(sum, numeric),
}

/** TensorFlow compares the first element as it does any other. */
export const reductionsOfTensorFlow: Family = {
  ArgMax: found(argmax, -Infinity, -Infinity),
  ArgMin: found(argmin, Infinity, Infinity),
}
