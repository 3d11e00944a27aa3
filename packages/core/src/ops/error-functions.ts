import { codyRatios, erfc as erfcOf, erfinv as erfinvOf, wichuraRatios } from '../numerics/special.ts'
import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { equal, less, lessEqual } from './compare.ts'
import { unary } from './elementwise.ts'
import { log } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { maximum, minimum } from './extrema.ts'
import { ratioOf } from './horner.ts'
import { sqrt, square } from './powers.ts'
import { trunc } from './rounding.ts'
import { abs, copysign, negative } from './sign.ts'
import { erf } from './special.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

// What engines without kernels of the host run is computed in float64, by the formulas of `numerics/special.ts`.

/** exp(-x^2) with the square split: its rounding error would be multiplied by the square itself. */
function expOfMinusSquare(x: ArrayValue): ArrayValue {
  const head = divide(trunc(multiply(x, 16)), 16)
  const rest = multiply(subtract(head, x), add(head, x))
  return multiply(exp(negative(square(head))), exp(rest))
}

/** `1 - erf(x)` of float64. */
function erfcInDoubles(x: ArrayValue): ArrayValue {
  // Beyond 27.3 it is 0, which the exponential gives; NaN passes.
  const size = minimum(abs(x), 28)
  const far = maximum(size, 4)
  const inverse = divide(1, square(far))
  const tail = subtract(1 / Math.sqrt(Math.PI), multiply(inverse, ratioOf(codyRatios.tail, inverse)))
  const factor = where(lessEqual(size, 4), ratioOf(codyRatios.erfc, minimum(size, 4)), divide(tail, far))
  const right = multiply(expOfMinusSquare(size), factor)
  const outer = where(less(x, 0), subtract(2, right), right)
  return where(lessEqual(size, 0.46875), subtract(1, erf(x)), outer)
}

/**
 * 1 - erf(x) of each element, which keeps its digits where `erf` is almost 1.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source SciPy, `special.erfc`; ivy, `erfc`
 * @example erfc(array([0, Infinity, -Infinity]))   // [1, 0, 2]
 */
export const erfc = /* @__PURE__ */ defineOp({
  name: 'erfc',
  doc: '1 - erf(x) of each element, which keeps its digits where `erf` is almost 1.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, steep: true },
  cast: /* @__PURE__ */ meets('erfc', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: erfcOf }),
  expand: ([x]): ArrayValue => erfcInDoubles(astype(x, 'float64')),
})

export const erfcGradient: GradientOf<typeof erfc> = ([x], _params, _outs, [g]) => [
  () => multiply(g, multiply(exp(negative(square(x))), -2 / Math.sqrt(Math.PI))),
]

/** `erfinv` of float64 in [0, 1). */
function erfinvOfSize(size: ArrayValue): ArrayValue {
  const half = multiply(size, 0.5)
  const centre = multiply(half, ratioOf(wichuraRatios.centre, subtract(0.180625, square(half))))
  const root = sqrt(negative(log(subtract(0.5, half))))
  const side = ratioOf(wichuraRatios.side, subtract(minimum(root, 5), 1.6))
  const far = ratioOf(wichuraRatios.far, subtract(maximum(root, 5), 5))
  const outer = where(lessEqual(root, 5), side, far)
  const y = multiply(where(lessEqual(half, 0.425), centre, outer), Math.SQRT1_2)
  // One step of Halley's method; near 1 the residual is taken of erfc, where 1 - size is exact.
  const beside = subtract(subtract(1, size), erfcInDoubles(y))
  const residual = where(less(size, 0.5), subtract(erf(y), size), beside)
  const step = divide(residual, multiply(exp(negative(square(y))), 2 / Math.sqrt(Math.PI)))
  return subtract(y, divide(step, add(1, multiply(y, step))))
}

function erfinvInDoubles(x: ArrayValue): ArrayValue {
  const size = abs(x)
  const inner = copysign(erfinvOfSize(where(less(size, 1), size, 0)), x)
  const outer = where(equal(size, 1), multiply(x, Infinity), NaN)
  // erf is linear near 0, and the step would divide the rounding of tiny numbers.
  const near = multiply(x, Math.sqrt(Math.PI) / 2)
  return where(less(size, 1e-8), near, where(less(size, 1), inner, outer))
}

/**
 * The number whose `erf` is each element; NaN outside [-1, 1].
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source SciPy, `special.erfinv`; ivy, `erfinv`
 * @example erfinv(array([0, 1, -1]))   // [0, Infinity, -Infinity]
 */
export const erfinv = /* @__PURE__ */ defineOp({
  name: 'erfinv',
  doc: 'The number whose `erf` is each element; NaN outside [-1, 1].',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true, steep: true },
  cast: /* @__PURE__ */ meets('erfinv', 'floating'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: erfinvOf }),
  expand: ([x]): ArrayValue => erfinvInDoubles(astype(x, 'float64')),
})

export const erfinvGradient: GradientOf<typeof erfinv> = (_inputs, _params, [out], [g]) => [
  () => multiply(g, multiply(exp(square(out)), Math.sqrt(Math.PI) / 2)),
]
