import {
  digamma as digammaOf,
  digammaOverRoot,
  digammaRoot,
  digammaTail,
  lgamma as lgammaOf,
  stirling,
  stirlingRest,
  zetaSeries,
} from '../numerics/special.ts'
import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { equal, greater, greaterEqual, less, lessEqual } from './compare.ts'
import { unary } from './elementwise.ts'
import { log, log1p } from './exp-log.ts'
import { horner } from './horner.ts'
import { isinf, logicalAnd, logicalOr } from './logic.ts'
import { square } from './powers.ts'
import { round } from './rounding.ts'
import { abs, negative } from './sign.ts'
import { meets } from './type-rules.ts'
import { sin, tan } from './trig.ts'
import { where } from './where.ts'

// What engines without kernels of the host run is computed in float64, by the formulas of `numerics/special.ts`.

/** From here on series in 1 / x^2 have all digits. */
const large = 10

/** Numbers below `large` brought down to at most `most` by steps of 1, with what `take` gathers of each number met. */
function broughtDown(
  x: ArrayValue,
  most: number,
  first: number,
  take: (gathered: ArrayValue, base: ArrayValue) => ArrayValue,
): readonly [base: ArrayValue, gathered: ArrayValue] {
  let base = x
  let gathered: ArrayValue = add(multiply(base, 0), first)
  for (let i = 0; i < large - Math.floor(most); i++) {
    const isAbove = logicalAnd(greater(base, most), less(x, large))
    const next = where(isAbove, subtract(base, 1), base)
    gathered = where(isAbove, take(gathered, next), gathered)
    base = next
  }
  return [base, gathered]
}

/** How far a number is from the next whole one, times pi; whole turns are taken off exactly. */
const angleOf = (x: ArrayValue): ArrayValue => multiply(subtract(x, round(x)), Math.PI)

/** Whether the functions have a pole at a number, or beyond all of them. */
const isPole = (x: ArrayValue): ArrayValue =>
  logicalAnd(lessEqual(x, 0), logicalOr(isinf(x), equal(round(x), x)))

/** `lgamma` of float64 above 0. */
function lgammaOfSize(x: ArrayValue): ArrayValue {
  const [base, product] = broughtDown(x, 2.5, 1, multiply)
  const isSmall = less(x, 0.5)
  const isNearOne = less(x, 1.5)
  const z = where(isSmall, x, where(isNearOne, subtract(x, 1), subtract(base, 2)))
  const steps = where(isNearOne, negative(log(x)), log(product))
  const near = subtract(add(multiply(z, horner(zetaSeries, z)), steps), where(isSmall, log1p(x), 0))
  const tail = add(divide(horner(stirling, divide(1, square(x))), x), stirlingRest)
  const series = add(multiply(subtract(x, 0.5), subtract(log(x), 1)), tail)
  const far = where(greater(x, 1e17), multiply(x, subtract(log(x), 1)), series)
  return where(less(x, large), near, far)
}

function lgammaInDoubles(x: ArrayValue): ArrayValue {
  const size = abs(x)
  const right = lgammaOfSize(size)
  const sine = abs(sin(angleOf(x)))
  const left = subtract(log(divide(Math.PI, multiply(sine, size))), right)
  // Of tiny numbers the product would leave the range.
  const beside = where(less(size, 1e-17), negative(log(size)), where(less(x, 0), left, right))
  return where(isPole(x), Infinity, beside)
}

/**
 * Logarithm of the size of the gamma function of each element; Infinity at 0 and the negative integers.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source SciPy, `special.gammaln`; ivy, `lgamma`
 * @example lgamma(array([1, 2, 0]))   // [0, 0, Infinity]
 */
export const lgamma = /* @__PURE__ */ defineOp({
  name: 'lgamma',
  doc: 'Logarithm of the size of the gamma function of each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, steep: true },
  cast: /* @__PURE__ */ meets('lgamma', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: lgammaOf }),
  expand: ([x]): ArrayValue => lgammaInDoubles(astype(x, 'float64')),
})

export const lgammaGradient: GradientOf<typeof lgamma> = ([x], _params, _outs, [g]) => [
  () => multiply(g, digamma(x)),
]

/** `digamma` of float64 above 0. */
function digammaOfPositive(x: ArrayValue): ArrayValue {
  const [base, sum] = broughtDown(x, 2, 0, (all, next) => add(all, divide(1, next)))
  const isSmall = less(x, 1)
  const at = where(isSmall, add(x, 1), base)
  const beside = subtract(subtract(at, digammaRoot.high), digammaRoot.low)
  const nearRoot = multiply(beside, horner(digammaOverRoot, subtract(multiply(at, 2), 3)))
  const near = add(nearRoot, where(isSmall, divide(-1, x), sum))
  const inverse = divide(1, square(x))
  const tail = multiply(inverse, horner(digammaTail, inverse))
  const far = subtract(subtract(log(x), divide(0.5, x)), tail)
  return where(greaterEqual(x, large), far, near)
}

function digammaInDoubles(x: ArrayValue): ArrayValue {
  const isLeft = less(x, 0)
  const right = digammaOfPositive(where(isLeft, subtract(1, x), x))
  const left = subtract(right, divide(Math.PI, tan(angleOf(x))))
  const known = where(isLeft, left, right)
  return where(equal(x, 0), divide(-1, x), where(isPole(x), NaN, known))
}

/**
 * Derivative of `lgamma` at each element; NaN at the negative integers.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source SciPy, `special.digamma`; ivy, `digamma`
 * @example digamma(array([0, -1]))   // [-Infinity, NaN]
 */
export const digamma = /* @__PURE__ */ defineOp({
  name: 'digamma',
  doc: 'Derivative of `lgamma` at each element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, steep: true },
  cast: /* @__PURE__ */ meets('digamma', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: digammaOf }),
  expand: ([x]): ArrayValue => digammaInDoubles(astype(x, 'float64')),
  gradient: {
    missing: 'its derivative, the trigamma function, is no op',
    instead: 'Take it as a constant: stopGradient(x)',
  },
})
