import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal, lessEqual } from './compare.ts'
import { full } from './creation.ts'
import { isfinite, isnan, logicalAnd, logicalNot, logicalOr } from './logic.ts'
import { all, any } from './truth-reductions.ts'
import { abs } from './sign.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Whether two arrays differ by no more than a tolerance, element by element.
 *
 * The tolerance is `atol + rtol |b|`. Infinities are close to themselves, NaN to NaN with `equalNan`.
 *
 * Shapes: `a` and `b` broadcast. Dtypes: numeric, promoted; gives bool.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `isclose`; ivy, `isclose`
 * @example isclose(array([1, 2]), array([1.000001, 3]))   // [true, false]
 */
export const isclose = /* @__PURE__ */ defineOp({
  name: 'isclose',
  doc: 'Whether two arrays differ by no more than a tolerance, element by element.',
  inputs: ['a', 'b'],
  params: {
    rtol: /* @__PURE__ */ p.number(1e-5),
    atol: /* @__PURE__ */ p.number(1e-8),
    equalNan: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('isclose', 'floating or complex'),
  infer: ([a, b]) => tensorType('bool', broadcastTypes('isclose', [a, b]).shape),
  decompose: ([a, b], { rtol, atol, equalNan }): ArrayValue => {
    const near = logicalAnd(
      isfinite(a),
      logicalAnd(isfinite(b), lessEqual(abs(subtract(a, b)), add(multiply(abs(b), rtol), atol))),
    )
    const close = logicalOr(equal(a, b), near)
    return equalNan ? logicalOr(close, logicalAnd(isnan(a), isnan(b))) : close
  },
  gradient: 'zero',
})

/**
 * Whether two arrays differ nowhere by more than a tolerance.
 *
 * As `isclose` says it of each element.
 *
 * Shapes: `a` and `b` broadcast; gives one truth value. Dtypes: numeric, promoted; gives bool.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source NumPy, `allclose`; ivy, `allclose`
 * @example allclose(array([1, 2]), array([1, 2.000001]))   // true
 */
export const allclose = /* @__PURE__ */ defineOp({
  name: 'allclose',
  doc: 'Whether two arrays differ nowhere by more than a tolerance.',
  inputs: ['a', 'b'],
  params: {
    rtol: /* @__PURE__ */ p.number(1e-5),
    atol: /* @__PURE__ */ p.number(1e-8),
    equalNan: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('allclose', 'floating or complex'),
  infer: ([a, b]) => {
    broadcastTypes('allclose', [a, b])
    return tensorType('bool', [])
  },
  decompose: ([a, b], { rtol, atol, equalNan }): ArrayValue => all(isclose(a, b, { rtol, atol, equalNan })),
  gradient: 'zero',
})

const alikeShapes = (x: TensorType, y: TensorType): boolean =>
  x.shape.length === y.shape.length && x.shape.every((size, i) => same(size, y.shape[i]!))

/**
 * Whether two arrays have the same shape and equal elements.
 *
 * NaN equals nothing.
 *
 * Shapes: any; gives one truth value. Dtypes: any, promoted; gives bool.
 *
 * @source NumPy, `array_equal`; ivy, `array_equal`
 * @example arrayEqual(array([1, 2]), array([1, 2]))   // true
 */
export const arrayEqual = /* @__PURE__ */ defineOp({
  name: 'arrayEqual',
  doc: 'Whether two arrays have the same shape and equal elements.',
  inputs: ['x1', 'x2'],
  params: {},
  cast: /* @__PURE__ */ meets('arrayEqual', 'any'),
  infer: () => tensorType('bool', []),
  decompose: ([x1, x2]): ArrayValue =>
    alikeShapes(x1.type, x2.type) ? all(equal(x1, x2)) : full([], false, { dtype: 'bool' }),
  gradient: 'zero',
})

/**
 * Whether all arrays have the same shape and equal elements.
 *
 * NaN equals nothing.
 *
 * Shapes: any; gives one truth value. Dtypes: any, promoted; gives bool.
 *
 * @source ivy, `all_equal`
 * @example allEqual(array([1, 2]), array([1, 2]), array([1, 3]))   // false
 */
export const allEqual = /* @__PURE__ */ defineOp({
  name: 'allEqual',
  doc: 'Whether all arrays have the same shape and equal elements.',
  inputs: ['...arrays'],
  params: {},
  cast: ([arrays]) => (arrays.length === 0 ? null : meets('allEqual', 'any')(arrays)),
  infer: () => tensorType('bool', []),
  decompose: ([arrays]): ArrayValue =>
    arrays
      .slice(1)
      .map((array): ArrayValue => arrayEqual(arrays[0]!, array))
      .reduce((x, y) => logicalAnd(x, y), full([], true, { dtype: 'bool' }) as ArrayValue),
  gradient: 'zero',
})

/**
 * Whether an array holds NaN, or with `includeInfs` an infinity.
 *
 * Shapes: `x: [...s]` gives one truth value. Dtypes: numeric; gives bool.
 *
 * @throws DTypeError when `x` is bool
 * @source ivy, `has_nans`
 * @example hasNans(array([1, Infinity]), { includeInfs: false })   // false
 */
export const hasNans = /* @__PURE__ */ defineOp({
  name: 'hasNans',
  doc: 'Whether an array holds NaN, or with `includeInfs` an infinity.',
  inputs: ['x'],
  params: { includeInfs: /* @__PURE__ */ p.bool(true) },
  cast: /* @__PURE__ */ meets('hasNans', 'numeric'),
  infer: () => tensorType('bool', []),
  decompose: ([x], { includeInfs }): ArrayValue => any(includeInfs ? logicalNot(isfinite(x)) : isnan(x)),
  gradient: 'zero',
})
