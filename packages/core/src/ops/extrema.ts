import { type ArrayValue, defineOp, type GradientOf, type Gradients } from '../op.ts'
import { multiply } from './multiplication.ts'
import { equal, greater, greaterEqual, less, lessEqual } from './compare.ts'
import { binary } from './elementwise.ts'
import { logicalAnd } from './logic.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * The larger of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 * NaN where either is NaN; 0 is larger than -0.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `maximum`
 * @example maximum(array([1, 5]), 3)   // [3, 5]
 */
export const maximum = /* @__PURE__ */ defineOp({
  name: 'maximum',
  doc: 'The larger of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, chooses: true, commutative: true },
  cast: /* @__PURE__ */ meets('maximum', 'real'),
  infer: (types) => broadcastTypes('maximum', types),
  reference: /* @__PURE__ */ binary({ number: Math.max, bigint: (x, y) => (x > y ? x : y) }),
})

export const maximumGradient: GradientOf<typeof maximum> = ([x1, x2], _params, _outs, [g]) =>
  shared(x1, x2, g, greater)

/**
 * The smaller of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: real, promoted.
 * NaN where either is NaN; -0 is smaller than 0.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `minimum`
 * @example minimum(array([1, 5]), 3)   // [1, 3]
 */
export const minimum = /* @__PURE__ */ defineOp({
  name: 'minimum',
  doc: 'The smaller of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, chooses: true, commutative: true },
  cast: /* @__PURE__ */ meets('minimum', 'real'),
  infer: (types) => broadcastTypes('minimum', types),
  reference: /* @__PURE__ */ binary({ number: Math.min, bigint: (x, y) => (x < y ? x : y) }),
})

export const minimumGradient: GradientOf<typeof minimum> = ([x1, x2], _params, _outs, [g]) =>
  shared(x1, x2, g, less)

/**
 * The array limited to [min, max], element by element; either bound may be left out.
 *
 * Shapes: `x`, `min` and `max` broadcast. Dtypes: real, promoted.
 * NaN where any of the three is NaN; where `min` is above `max` the result is `min`.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `clip`
 * @example clip(array([-1, 2, 7]), 0, 5)   // [0, 2, 5]
 */
export const clip = /* @__PURE__ */ defineOp({
  name: 'clip',
  doc: 'The array limited to [min, max], element by element.',
  inputs: ['x', 'min?', 'max?'],
  params: {},
  traits: { elementwise: true, chooses: true },
  cast: /* @__PURE__ */ meets('clip', 'real'),
  infer: (types) => broadcastTypes('clip', types),
  decompose: ([x, min, max]): ArrayValue => {
    const capped = max === undefined ? x : minimum(x, max)
    return min === undefined ? capped : maximum(capped, min)
  },
})

export const clipGradient: GradientOf<typeof clip> = ([x, min, max], _params, _outs, [g]) => {
  const capped = (): ArrayValue => (max === undefined ? x : minimum(x, max))
  const isLow = (): ArrayValue => lessEqual(capped(), min!)
  const isHigh = (): ArrayValue => {
    const isOver = greaterEqual(x, max!)
    return min === undefined ? isOver : logicalAnd(isOver, greater(max!, min))
  }
  return [
    () => {
      const below = max === undefined ? g : where(less(x, max), g, 0)
      return min === undefined ? below : where(greater(x, min), below, 0)
    },
    min === undefined ? null : () => where(isLow(), g, 0),
    max === undefined ? null : () => where(isHigh(), g, 0),
  ]
}

/** The gradient for the one of two that wins; where they are equal, half for each. */
function shared(
  x1: ArrayValue,
  x2: ArrayValue,
  g: ArrayValue,
  wins: (x: ArrayValue, other: ArrayValue) => ArrayValue,
): Gradients {
  const part = (x: ArrayValue, other: ArrayValue) => (): ArrayValue =>
    where(equal(x, other), multiply(g, 0.5), where(wins(x, other), g, 0))
  return [part(x1, x2), part(x2, x1)]
}
