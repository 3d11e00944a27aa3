import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'

/** Minus the logarithms at the classes of axis 1, weighted, and put together as the node says. */
function negativeLogLikelihood(
  call: NodeCall,
  logs: NDArray,
  target: NDArray,
  weights: NDArray | undefined,
): NDArray {
  const ignored = call.int('ignore_index', undefined)
  const isIgnored = ignored === undefined ? undefined : td.equal(target, ignored)
  // A class that is left out may name no place.
  const classes = isIgnored === undefined ? target : td.where(isIgnored, td.zerosLike(target), target)
  const chosen = td.squeeze(td.takeAlongAxis(logs, td.expandDims(classes, 1), { axis: 1 }), 1)
  const raw = weights === undefined ? undefined : td.take(weights, classes, { axis: 0 })
  const weight = isIgnored === undefined ? raw : td.where(isIgnored, 0, raw ?? td.onesLike(chosen))
  const share = weight === undefined ? undefined : td.astype(weight, logs.dtype)
  const losses = td.negative(share === undefined ? chosen : weighted(chosen, share, isIgnored))
  const reduction = call.string('reduction', 'mean')
  if (reduction === 'none') return losses
  const total = td.sum(losses, { dtype: logs.dtype })
  if (reduction === 'sum') return total
  if (reduction !== 'mean') return call.refuse(`it knows no reduction '${reduction}'`)
  return share === undefined ? td.mean(losses) : td.divide(total, td.sum(share, { dtype: logs.dtype }))
}

/** What is ignored adds nothing, whatever stands there. */
const weighted = (chosen: NDArray, share: NDArray, isIgnored: NDArray | undefined): NDArray =>
  isIgnored === undefined ? td.multiply(chosen, share) : td.where(isIgnored, 0, td.multiply(chosen, share))

const nllLoss: Operator = (call) =>
  negativeLogLikelihood(call, call.array(0), call.array(1), call.optional(2))

const crossEntropy: Operator = (call) => {
  const logs = td.logSoftmax(call.array(0), { axis: 1 })
  const loss = negativeLogLikelihood(call, logs, call.array(1), call.optional(2))
  return call.wants(1) ? [loss, logs] : loss
}

export const loss: Operators = {
  NegativeLogLikelihoodLoss: nllLoss,
  SoftmaxCrossEntropyLoss: crossEntropy,
}
