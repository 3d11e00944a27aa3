import { defineOp, type GradientOf } from '../op.ts'
import { expComplex } from '../numerics/complex-exponentials.ts'
import { multiply } from './multiplication.ts'
import { unary } from './elementwise.ts'
import { meets } from './type-rules.ts'

/**
 * e to the power of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats and complex numbers keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `exp`
 * @example exp(array([0, -Infinity]))   // [1, 0]
 */
export const exp = /* @__PURE__ */ defineOp({
  name: 'exp',
  doc: 'e to the power of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('exp', 'floating or complex'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: Math.exp, complex: expComplex }),
})

export const expGradient: GradientOf<typeof exp> = (_inputs, _params, [out], [g]) => [() => multiply(g, out)]

/**
 * 2 to the power of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `exp2`; ivy, `exp2`
 * @example exp2(array([3, -1]))   // [8, 0.5]
 */
export const exp2 = /* @__PURE__ */ defineOp({
  name: 'exp2',
  doc: '2 to the power of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('exp2', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => 2 ** x }),
})

export const exp2Gradient: GradientOf<typeof exp2> = (_inputs, _params, [out], [g]) => [
  () => multiply(multiply(g, out), Math.LN2),
]
