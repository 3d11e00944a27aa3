import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { less, lessEqual } from './compare.ts'
import { exp } from './exponentials.ts'
import { lossType, reduced, timesLog } from './loss-rules.ts'
import { square } from './powers.ts'
import { sum } from './reduce.ts'
import { abs } from './sign.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * Squared difference of two arrays.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `mse_loss`; ivy, `mse_loss`
 * @example mseLoss(array([1, 5]), array([1, 3]))   // 2
 */
export const mseLoss = /* @__PURE__ */ defineOp({
  name: 'mseLoss',
  doc: 'Squared difference of two arrays.',
  inputs: ['input', 'target'],
  params: {
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('mseLoss', 'floating'),
  infer: (types, { reduction }) => lossType('mseLoss', types, reduction),
  decompose: ([input, target], { reduction }): ArrayValue =>
    reduced(square(subtract(input, target)), reduction),
})

/**
 * Absolute difference of two arrays.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `l1_loss`; ivy, `l1_loss`
 * @example l1Loss(array([1, 5]), array([1, 3]))   // 1
 */
export const l1Loss = /* @__PURE__ */ defineOp({
  name: 'l1Loss',
  doc: 'Absolute difference of two arrays.',
  inputs: ['input', 'target'],
  params: {
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('l1Loss', 'floating'),
  infer: (types, { reduction }) => lossType('l1Loss', types, reduction),
  decompose: ([input, target], { reduction }): ArrayValue => reduced(abs(subtract(input, target)), reduction),
})

/**
 * Half the squared difference up to `delta`, a straight line beyond it.
 *
 * Shapes: `true` and `pred` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `huber_loss`; ivy, `huber_loss`
 * @example huberLoss(array([1, 5]), array([1, 3]))   // 0.75
 */
export const huberLoss = /* @__PURE__ */ defineOp({
  name: 'huberLoss',
  doc: 'Half the squared difference up to `delta`, a straight line beyond it.',
  inputs: ['true', 'pred'],
  params: {
    delta: /* @__PURE__ */ p.number(1),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('huberLoss', 'floating'),
  infer: (types, { reduction }) => lossType('huberLoss', types, reduction),
  decompose: ([target, pred], { delta, reduction }): ArrayValue => {
    const size = abs(subtract(target, pred))
    const line = multiply(subtract(size, 0.5 * delta), delta)
    return reduced(where(lessEqual(size, delta), multiply(square(size), 0.5), line), reduction)
  },
})

/**
 * Absolute difference, rounded off by a parabola below `beta`.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep theirs, integers become float32.
 * With `beta` 0 it is l1Loss.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `smooth_l1_loss`; ivy, `smooth_l1_loss`
 * @example smoothL1Loss(array([1, 5]), array([1, 3]))   // 0.75
 */
export const smoothL1Loss = /* @__PURE__ */ defineOp({
  name: 'smoothL1Loss',
  doc: 'Absolute difference, rounded off by a parabola below `beta`.',
  inputs: ['input', 'target'],
  params: {
    beta: /* @__PURE__ */ p.number(1),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('smoothL1Loss', 'floating'),
  infer: (types, { reduction }) => lossType('smoothL1Loss', types, reduction),
  decompose: ([input, target], { beta, reduction }): ArrayValue => {
    const size = abs(subtract(input, target))
    const parabola = divide(multiply(square(size), 0.5), beta)
    return reduced(where(less(size, beta), parabola, subtract(size, 0.5 * beta)), reduction)
  },
})

/**
 * Divergence of the distribution `target` from the one whose logarithms are `input`.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep theirs, integers become float32.
 * With `logTarget` the target is given by logarithms, too; batchmean divides the sum by the size of the first axis.
 * A target of 0 counts as 0 where its logarithm is taken.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `kl_div`; ivy, `kl_div`
 * @example klDiv(array([0, 0]), array([1, 0]))   // 0
 */
export const klDiv = /* @__PURE__ */ defineOp({
  name: 'klDiv',
  doc: 'Divergence of the distribution `target` from the one whose logarithms are `input`.',
  inputs: ['input', 'target'],
  params: {
    logTarget: /* @__PURE__ */ p.bool(false),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none', 'batchmean'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('klDiv', 'floating'),
  infer: (types, { reduction }) => lossType('klDiv', types, reduction),
  decompose: ([input, target], { logTarget, reduction }): ArrayValue => {
    const loss = logTarget
      ? multiply(exp(target), subtract(target, input))
      : subtract(timesLog(target, target), multiply(target, input))
    if (reduction !== 'batchmean') return reduced(loss, reduction)
    return divide(sum(loss), loss.shape[0] ?? 1)
  },
})
