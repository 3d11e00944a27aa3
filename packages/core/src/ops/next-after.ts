import { nextAfter } from '../numerics/next-after.ts'
import type { FloatDtype } from '../numerics/ulp.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { add } from './arith.ts'
import { multiply } from './multiplication.ts'
import { abs } from './sign.ts'
import { equal, greater, greaterEqual, less } from './compare.ts'
import { isnan, logicalOr } from './logic.ts'
import { broadcastStrides, forEachIndex, put } from './kernels.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/** Digits of the significand, the smallest positive number and the largest one. */
const formats: Readonly<Record<FloatDtype, { digits: number; smallest: number; largest: number }>> = {
  float16: { digits: 11, smallest: 2 ** -24, largest: 65504 },
  float32: { digits: 24, smallest: 2 ** -149, largest: (2 - 2 ** -23) * 2 ** 127 },
  float64: { digits: 53, smallest: Number.MIN_VALUE, largest: Number.MAX_VALUE },
}

/**
 * The next number above each one, by sums and products that round to the nearest.
 *
 * @source Rump, Zimmermann, Boldo, Melquiond: Computing predecessor and successor in rounding to nearest, algorithm 2
 */
function successor(x: ArrayValue): ArrayValue {
  const { digits, smallest, largest } = formats[x.dtype as FloatDtype]
  const unit = 2 ** -digits
  const scale = 2 ** digits
  const size = abs(x)
  const above = (of: ArrayValue): ArrayValue => add(of, multiply(abs(of), unit * (1 + 2 * unit)))
  const near = where(
    less(size, scale * smallest),
    add(x, smallest),
    multiply(above(multiply(x, scale)), unit),
  )
  const next = where(greaterEqual(size, (scale * scale * smallest) / 2), above(x), near)
  return where(equal(x, -Infinity), -largest, next)
}

/**
 * The next number of the dtype from each element of `x1` towards that of `x2`; `x2` where both are equal.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: floats keep theirs, integers become float32.
 * From 0 the smallest number below the normal ones comes next; beyond the largest one comes Infinity; NaN stays NaN.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool
 * @source array API standard, `nextafter`
 * @example nextafter(array([1, 1]), array([2, 0]))   // [1.0000001192092896, 0.9999999403953552]
 */
export const nextafter = /* @__PURE__ */ defineOp({
  name: 'nextafter',
  doc: 'The next number of the dtype from each element towards another.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, exact: true, ofFormat: true },
  cast: /* @__PURE__ */ meets('nextafter', 'floating'),
  infer: (types) => broadcastTypes('nextafter', types),
  reference: ([x1, x2], _params, [out]) => {
    const strides = [x1, x2].map(({ shape }) => broadcastStrides(shape, out.shape))
    forEachIndex(out.shape, strides, (at, [from, to]) =>
      put(out.data, at, nextAfter(x1.data[from!] as number, x2.data[to!] as number, out.dtype as FloatDtype)),
    )
  },
  expand: ([x1, x2]): ArrayValue => {
    const isUp = greater(x2, x1)
    const turned = where(isUp, x1, multiply(x1, -1))
    const next = successor(turned)
    const moved = where(isUp, next, multiply(next, -1))
    const stays = logicalOr(equal(x1, x2), logicalOr(isnan(x1), isnan(x2)))
    // A zero has the sign of the number that it is reached from.
    const signed = where(equal(moved, 0), multiply(x1, 0), moved)
    return where(stays, where(isnan(x1), x1, x2), signed)
  },
  gradient: {
    missing: 'it steps from one number of the dtype to the next',
    instead: 'Add a small number of your own',
  },
})
