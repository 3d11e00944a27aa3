import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { broadcastShapes } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { logaddexp } from './exp-log.ts'
import { clip } from './extrema.ts'
import { oneHot } from './grids.ts'
import { lossType, reduced, timesLog } from './loss-rules.ts'
import { sum } from './reduce.ts'
import { negative } from './sign.ts'
import { accept, broadcastTypes, commonDType, meets } from './type-rules.ts'

/**
 * Entropy of the distributions `pred`, as seen by the distributions `true`, along `axis`.
 *
 * Shapes: `true` and `pred` broadcast; `reduction` is over all distributions, none keeps them.
 * Dtypes: floats keep theirs, integers become float32.
 * `pred` holds probabilities, limited to [epsilon, 1 - epsilon] first.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ivy, `cross_entropy`
 * @example crossEntropy(array([0, 1]), array([0, 1]), { epsilon: 0 })   // 0
 */
export const crossEntropy = /* @__PURE__ */ defineOp({
  name: 'crossEntropy',
  doc: 'Entropy of predicted distributions as seen by the true ones.',
  inputs: ['true', 'pred'],
  params: {
    axis: /* @__PURE__ */ p.axis(-1),
    epsilon: /* @__PURE__ */ p.number(1e-7),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('crossEntropy', 'floating'),
  infer: (types, { axis, reduction }) => {
    const each = broadcastTypes('crossEntropy', types)
    return tensorType(
      each.dtype,
      reduction === 'none' ? each.shape.toSpliced(axisOfBoth(types, axis), 1) : [],
    )
  },
  decompose: ([target, pred], { axis, epsilon, reduction }): ArrayValue => {
    const terms = timesLog(target, clip(pred, epsilon, 1 - epsilon))
    const loss = negative(sum(terms, { axis: axisOfBoth([target, pred], axis) }))
    return reduced(loss, reduction)
  },
})

/** The axis of the broadcast that `axis` of the first array becomes. */
function axisOfBoth(arrays: readonly { readonly shape: TensorType['shape'] }[], axis: number): number {
  const ranks = arrays.map(({ shape }) => shape.length)
  return axis + Math.max(...ranks) - ranks[0]!
}

/**
 * `crossEntropy` of classes given by number: the negative logarithm of the probability of the true one.
 *
 * Shapes: `pred: [...s]` has the classes along `axis`, `true` has the other axes; `reduction` is over all of them.
 * Dtypes: `true` holds integers; `pred` keeps its float dtype, integers become float32.
 * `pred` holds probabilities, limited to [epsilon, 1 - epsilon] first; a class outside the axis costs nothing.
 *
 * @throws ShapeError when `true` does not have the other axes of `pred`, DTypeError when it holds no integers
 * @source ivy, `sparse_cross_entropy`
 * @example sparseCrossEntropy(array([1], { dtype: 'int32' }), array([[0, 1]]), { epsilon: 0 })   // 0
 */
export const sparseCrossEntropy = /* @__PURE__ */ defineOp({
  name: 'sparseCrossEntropy',
  doc: 'Negative logarithm of the probability predicted for the true class.',
  inputs: ['true', 'pred'],
  params: {
    axis: /* @__PURE__ */ p.newAxis(-1),
    epsilon: /* @__PURE__ */ p.number(1e-7),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: ([target, pred]) => [
    accept('sparseCrossEntropy', 'integer', commonDType('sparseCrossEntropy', [target])),
    accept('sparseCrossEntropy', 'floating', commonDType('sparseCrossEntropy', [pred])),
  ],
  infer: ([target, pred], { axis, reduction }) => {
    const rest = pred.shape.toSpliced(axis, 1)
    if (pred.shape.length !== target.shape.length + 1 || broadcastShapes(target.shape, rest) === undefined) {
      throw new ShapeError({
        op: 'sparseCrossEntropy',
        shapes: [target.shape, pred.shape],
        because: `'pred' has one axis more, ${axis}, for the classes`,
      })
    }
    return tensorType(pred.dtype, reduction === 'none' ? (broadcastShapes(target.shape, rest) ?? rest) : [])
  },
  decompose: ([target, pred], { axis, epsilon, reduction }): ArrayValue => {
    const classes = oneHot(target, pred.shape[axis]!, { axis, dtype: pred.dtype })
    return crossEntropy(classes, pred, { axis, epsilon, reduction })
  },
})

/**
 * Entropy of the probabilities `pred` of being true, as seen by the probabilities `true`.
 *
 * Shapes: `true`, `pred` and `posWeight` broadcast; `reduction` is over all elements, none keeps them.
 * Dtypes: floats keep theirs, integers become float32.
 * Probabilities are limited to [epsilon, 1 - epsilon] first; with `fromLogits`, `pred` is what a sigmoid would be
 * taken of, and nothing is limited. `posWeight` multiplies the part of what is true.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source ivy, `binary_cross_entropy`
 * @example binaryCrossEntropy(array([1, 0]), array([1, 0]), { epsilon: 0 })   // 0
 */
export const binaryCrossEntropy = /* @__PURE__ */ defineOp({
  name: 'binaryCrossEntropy',
  doc: 'Entropy of predicted probabilities as seen by the true ones.',
  inputs: ['true', 'pred', 'posWeight?'],
  params: {
    fromLogits: /* @__PURE__ */ p.bool(false),
    epsilon: /* @__PURE__ */ p.number(1e-7),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('binaryCrossEntropy', 'floating'),
  infer: (types, { reduction }) => lossType('binaryCrossEntropy', types, reduction),
  decompose: ([target, pred, posWeight], { fromLogits, epsilon, reduction }): ArrayValue => {
    const weight = posWeight === undefined ? target : multiply(target, posWeight)
    const rest = subtract(1, target)
    if (fromLogits) {
      // -log(sigmoid(x)) is softplus(-x): all terms are positive, so none cancels.
      const ofTrue = multiply(weight, logaddexp(negative(pred), 0))
      return reduced(add(ofTrue, multiply(rest, logaddexp(pred, 0))), reduction)
    }
    const limited = clip(pred, epsilon, 1 - epsilon)
    const gained = add(timesLog(weight, limited), timesLog(rest, subtract(1, limited)))
    return reduced(negative(gained), reduction)
  },
})
