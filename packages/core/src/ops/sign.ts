import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { magnitude, negateComplex, signOfComplex } from '../numerics/complex-parts.ts'
import { partDType } from '../types/dtype.ts'
import { tensorType } from '../types/tensor-type.ts'
import { multiply } from './multiplication.ts'
import { unary } from './elementwise.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * The array with its sign changed.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept; integers wrap.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `negative`
 * @example negative(array([1, -2]))   // [-1, 2]
 */
export const negative = /* @__PURE__ */ defineOp({
  name: 'negative',
  doc: 'The array with its sign changed.',
  inputs: ['x'],
  params: {},
  traits: { partwise: true, elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('negative', 'numeric'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => -x, bigint: (x) => -x, complex: negateComplex }),
})

export const negativeGradient: GradientOf<typeof negative> = (_inputs, _params, _outs, [g]) => [
  () => negative(g),
]

/**
 * Absolute value, element by element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept; the smallest signed integer wraps to itself. The size of complex
 * numbers has the dtype of their parts.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `abs`
 * @example abs(array([1, -2]))   // [1, 2]
 */
export const abs = /* @__PURE__ */ defineOp({
  name: 'abs',
  doc: 'Absolute value, element by element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true, roundsComplex: true },
  cast: /* @__PURE__ */ meets('abs', 'numeric'),
  infer: ([x]) => tensorType(partDType(x.dtype), x.shape),
  reference: /* @__PURE__ */ unary({
    number: Math.abs,
    bigint: (x) => (x < 0n ? -x : x),
    complex: magnitude,
  }),
})

export const absGradient: GradientOf<typeof abs> = ([x], _params, _outs, [g]) => [() => multiply(g, sign(x))]

/**
 * -1, 0 or 1 by the sign of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept.
 * NaN stays NaN, and -0 gives 0.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `sign`
 * @example sign(array([-3, 0, 5]))   // [-1, 0, 1]
 */
export const sign = /* @__PURE__ */ defineOp({
  name: 'sign',
  doc: '-1, 0 or 1 by the sign of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true, roundsComplex: true },
  cast: /* @__PURE__ */ meets('sign', 'numeric'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({
    number: (x) => (x === 0 ? 0 : Math.sign(x)),
    bigint: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
    complex: signOfComplex,
  }),
  gradient: 'zero',
})

/**
 * Whether the sign bit is set: of negative numbers and of -0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: real; the result is bool.
 * The sign of NaN, which JavaScript does not show, counts as not set.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `signbit`
 * @example signbit(array([-1, -0, 0]))   // [true, true, false]
 */
export const signbit = /* @__PURE__ */ defineOp({
  name: 'signbit',
  doc: 'Whether the sign bit is set: of negative numbers and of -0.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('signbit', 'floating'),
  infer: ([x]) => tensorType('bool', x.shape),
  reference: /* @__PURE__ */ unary({ number: (x) => x < 0 || Object.is(x, -0) }),
})

/**
 * The array as it is.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `positive`
 * @example positive(array([1, -2]))   // [1, -2]
 */
export const positive = /* @__PURE__ */ defineOp({
  name: 'positive',
  doc: 'The array as it is.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, exact: true, identity: true },
  cast: /* @__PURE__ */ meets('positive', 'numeric'),
  infer: ([x]) => x,
  decompose: ([x]): ArrayValue => x,
})

/**
 * The size of the first array with the sign of the second, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats keep theirs, integers become float32.
 * The sign of NaN, which JavaScript does not show, counts as positive.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `copysign`
 * @example copysign(array([1, 2]), array([-3, -0]))   // [-1, -2]
 */
export const copysign = /* @__PURE__ */ defineOp({
  name: 'copysign',
  doc: 'The size of the first array with the sign of the second, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, exact: true },
  cast: /* @__PURE__ */ meets('copysign', 'floating'),
  infer: (types) => broadcastTypes('copysign', types),
  decompose: ([x1, x2]): ArrayValue => {
    const size = abs(x1)
    return where(signbit(x2), negative(size), size)
  },
})
