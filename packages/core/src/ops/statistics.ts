import { type ArrayArg, type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { type Dim, same, times } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { axesOf, handedOn } from './axes.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { greater } from './compare.ts'
import { full } from './creation.ts'
import { log } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { restored } from './gradient-axes.ts'
import { shareOf } from './gradient-shares.ts'
import { isfinite } from './logic.ts'
import { sqrt } from './powers.ts'
import { max, reducedShape, sum } from './reduce.ts'
import { squeeze } from './rearrange.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

type Axes = readonly number[] | null

const reducedType = (x: TensorType, axis: Axes, keepdims: boolean): TensorType =>
  tensorType(x.dtype, reducedShape(x, axis, keepdims))

/** How many elements of `x` each place of a reduction is made of, less a correction; NaN where none is left. */
export function countOver(x: ArrayValue, axis: Axes, correction: number): ArrayArg {
  const count = (axis ?? axesOf(x)).reduce<Dim>((n, one) => times(n, handedOn(x)[one]!), 1)
  if (typeof count === 'number') return correction === 0 || count > correction ? count - correction : NaN
  const left = subtract(full([], count as unknown as number, { dtype: x.dtype }), correction)
  return correction === 0 ? left : where(greater(left, 0), left, NaN)
}

/** What `compute` makes of the array, in single precision for half floats: their sums and squares soon leave their range. */
export const widely = (x: ArrayValue, compute: (x: ArrayValue) => ArrayValue): ArrayValue =>
  x.dtype === 'float16' ? astype(compute(astype(x, 'float32')), 'float16') : compute(x)

const meanOf = (x: ArrayValue, axis: Axes, keepdims: boolean): ArrayValue =>
  divide(sum(x, { axis, keepdims }), countOver(x, axis, 0))

/**
 * Mean of the elements over `axis` (null: all); NaN where there are none.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: floats and complex numbers keep theirs (float16 is summed in float32); integers become float32; bool is refused.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source array API standard, `mean`
 * @example mean(array([1, 2, 6]))   // 3
 */
export const mean = /* @__PURE__ */ defineOp({
  name: 'mean',
  doc: 'Mean of the elements over axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('mean', 'floating or complex'),
  infer: ([x], { axis, keepdims }) => reducedType(x, axis, keepdims),
  decompose: ([x], { axis, keepdims }): ArrayValue => widely(x, (wide) => meanOf(wide, axis, keepdims)),
})

function varianceOf(x: ArrayValue, axis: Axes, correction: number, keepdims: boolean): ArrayValue {
  const deviation = subtract(x, meanOf(x, axis, true))
  return divide(sum(multiply(deviation, deviation), { axis, keepdims }), countOver(x, axis, correction))
}

/**
 * Variance of the elements over `axis` (null: all).
 *
 * Divides by `n - correction`; with `n <= correction` the result is NaN, not an error.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: floats keep theirs (float16 is summed in float32); integers become float32; bool is refused.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source array API standard, `var`
 * @example variance(array([1, 2, 3, 4]))   // 1.25
 */
export const variance = /* @__PURE__ */ defineOp({
  name: 'var',
  doc: 'Variance of the elements over axes.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    correction: /* @__PURE__ */ p.number(0),
    keepdims: /* @__PURE__ */ p.bool(false),
  },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('var', 'floating'),
  infer: ([x], { axis, keepdims }) => reducedType(x, axis, keepdims),
  decompose: ([x], { axis, correction, keepdims }): ArrayValue =>
    widely(x, (wide) => varianceOf(wide, axis, correction, keepdims)),
})

/**
 * Standard deviation of the elements over `axis` (null: all): the square root of `variance`.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: floats keep theirs (float16 is summed in float32); integers become float32; bool is refused.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source array API standard, `std`
 * @example std(array([1, 3]))   // 1
 */
export const std = /* @__PURE__ */ defineOp({
  name: 'std',
  doc: 'Standard deviation of the elements over axes.',
  inputs: ['x'],
  params: {
    axis: /* @__PURE__ */ p.axes(null),
    correction: /* @__PURE__ */ p.number(0),
    keepdims: /* @__PURE__ */ p.bool(false),
  },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('std', 'floating'),
  infer: ([x], { axis, keepdims }) => reducedType(x, axis, keepdims),
  decompose: ([x], { axis, correction, keepdims }): ArrayValue =>
    widely(x, (wide) => sqrt(varianceOf(wide, axis, correction, keepdims))),
})

/**
 * Number of elements over `axis` (null: all) that are not zero; NaN is not.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`. Dtypes: any; gives int32.
 *
 * @throws ParamError when an axis is outside the rank
 * @source array API standard, `count_nonzero`
 * @example countNonzero(array([0, 1, -2]))   // 2
 */
export const countNonzero = /* @__PURE__ */ defineOp({
  name: 'countNonzero',
  doc: 'Number of elements over axes that are not zero.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: () => 'bool',
  infer: ([x], { axis, keepdims }) => tensorType('int32', reducedShape(x, axis, keepdims)),
  decompose: ([x], { axis, keepdims }): ArrayValue => sum(x, { axis, keepdims }),
})

/**
 * Logarithm of the sum of the exponentials over `axis` (null: all), without overflow; -Infinity where there are none.
 *
 * Shapes: `x: [...s]` gives `[...s without axis]`, or the same rank with `keepdims`.
 * Dtypes: floats keep theirs; integers become float32; bool is refused.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source PyTorch, `torch.logsumexp`
 * @example logsumexp(array([1000, -Infinity]))   // 1000
 */
export const logsumexp = /* @__PURE__ */ defineOp({
  name: 'logsumexp',
  doc: 'Logarithm of the sum of the exponentials over axes, without overflow.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes(null), keepdims: /* @__PURE__ */ p.bool(false) },
  traits: { reduction: true },
  cast: /* @__PURE__ */ meets('logsumexp', 'floating'),
  infer: ([x], { axis, keepdims }) => reducedType(x, axis, keepdims),
  decompose: ([x], { axis, keepdims }): ArrayValue => {
    if ((axis ?? axesOf(x)).some((one) => same(handedOn(x)[one]!, 0)))
      return log(sum(exp(x), { axis, keepdims }))
    const largest = max(x, { axis, keepdims: true })
    // An infinite one would give NaN by Infinity - Infinity.
    const top = where(isfinite(largest), largest, 0)
    const kept = add(top, log(sum(exp(subtract(x, top)), { axis, keepdims: true })))
    return keepdims ? kept : squeeze(kept, axis ?? axesOf(x))
  },
})

export const logsumexpGradient: GradientOf<typeof logsumexp> = ([x], { axis }, [out], [g]) => [
  () => multiply(restored(g, x, axis), shareOf(x, restored(out, x, axis))),
]
