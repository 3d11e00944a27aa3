import { defineOp, type GradientOf } from '../op.ts'
import { multiplyComplex } from '../numerics/complex.ts'
import { binary } from './elementwise.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Product of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source array API standard, `multiply`
 * @example multiply(array([1, 2]), 10)   // [10, 20]
 */
export const multiply = /* @__PURE__ */ defineOp({
  name: 'multiply',
  doc: 'Product of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true, scales: true },
  cast: /* @__PURE__ */ meets('multiply', 'numeric'),
  infer: (types) => broadcastTypes('multiply', types),
  reference: /* @__PURE__ */ binary({
    number: (x, y) => x * y,
    int: Math.imul,
    bigint: (x, y) => x * y,
    complex: multiplyComplex,
  }),
})

export const multiplyGradient: GradientOf<typeof multiply> = ([x1, x2], _params, _outs, [g]) => [
  () => multiply(g, x2),
  () => multiply(g, x1),
]
