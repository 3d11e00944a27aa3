import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { pow, sqrt, square } from './powers.ts'
import { equal, greater } from './compare.ts'
import { full } from './creation.ts'
import { minimum } from './extrema.ts'
import { vectorNorm } from './linalg.ts'
import { logicalAnd } from './logic.ts'
import { broadcastTypes, meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Weights moved against their gradient.
 *
 * Shapes: `w` and `gradient` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ivy, `gradient_descent_update`
 * @example gradientDescentUpdate(array([1]), array([2]), 0.5)   // [0]
 */
export const gradientDescentUpdate = /* @__PURE__ */ defineOp({
  name: 'gradientDescentUpdate',
  doc: 'Weights moved against their gradient.',
  inputs: ['w', 'gradient'],
  params: { lr: /* @__PURE__ */ p.number() },
  cast: /* @__PURE__ */ meets('gradientDescentUpdate', 'floating'),
  infer: (types) => broadcastTypes('gradientDescentUpdate', types),
  decompose: ([w, gradient], { lr }): ArrayValue => subtract(w, multiply(gradient, lr)),
})

interface Adam {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** Square root whose slope at 0 is 0: an infinite one makes NaN of every 0 that it meets on the way back. */
const rootOf = (x: ArrayValue): ArrayValue => {
  const isZero = equal(x, 0)
  return where(isZero, 0, sqrt(where(isZero, 1, x)))
}

/** The step of Adam, and the means that it was made of. */
function adam(
  [gradient, mw, vw, step]: readonly [ArrayValue, ArrayValue, ArrayValue, ArrayValue],
  { beta1, beta2, epsilon }: Adam,
): readonly [ArrayValue, ArrayValue, ArrayValue] {
  const first = add(multiply(mw, beta1), multiply(gradient, 1 - beta1))
  const second = add(multiply(vw, beta2), multiply(square(gradient), 1 - beta2))
  const rate = (beta: number): ArrayValue => subtract(1, pow(full([], beta, { dtype: step.dtype }), step))
  const scale = divide(rootOf(rate(beta2)), rate(beta1))
  return [divide(multiply(scale, first), add(rootOf(second), epsilon)), first, second]
}

const scaledBy = (w: ArrayValue, update: ArrayValue): ArrayValue => {
  const [size, length] = [vectorNorm(w), vectorNorm(update)]
  const isPlain = logicalAnd(greater(size, 0), greater(length, 0))
  return where(isPlain, divide(size, where(isPlain, length, 1)), 1)
}

/**
 * The step that Adam takes, and its running means.
 *
 * `step` counts from 1; `mw` and `vw` are the running means of the gradient and of its square.
 *
 * Shapes: all broadcast. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source Kingma and Ba, "Adam" (2014); ivy, `adam_step`
 * @example adamStep(array([0]), array([0]), array([0]), 1).delta   // [0]
 */
export const adamStep = /* @__PURE__ */ defineOp({
  name: 'adamStep',
  doc: 'The step that Adam takes, and its running means.',
  inputs: ['gradient', 'mw', 'vw', 'step'],
  params: {
    beta1: /* @__PURE__ */ p.number(0.9),
    beta2: /* @__PURE__ */ p.number(0.999),
    epsilon: /* @__PURE__ */ p.number(1e-7),
  },
  outputs: ['delta', 'mw', 'vw'],
  cast: /* @__PURE__ */ meets('adamStep', 'floating'),
  infer: ([gradient, mw, vw, step]) => {
    return [
      broadcastTypes('adamStep', [gradient, mw, vw, step]),
      broadcastTypes('adamStep', [gradient, mw]),
      broadcastTypes('adamStep', [gradient, vw]),
    ]
  },
  decompose: ([gradient, mw, vw, step], { beta1, beta2, epsilon }): readonly ArrayValue[] => [
    ...adam([gradient, mw, vw, step], { beta1, beta2, epsilon }),
  ],
})

/**
 * Weights after a step of Adam, and its running means.
 *
 * `step` counts from 1; `mw` and `vw` are the running means of the gradient and of its square.
 *
 * Shapes: all broadcast. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source Kingma and Ba, "Adam" (2014); ivy, `adam_update`
 * @example adamUpdate(array([1]), array([0]), array([0]), array([0]), 1, 0.1).w   // [1]
 */
export const adamUpdate = /* @__PURE__ */ defineOp({
  name: 'adamUpdate',
  doc: 'Weights after a step of Adam, and its running means.',
  inputs: ['w', 'gradient', 'mw', 'vw', 'step'],
  params: {
    lr: /* @__PURE__ */ p.number(),
    beta1: /* @__PURE__ */ p.number(0.9),
    beta2: /* @__PURE__ */ p.number(0.999),
    epsilon: /* @__PURE__ */ p.number(1e-7),
  },
  outputs: ['w', 'mw', 'vw'],
  cast: /* @__PURE__ */ meets('adamUpdate', 'floating'),
  infer: ([w, gradient, mw, vw, step]) => {
    return [
      broadcastTypes('adamUpdate', [w, gradient, mw, vw, step]),
      broadcastTypes('adamUpdate', [gradient, mw]),
      broadcastTypes('adamUpdate', [gradient, vw]),
    ]
  },
  decompose: ([w, gradient, mw, vw, step], { lr, beta1, beta2, epsilon }): readonly ArrayValue[] => {
    const [delta, first, second] = adam([gradient, mw, vw, step], { beta1, beta2, epsilon })
    return [subtract(w, multiply(delta, lr)), first, second]
  },
})

/**
 * Weights moved against their gradient, by a rate that follows the sizes of both.
 *
 * Shapes: `w` and `gradient` broadcast. Dtypes: floats, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source You and others, "Large batch training of convolutional networks" (2017); ivy, `lars_update`
 * @example larsUpdate(array([2]), array([1]), 0.5)   // [1]
 */
export const larsUpdate = /* @__PURE__ */ defineOp({
  name: 'larsUpdate',
  doc: 'Weights moved against their gradient, by a rate that follows the sizes of both.',
  inputs: ['w', 'gradient'],
  params: { lr: /* @__PURE__ */ p.number(), decay: /* @__PURE__ */ p.number(0) },
  cast: /* @__PURE__ */ meets('larsUpdate', 'floating'),
  infer: ([w, gradient]) => broadcastTypes('larsUpdate', [w, gradient]),
  decompose: ([w, gradient], { lr, decay }): ArrayValue => {
    const own = multiply(scaledBy(w, gradient), lr)
    return subtract(multiply(w, 1 - decay), multiply(gradient, own))
  },
})

/**
 * Weights after a step of LAMB, and its running means.
 *
 * `step` counts from 1; `mw` and `vw` are the running means of the gradient and of its square.
 *
 * Shapes: all broadcast. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source You and others, "Large batch optimization for deep learning" (2019); ivy, `lamb_update`
 * @example lambUpdate(array([1]), array([0]), array([0]), array([0]), 1, 0.1).w   // [1]
 */
export const lambUpdate = /* @__PURE__ */ defineOp({
  name: 'lambUpdate',
  doc: 'Weights after a step of LAMB, and its running means.',
  inputs: ['w', 'gradient', 'mw', 'vw', 'step'],
  params: {
    lr: /* @__PURE__ */ p.number(),
    beta1: /* @__PURE__ */ p.number(0.9),
    beta2: /* @__PURE__ */ p.number(0.999),
    epsilon: /* @__PURE__ */ p.number(1e-7),
    maxTrustRatio: /* @__PURE__ */ p.number(10),
    decay: /* @__PURE__ */ p.number(0),
  },
  outputs: ['w', 'mw', 'vw'],
  cast: /* @__PURE__ */ meets('lambUpdate', 'floating'),
  infer: ([w, gradient, mw, vw, step]) => {
    return [
      broadcastTypes('lambUpdate', [w, gradient, mw, vw, step]),
      broadcastTypes('lambUpdate', [gradient, mw]),
      broadcastTypes('lambUpdate', [gradient, vw]),
    ]
  },
  decompose: (
    [w, gradient, mw, vw, step],
    { lr, beta1, beta2, epsilon, maxTrustRatio, decay },
  ): readonly ArrayValue[] => {
    const [delta, first, second] = adam([gradient, mw, vw, step], { beta1, beta2, epsilon })
    const update = add(delta, multiply(w, decay))
    const trust = minimum(scaledBy(w, update), maxTrustRatio)
    return [subtract(w, multiply(multiply(update, trust), lr)), first, second]
  },
})
