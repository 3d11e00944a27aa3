import { defineOp, type GradientOf } from '../op.ts'
import {
  acosComplex,
  asinComplex,
  atanComplex,
  cosComplex,
  sinComplex,
  tanComplex,
} from '../numerics/complex-trig.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { binary, unary } from './elementwise.ts'
import { rsqrt, square } from './powers.ts'
import { negative } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Sine of each element, in radians.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `sin`
 * @example sin(array([0]))   // [0]
 */
export const sin = /* @__PURE__ */ defineOp({
  name: 'sin',
  doc: 'Sine of each element, in radians.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('sin', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.sin, complex: sinComplex }),
})

export const sinGradient: GradientOf<typeof sin> = ([x], _params, _outs, [g]) => [() => multiply(g, cos(x))]

/**
 * Cosine of each element, in radians.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `cos`
 * @example cos(array([0]))   // [1]
 */
export const cos = /* @__PURE__ */ defineOp({
  name: 'cos',
  doc: 'Cosine of each element, in radians.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('cos', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.cos, complex: cosComplex }),
})

export const cosGradient: GradientOf<typeof cos> = ([x], _params, _outs, [g]) => [
  () => negative(multiply(g, sin(x))),
]

/**
 * Tangent of each element, in radians.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `tan`
 * @example tan(array([0]))   // [0]
 */
export const tan = /* @__PURE__ */ defineOp({
  name: 'tan',
  doc: 'Tangent of each element, in radians.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('tan', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.tan, complex: tanComplex }),
})

export const tanGradient: GradientOf<typeof tan> = (_inputs, _params, [out], [g]) => [
  () => multiply(g, add(square(out), 1)),
]

/**
 * Arcsine of each element, in radians; NaN outside [-1, 1].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `asin`
 * @example asin(array([0]))   // [0]
 */
export const asin = /* @__PURE__ */ defineOp({
  name: 'asin',
  doc: 'Arcsine of each element, in radians; NaN outside [-1, 1].',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('asin', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.asin, complex: asinComplex }),
})

export const asinGradient: GradientOf<typeof asin> = ([x], _params, _outs, [g]) => [
  () => multiply(g, rsqrt(subtract(1, square(x)))),
]

/**
 * Arccosine of each element, in radians; NaN outside [-1, 1].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `acos`
 * @example acos(array([1, 2]))   // [0, NaN]
 */
export const acos = /* @__PURE__ */ defineOp({
  name: 'acos',
  doc: 'Arccosine of each element, in radians; NaN outside [-1, 1].',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('acos', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.acos, complex: acosComplex }),
})

export const acosGradient: GradientOf<typeof acos> = ([x], _params, _outs, [g]) => [
  () => negative(multiply(g, rsqrt(subtract(1, square(x))))),
]

/**
 * Arctangent of each element, in radians.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `atan`
 * @example atan(array([0]))   // [0]
 */
export const atan = /* @__PURE__ */ defineOp({
  name: 'atan',
  doc: 'Arctangent of each element, in radians.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('atan', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.atan, complex: atanComplex }),
})

export const atanGradient: GradientOf<typeof atan> = ([x], _params, _outs, [g]) => [
  () => divide(g, add(square(x), 1)),
]

/**
 * Angle of the point (x2, x1), in radians, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats keep theirs, integers become float32.
 * In [-pi, pi]; the signs of zeros and infinities choose the quadrant, as IEEE 754 says.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `atan2`
 * @example atan2(array([0, -0]), 1)   // [0, -0]
 */
export const atan2 = /* @__PURE__ */ defineOp({
  name: 'atan2',
  doc: 'Angle of the point (x2, x1), in radians, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('atan2', 'floating'),
  infer: (types) => broadcastTypes('atan2', types),
  reference: /* @__PURE__ */ binary({ number: Math.atan2 }),
})

export const atan2Gradient: GradientOf<typeof atan2> = ([x1, x2], _params, _outs, [g]) => [
  () => multiply(g, divide(x2, add(square(x1), square(x2)))),
  () => negative(multiply(g, divide(x1, add(square(x1), square(x2))))),
]
