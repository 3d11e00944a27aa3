import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import { softplus } from './activation.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { equal, greater } from './compare.ts'
import { log } from './exp-log.ts'
import { exp } from './exponentials.ts'
import { maximum } from './extrema.ts'
import { lossType, reduced } from './loss-rules.ts'
import { avgPool2d } from './pool.ts'
import { square } from './powers.ts'
import { negative } from './sign.ts'
import { mean } from './statistics.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

/**
 * The distance of alike pairs, and how much that of others falls short of `margin`.
 *
 * `target` is 1 for pairs that are alike and -1 for others.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep
 * theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `hinge_embedding_loss`; ivy, `hinge_embedding_loss`
 * @example hingeEmbeddingLoss(array([2, 0.25]), array([1, -1]))   // 1.375
 */
export const hingeEmbeddingLoss = /* @__PURE__ */ defineOp({
  name: 'hingeEmbeddingLoss',
  doc: 'The distance of alike pairs, and how much that of others falls short of `margin`.',
  inputs: ['input', 'target'],
  params: {
    margin: /* @__PURE__ */ p.number(1),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('hingeEmbeddingLoss', 'floating'),
  infer: ([input, target], { reduction }) => lossType('hingeEmbeddingLoss', [input, target], reduction),
  decompose: ([input, target], { margin, reduction }): ArrayValue => {
    const short = where(equal(target, 1), 0, maximum(subtract(margin, input), 0))
    return reduced(add(short, where(equal(target, -1), 0, input)), reduction)
  },
})

/**
 * log(1 + exp(-target input)).
 *
 * `target` is 1 or -1.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep
 * theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `soft_margin_loss`; ivy, `soft_margin_loss`
 * @example softMarginLoss(array([1000]), array([1]))   // 0
 */
export const softMarginLoss = /* @__PURE__ */ defineOp({
  name: 'softMarginLoss',
  doc: 'log(1 + exp(-target input)).',
  inputs: ['input', 'target'],
  params: { reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean') },
  cast: /* @__PURE__ */ meets('softMarginLoss', 'floating'),
  infer: ([input, target], { reduction }) => lossType('softMarginLoss', [input, target], reduction),
  decompose: ([input, target], { reduction }): ArrayValue =>
    reduced(softplus(negative(multiply(target, input))), reduction),
})

/** The logarithm of a factorial by Stirling's formula, for numbers above 1. */
function stirling(x: ArrayValue): ArrayValue {
  const isLarge = greater(x, 1)
  const large = where(isLarge, x, 1)
  const sum = add(
    subtract(multiply(large, log(large)), large),
    multiply(log(multiply(large, 2 * Math.PI)), 0.5),
  )
  return where(isLarge, sum, 0)
}

/**
 * Negative logarithm of the likelihood of counts under Poisson distributions.
 *
 * `input` holds the means, or with `logInput` their logarithms. `full` adds the logarithm of the factorial by
 * Stirling's formula.
 *
 * Shapes: `input` and `target` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep
 * theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source PyTorch, `poisson_nll_loss`; ivy, `poisson_nll_loss`
 * @example poissonNllLoss(array([0, 0]), array([1, 3]))   // 1
 */
export const poissonNllLoss = /* @__PURE__ */ defineOp({
  name: 'poissonNllLoss',
  doc: 'Negative logarithm of the likelihood of counts under Poisson distributions.',
  inputs: ['input', 'target'],
  params: {
    logInput: /* @__PURE__ */ p.bool(true),
    full: /* @__PURE__ */ p.bool(false),
    eps: /* @__PURE__ */ p.number(1e-8),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'mean'),
  },
  cast: /* @__PURE__ */ meets('poissonNllLoss', 'floating'),
  infer: ([input, target], { reduction }) => lossType('poissonNllLoss', [input, target], reduction),
  decompose: ([input, target], { logInput, full, eps, reduction }): ArrayValue => {
    const plain = logInput
      ? subtract(exp(input), multiply(target, input))
      : subtract(input, multiply(target, log(add(input, eps))))
    return reduced(full ? add(plain, stirling(target)) : plain, reduction)
  },
})

/**
 * Negative logarithm of the likelihood of counts under Poisson distributions given by logarithms of their means.
 *
 * `computeFullLoss` adds the logarithm of the factorial by Stirling's formula.
 *
 * Shapes: `target` and `pred` broadcast; `reduction` is over all elements, none keeps them. Dtypes: floats keep
 * theirs, integers become float32.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for bool arrays
 * @source TensorFlow, `log_poisson_loss`; ivy, `log_poisson_loss`
 * @example logPoissonLoss(array([1, 3]), array([0, 0]))   // [1, 1]
 */
export const logPoissonLoss = /* @__PURE__ */ defineOp({
  name: 'logPoissonLoss',
  doc: 'Negative logarithm of the likelihood of counts under Poisson distributions given by logarithms of their means.',
  inputs: ['target', 'pred'],
  params: {
    computeFullLoss: /* @__PURE__ */ p.bool(false),
    reduction: /* @__PURE__ */ p.oneOf(['mean', 'sum', 'none'], 'none'),
  },
  cast: /* @__PURE__ */ meets('logPoissonLoss', 'floating'),
  infer: ([target, pred], { reduction }) => lossType('logPoissonLoss', [target, pred], reduction),
  decompose: ([target, pred], { computeFullLoss, reduction }): ArrayValue => {
    const plain = subtract(exp(pred), multiply(target, pred))
    return reduced(computeFullLoss ? add(plain, stirling(target)) : plain, reduction)
  },
})

/**
 * Mean score of made things less that of real ones.
 *
 * Shapes: any; gives one number. Dtypes: real, promoted; integers become float32.
 *
 * @throws DTypeError for bool arrays
 * @source ivy, `wasserstein_loss_discriminator`
 * @example wassersteinLossDiscriminator(array([3, 5]), array([1, 2]))   // -2.5
 */
export const wassersteinLossDiscriminator = /* @__PURE__ */ defineOp({
  name: 'wassersteinLossDiscriminator',
  doc: 'Mean score of made things less that of real ones.',
  inputs: ['real', 'fake'],
  params: {},
  cast: /* @__PURE__ */ meets('wassersteinLossDiscriminator', 'floating'),
  infer: ([real]) => tensorType(real.dtype, []),
  decompose: ([real, fake]): ArrayValue => subtract(mean(fake), mean(real)),
})

/**
 * Mean score of made things with its sign changed.
 *
 * Shapes: any; gives one number. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws DTypeError when `fake` is bool
 * @source ivy, `wasserstein_loss_generator`
 * @example wassersteinLossGenerator(array([1, 2]))   // -1.5
 */
export const wassersteinLossGenerator = /* @__PURE__ */ defineOp({
  name: 'wassersteinLossGenerator',
  doc: 'Mean score of made things with its sign changed.',
  inputs: ['fake'],
  params: {},
  cast: /* @__PURE__ */ meets('wassersteinLossGenerator', 'floating'),
  infer: ([fake]) => tensorType(fake.dtype, []),
  decompose: ([fake]): ArrayValue => negative(mean(fake)),
})

/**
 * 1 less the structural similarity of images, on average.
 *
 * Means and variances are taken of 3 x 3 elements around each one; elements lie in [0, 1].
 *
 * Shapes: `target` and `pred`: `[n, c, h, w]`; gives one number. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the images differ in size, DTypeError for bool arrays
 * @source Wang and others, "Image quality assessment" (2004); ivy, `ssim_loss`
 * @example ssimLoss(array([[[[1]]]]), array([[[[1]]]]))   // 0
 */
export const ssimLoss = /* @__PURE__ */ defineOp({
  name: 'ssimLoss',
  doc: '1 less the structural similarity of images, on average.',
  inputs: ['target', 'pred'],
  params: {},
  cast: /* @__PURE__ */ meets('ssimLoss', 'floating'),
  infer: ([target, pred]) => {
    const fits =
      target.shape.length === 4 &&
      pred.shape.length === 4 &&
      target.shape.every((size, i) => same(size, pred.shape[i]!))
    const because = 'both are [batch, channels, height, width] of the same sizes'
    if (!fits) throw new ShapeError({ op: 'ssimLoss', shapes: [target.shape, pred.shape], because })
    return tensorType(target.dtype, [])
  },
  decompose: ([target, pred]): ArrayValue => {
    const local = (image: ArrayValue): ArrayValue => avgPool2d(image, 3, { strides: 1, padding: 'same' })
    const [x, y] = [local(target), local(pred)]
    const [xx, yy, xy] = [square(x), square(y), multiply(x, y)]
    const variances = add(subtract(local(square(target)), xx), subtract(local(square(pred)), yy))
    const covariance = subtract(local(multiply(target, pred)), xy)
    const top = multiply(add(multiply(xy, 2), 0.01 ** 2), add(multiply(covariance, 2), 0.03 ** 2))
    const bottom = multiply(add(add(xx, yy), 0.01 ** 2), add(variances, 0.03 ** 2))
    return mean(subtract(1, divide(top, bottom)))
  },
})
