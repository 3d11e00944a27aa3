import { type ArrayValue, defineOp } from '../op.ts'
import { divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal } from './compare.ts'
import { sin } from './trig.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Angles in degrees as radians.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `deg2rad`; ivy, `deg2rad`
 * @example deg2rad(array([0, -0]))   // [0, -0]
 */
export const deg2rad = /* @__PURE__ */ defineOp({
  name: 'deg2rad',
  doc: 'Angles in degrees as radians.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('deg2rad', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => multiply(x, Math.PI / 180),
})

/**
 * Angles in radians as degrees.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `rad2deg`; ivy, `rad2deg`
 * @example rad2deg(array([0, Infinity]))   // [0, Infinity]
 */
export const rad2deg = /* @__PURE__ */ defineOp({
  name: 'rad2deg',
  doc: 'Angles in radians as degrees.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('rad2deg', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => multiply(x, 180 / Math.PI),
})

/**
 * sin(pi x) / (pi x), and 1 at 0.
 *
 * NaN at the infinities.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `sinc`; ivy, `sinc`
 * @example sinc(array([0]))   // [1]
 */
export const sinc = /* @__PURE__ */ defineOp({
  name: 'sinc',
  doc: 'sin(pi x) / (pi x), and 1 at 0.',
  inputs: ['x'],
  params: {},
  cast: /* @__PURE__ */ meets('sinc', 'floating'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => {
    const angle = multiply(x, Math.PI)
    const isZero = equal(x, 0)
    return where(isZero, 1, divide(sin(angle), where(isZero, 1, angle)))
  },
})
