import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { pow, square } from './powers.ts'
import { axesOf } from './axes.ts'
import { equal, greater } from './compare.ts'
import { boundAt } from './gradient-axes.ts'
import { vectorNorm } from './linalg.ts'
import { matrixNorm } from './matrix-norms.ts'
import { slice } from './movement.ts'
import { pad } from './pad.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/** The array divided by norms; 0 stays where a norm is 0. */
const dividedBy = (x: ArrayValue, norm: ArrayValue): ArrayValue => divide(x, where(equal(norm, 0), 1, norm))

/**
 * The array divided by the sum of the sizes of its elements over axes.
 *
 * Where the norm is 0 the elements stay 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source ivy, `l1_normalize`
 * @example l1Normalize(array([1, -3]))   // [0.25, -0.75]
 */
export const l1Normalize = /* @__PURE__ */ defineOp({
  name: 'l1Normalize',
  doc: 'The array divided by the sum of the sizes of its elements over axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes([-1]) },
  cast: /* @__PURE__ */ meets('l1Normalize', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { axis }): ArrayValue => dividedBy(x, vectorNorm(x, { axis, ord: 1, keepdims: true })),
})

/**
 * The array divided by the root of the sum of its squares over axes.
 *
 * Where the norm is 0 the elements stay 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source ivy, `l2_normalize`
 * @example l2Normalize(array([3, 4]))   // [0.6000000238418579, 0.800000011920929]
 */
export const l2Normalize = /* @__PURE__ */ defineOp({
  name: 'l2Normalize',
  doc: 'The array divided by the root of the sum of its squares over axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes([-1]) },
  cast: /* @__PURE__ */ meets('l2Normalize', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { axis }): ArrayValue => dividedBy(x, vectorNorm(x, { axis, ord: 2, keepdims: true })),
})

/**
 * The array divided by its norm of order `p` over axes.
 *
 * Where the norm is 0 the elements stay 0.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool, ParamError when an axis is outside the rank
 * @source ivy, `lp_normalize`
 * @example lpNormalize(array([1, -4]), { p: Infinity })   // [0.25, -1]
 */
export const lpNormalize = /* @__PURE__ */ defineOp({
  name: 'lpNormalize',
  doc: 'The array divided by its norm of order `p` over axes.',
  inputs: ['x'],
  params: { axis: /* @__PURE__ */ p.axes([-1]), p: /* @__PURE__ */ p.number(2) },
  cast: /* @__PURE__ */ meets('lpNormalize', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { axis, p: order }): ArrayValue =>
    dividedBy(x, vectorNorm(x, { axis, ord: order, keepdims: true })),
})

/**
 * The array divided by a power of the sum of squares over neighbouring channels.
 *
 * The divisor is `(bias + alpha sum) ** beta`, where the sum is over `size` channels around each one; with
 * `average` it is divided by `size`.
 *
 * Shapes: `x: [n, c, ...d]` gives the same. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when there are no channels, DTypeError when `x` is bool
 * @source PyTorch, `local_response_norm`; ivy, `local_response_norm`
 * @example localResponseNorm(array([[1, 2]]), 1, { beta: 1 })   // [[0.5, 0.4000000059604645]]
 */
export const localResponseNorm = /* @__PURE__ */ defineOp({
  name: 'localResponseNorm',
  doc: 'The array divided by a power of the sum of squares over neighbouring channels.',
  inputs: ['x'],
  params: {
    size: /* @__PURE__ */ p.count(),
    bias: /* @__PURE__ */ p.number(1),
    alpha: /* @__PURE__ */ p.number(1),
    beta: /* @__PURE__ */ p.number(0.5),
    average: /* @__PURE__ */ p.bool(false),
  },
  cast: /* @__PURE__ */ meets('localResponseNorm', 'floating'),
  infer: ([x]) => {
    const because = 'it takes [batch, channels, ...]'
    if (x.shape.length < 2) throw new ShapeError({ op: 'localResponseNorm', shapes: [x.shape], because })
    return x
  },
  decompose: ([x], { size, bias, alpha, beta, average }): ArrayValue => {
    const squares = square(x)
    const before = Math.floor((size - 1) / 2)
    const width = axesOf(x).map((axis) => (axis === 1 ? [before, size - 1 - before] : [0, 0]))
    const wide = pad(squares, width)
    const channels = x.shape[1]!
    const shifted = Array.from({ length: size }, (_, i) =>
      slice(wide, boundAt(wide, 1, i), boundAt(wide, 1, i + channels)),
    )
    const total = shifted.reduce((sum, one) => add(sum, one))
    return divide(x, pow(add(multiply(total, average ? alpha / size : alpha), bias), beta))
  },
})

/**
 * The array scaled down to a norm of `maxNorm` where its own is larger.
 *
 * The norm is of order `p`, over all elements.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `x` is bool
 * @source ivy, `clip_vector_norm`
 * @example clipVectorNorm(array([0, 8]), 2)   // [0, 2]
 */
export const clipVectorNorm = /* @__PURE__ */ defineOp({
  name: 'clipVectorNorm',
  doc: 'The array scaled down to a norm of `maxNorm` where its own is larger.',
  inputs: ['x'],
  params: { maxNorm: /* @__PURE__ */ p.number(), p: /* @__PURE__ */ p.number(2) },
  cast: /* @__PURE__ */ meets('clipVectorNorm', 'floating'),
  infer: ([x]) => x,
  decompose: ([x], { maxNorm, p: order }): ArrayValue => {
    const norm = vectorNorm(x, { ord: order })
    return where(greater(norm, maxNorm), multiply(x, divide(maxNorm, norm)), x)
  },
})

/**
 * Matrices scaled down to a norm of `maxNorm` where their own is larger.
 *
 * The norm is `ord`, as for `matrixNorm`.
 *
 * Shapes: `x: [...b, n, m]` gives the same. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when there are fewer than two axes, DTypeError when `x` is bool
 * @source ivy, `clip_matrix_norm`
 * @example clipMatrixNorm(array([[0, 8]]), 2)   // [[0, 2]]
 */
export const clipMatrixNorm = /* @__PURE__ */ defineOp({
  name: 'clipMatrixNorm',
  doc: 'Matrices scaled down to a norm of `maxNorm` where their own is larger.',
  inputs: ['x'],
  params: { maxNorm: /* @__PURE__ */ p.number(), ord: /* @__PURE__ */ p.matrixNorm('fro') },
  cast: /* @__PURE__ */ meets('clipMatrixNorm', 'floating'),
  infer: ([x]) => {
    const because = 'a matrix has two axes'
    if (x.shape.length < 2) throw new ShapeError({ op: 'clipMatrixNorm', shapes: [x.shape], because })
    return x
  },
  decompose: ([x], { maxNorm, ord }): ArrayValue => {
    const norm = matrixNorm(x, { ord, keepdims: true })
    return where(greater(norm, maxNorm), multiply(x, divide(maxNorm, norm)), x)
  },
})
