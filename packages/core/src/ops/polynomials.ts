import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { atLeast } from '../types/at-least.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { handedOn } from './axes.ts'
import { full, linspace } from './creation.ts'
import { exp2 } from './exponentials.ts'
import { boundAt } from './gradient-axes.ts'
import { concat } from './join.ts'
import { slice } from './movement.ts'
import { unstack } from './parts.ts'
import { expandDims } from './rearrange.ts'
import { cos, sin } from './trig.ts'
import { meets } from './type-rules.ts'

/**
 * The values of a polynomial, whose coefficients stand from the highest power on.
 *
 * Shapes: `coefficients: [n]`, `x: [...s]` give `[...s]`. Dtypes: numeric, promoted.
 *
 * @throws ShapeError when the coefficients are no line, DTypeError for bool arrays
 * @source NumPy, `polyval`; ivy, `polyval`
 * @example polyval(array([1, 0, 2]), array([3]))   // [11]
 */
export const polyval = /* @__PURE__ */ defineOp({
  name: 'polyval',
  doc: 'The values of a polynomial, whose coefficients stand from the highest power on.',
  inputs: ['coefficients', 'x'],
  params: {},
  cast: /* @__PURE__ */ meets('polyval', 'numeric'),
  infer: ([coefficients, x]) => {
    if (coefficients.shape.length === 1) return x
    throw new ShapeError({
      op: 'polyval',
      shapes: [coefficients.shape],
      because: 'the coefficients are one line',
    })
  },
  decompose: ([coefficients, x]): ArrayValue => {
    const each = unstack(coefficients)
    const zero: ArrayValue = full(handedOn(x), 0, { dtype: x.dtype })
    return each.reduce<ArrayValue>((sum, one) => add(multiply(sum, x), one), zero)
  },
})

/**
 * The elements beside sines and cosines of them in rising frequencies.
 *
 * The `numBands` frequencies reach from 1 to half of `maxFreq`; powers of 2 apart, or evenly with `linear`.
 *
 * Shapes: `x: [...s]` gives `[...s, 2 numBands + 1]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ParamError unless `maxFreq` is above 0, DTypeError when `x` is bool
 * @source Jaegle and others, "Perceiver" (2021); ivy, `fourier_encode`
 * @example fourierEncode(array([0]), 4, { numBands: 1 })   // [[0, 0, 1]]
 */
export const fourierEncode = /* @__PURE__ */ defineOp({
  name: 'fourierEncode',
  doc: 'The elements beside sines and cosines of them in rising frequencies.',
  inputs: ['x'],
  params: {
    maxFreq: /* @__PURE__ */ p.number(),
    numBands: /* @__PURE__ */ p.count(4),
    linear: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('fourierEncode', 'floating'),
  infer: ([x], { maxFreq, numBands }) => {
    if (!(maxFreq > 0))
      throw new ParamError({
        op: 'fourierEncode',
        param: 'maxFreq',
        value: maxFreq,
        because: 'it is above 0',
      })
    return tensorType(x.dtype, [...x.shape, 2 * numBands + 1])
  },
  decompose: ([x], { maxFreq, numBands, linear }): ArrayValue => {
    const wide = expandDims(x, x.ndim)
    const scales = linear
      ? linspace(1, maxFreq / 2, numBands, { dtype: x.dtype })
      : exp2(linspace(0, Math.log2(maxFreq / 2), numBands, { dtype: x.dtype }))
    const angle = multiply(multiply(wide, Math.PI), scales)
    return concat([wide, sin(angle), cos(angle)], { axis: x.ndim })
  },
})

/**
 * Differences of neighbours along an axis: in the middle those of both sides, halved.
 *
 * The elements are `spacing` apart.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the axis has fewer than two elements, DTypeError when `x` is bool
 * @source NumPy, `gradient`; ivy, `gradient`
 * @example gradient(array([1, 2, 4]))   // [1, 1.5, 2]
 */
export const gradient = /* @__PURE__ */ defineOp({
  name: 'gradient',
  doc: 'Differences of neighbours along an axis: in the middle those of both sides, halved.',
  inputs: ['x'],
  params: { spacing: /* @__PURE__ */ p.number(1), axis: /* @__PURE__ */ p.axis(-1) },
  cast: /* @__PURE__ */ meets('gradient', 'floating'),
  infer: ([x], { axis }) => {
    if (atLeast(x.shape[axis]!, 2)) return x
    throw new ShapeError({ op: 'gradient', shapes: [x.shape], because: `axis ${axis} needs two elements` })
  },
  decompose: ([x], { spacing, axis }): ArrayValue => {
    const along = (from: number | null, to: number | null): ArrayValue =>
      slice(x, boundAt(x, axis, from), boundAt(x, axis, to))
    const [first, last] = [subtract(along(1, 2), along(0, 1)), subtract(along(-1, null), along(-2, -1))]
    const inner = multiply(subtract(along(2, null), along(null, -2)), 0.5)
    return divide(concat([first, inner, last], { axis }), spacing)
  },
})
