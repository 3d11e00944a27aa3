import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import { isFloat } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { axesOf } from './axes.ts'
import { equal } from './compare.ts'
import { arange } from './creation.ts'
import { maximum, minimum } from './extrema.ts'
import { boundAt } from './gradient-axes.ts'
import { concat } from './join.ts'
import { isnan, logicalOr } from './logic.ts'
import { reshape, slice } from './movement.ts'
import { sum } from './reduce.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/** The best element up to each place, by steps that double what each place has seen. */
function runningBest(
  x: ArrayValue,
  axis: number,
  better: (x1: ArrayValue, x2: ArrayValue) => ArrayValue,
): ArrayValue {
  let best = x
  for (let step = 1; step < x.shape[axis]!; step *= 2) {
    const head = slice(best, [], boundAt(best, axis, step))
    const earlier = slice(best, [], boundAt(best, axis, -step))
    best = concat([head, better(slice(best, boundAt(best, axis, step), []), earlier)], { axis })
  }
  return best
}

/** The best elements and where they stand; of equal ones the last. */
function running(
  x: ArrayValue,
  axis: number,
  better: (x1: ArrayValue, x2: ArrayValue) => ArrayValue,
): readonly ArrayValue[] {
  const values = runningBest(x, axis, better)
  const count = x.shape[axis]!
  const place = reshape(
    arange(0, count, 1, { dtype: 'int32' }),
    x.shape.map((_, i) => (i === axis ? count : 1)),
  )
  const isBest = isFloat(x.dtype) ? logicalOr(equal(x, values), isnan(x)) : equal(x, values)
  return [values, runningBest(where(isBest, place, 0), axis, maximum)]
}

/**
 * Largest element of each line along an axis up to each place, and its index.
 *
 * Of equal elements the last one counts; from the first NaN on all are NaN.
 *
 * Shapes: `x: [...s]` gives `values` and `indices`, each `[...s]`. Dtypes: real, kept; `indices` are int32.
 *
 * @throws ParamError when the axis is outside the rank, DTypeError when `x` is bool
 * @source PyTorch, `cummax`; ivy, `cummax`
 * @example cummax(array([1, 3, 2])).values   // [1, 3, 3]
 */
export const cummax = /* @__PURE__ */ defineOp({
  name: 'cummax',
  doc: 'Largest element of each line along an axis up to each place, and its index.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axis(-1) },
  outputs: ['values', 'indices'],
  cast: /* @__PURE__ */ meets('cummax', 'real'),
  infer: ([x]) => [x, tensorType('int32', x.shape)],
  decompose: ([x], { axis }): readonly ArrayValue[] => running(x, axis, maximum),
})

/**
 * Smallest element of each line along an axis up to each place, and its index.
 *
 * Of equal elements the last one counts; from the first NaN on all are NaN.
 *
 * Shapes: `x: [...s]` gives `values` and `indices`, each `[...s]`. Dtypes: real, kept; `indices` are int32.
 *
 * @throws ParamError when the axis is outside the rank, DTypeError when `x` is bool
 * @source PyTorch, `cummin`; ivy, `cummin`
 * @example cummin(array([1, 3, 2])).values   // [1, 1, 1]
 */
export const cummin = /* @__PURE__ */ defineOp({
  name: 'cummin',
  doc: 'Smallest element of each line along an axis up to each place, and its index.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axis(-1) },
  outputs: ['values', 'indices'],
  cast: /* @__PURE__ */ meets('cummin', 'real'),
  infer: ([x]) => [x, tensorType('int32', x.shape)],
  decompose: ([x], { axis }): readonly ArrayValue[] => running(x, axis, minimum),
})

/**
 * Integral of lines along an axis by the trapezoidal rule.
 *
 * The points are `dx` apart, or where `x` says.
 *
 * Shapes: `y: [...s]` gives `[...s without axis]`; `x` is `[n]` or `[...s]`. Dtypes: real, promoted; integers
 * become float32.
 *
 * @throws ShapeError when `x` does not fit, DTypeError for bool arrays
 * @source NumPy, `trapezoid`; ivy, `trapz`
 * @example trapz(array([1, 2, 3]))   // 4
 */
export const trapz = /* @__PURE__ */ defineOp({
  name: 'trapz',
  doc: 'Integral of lines along an axis by the trapezoidal rule.',
  inputs: ['y', 'x?'],
  params: { dx: /* @__PURE__ */ p.number(1), axis: /* @__PURE__ */ p.axis(-1) },
  cast: (types) => meets('trapz', 'floating')(types),
  infer: ([y, x], { axis }) => {
    if (x !== undefined) {
      const fits =
        x.shape.length === 1
          ? same(x.shape[0]!, y.shape[axis]!)
          : x.shape.length === y.shape.length && x.shape.every((size, i) => same(size, y.shape[i]!))
      const because = "'x' is one line as long as the axis, or has the sizes of 'y'"
      if (!fits) throw new ShapeError({ op: 'trapz', shapes: [y.shape, x.shape], because })
    }
    return tensorType(y.dtype, y.shape.toSpliced(axis, 1))
  },
  decompose: ([y, x], { dx, axis }): ArrayValue => {
    const sides = (one: ArrayValue, along: number): readonly [ArrayValue, ArrayValue] => [
      slice(one, boundAt(one, along, 1), []),
      slice(one, [], boundAt(one, along, -1)),
    ]
    const [right, left] = sides(y, axis)
    const heights = multiply(add(right, left), 0.5)
    if (x === undefined) return multiply(sum(heights, { axis }), dx)
    const [to, from] = sides(x, x.ndim === 1 ? 0 : axis)
    const widths = subtract(to, from)
    const shape = axesOf(y).map((one) => (one === axis ? widths.size : 1))
    return sum(multiply(heights, x.ndim === 1 ? reshape(widths, shape) : widths), { axis })
  },
})
