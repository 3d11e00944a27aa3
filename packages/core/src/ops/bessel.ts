import { i0 as i0Of, i0Far, i0Most, i0Near } from '../numerics/bessel.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { lessEqual } from './compare.ts'
import { unary } from './elementwise.ts'
import { exp } from './exponentials.ts'
import { maximum, minimum } from './extrema.ts'
import { horner } from './horner.ts'
import { sqrt } from './powers.ts'
import { abs } from './sign.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/** `i0` of float64, by the formulas of `numerics/bessel.ts`; NaN passes. */
export function i0InDoubles(x: ArrayValue): ArrayValue {
  const size = minimum(abs(x), i0Most)
  const half = exp(multiply(size, 0.5))
  const near = horner(i0Near, subtract(multiply(minimum(size, 8), 0.25), 1))
  const large = maximum(size, 8)
  const far = divide(horner(i0Far, subtract(divide(16, large), 1)), sqrt(large))
  return multiply(multiply(half, where(lessEqual(size, 8), near, far)), half)
}

/**
 * Modified Bessel function of the first kind and order 0 of each element.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source NumPy, `i0`; ivy, `i0`
 * @example i0(array([0, -Infinity]))   // [1, Infinity]
 */
export const i0 = /* @__PURE__ */ defineOp({
  name: 'i0',
  doc: 'Modified Bessel function of the first kind and order 0 of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, steep: true },
  cast: /* @__PURE__ */ meets('i0', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: i0Of }),
  expand: ([x]): ArrayValue => i0InDoubles(astype(x, 'float64')),
  gradient: {
    missing: 'its derivative, the Bessel function of order 1, is no op',
    instead: 'Take it as a constant: stopGradient(x)',
  },
})
