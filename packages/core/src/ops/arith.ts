import { defineOp, type GradientOf } from '../op.ts'
import { addComplex, divideComplex, subtractComplex } from '../numerics/complex.ts'
import { binary } from './elementwise.ts'
import { multiply } from './multiplication.ts'
import { negative } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Sum of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `add`
 * @example add(array([1, 2]), 10)   // [11, 12]
 */
export const add = /* @__PURE__ */ defineOp({
  name: 'add',
  doc: 'Sum of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { partwise: true, elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('add', 'numeric'),
  infer: (types) => broadcastTypes('add', types),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x + y,
    bigint: (x, y) => x + y,
    complex: addComplex,
  }),
})

export const addGradient: GradientOf<typeof add> = (_inputs, _params, _outs, [g]) => [() => g, () => g]

/**
 * Difference of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `subtract`
 * @example subtract(array([11, 12]), 10)   // [1, 2]
 */
export const subtract = /* @__PURE__ */ defineOp({
  name: 'subtract',
  doc: 'Difference of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { partwise: true, elementwise: true },
  cast: /* @__PURE__ */ meets('subtract', 'numeric'),
  infer: (types) => broadcastTypes('subtract', types),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x - y,
    bigint: (x, y) => x - y,
    complex: subtractComplex,
  }),
})

export const subtractGradient: GradientOf<typeof subtract> = (_inputs, _params, _outs, [g]) => [
  () => g,
  () => negative(g),
]

/**
 * Quotient of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats and complex numbers, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `divide`
 * @example divide(array([1, -1, 0]), 0)   // [Infinity, -Infinity, NaN]
 */
export const divide = /* @__PURE__ */ defineOp({
  name: 'divide',
  doc: 'Quotient of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('divide', 'floating or complex'),
  infer: (types) => broadcastTypes('divide', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x / y, complex: divideComplex }),
})

export const divideGradient: GradientOf<typeof divide> = ([, x2], _params, [out], [g]) => [
  () => divide(g, x2),
  () => negative(multiply(g, divide(out, x2))),
]
