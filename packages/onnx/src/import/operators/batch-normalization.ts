import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'

/** Whether statistics are made of the batch: an attribute, or in old versions what the node gives. */
function isTraining(call: NodeCall): boolean {
  if (call.opset >= 14) return call.flag('training_mode')
  const wantsStatistics = [1, 2, 3, 4].some((output) => call.wants(output))
  return wantsStatistics && (call.opset >= 7 || !call.flag('is_test'))
}

/** By channel, or in old versions without `spatial` by all axes but the first. */
export const batchNormalization: Operator = (call) => {
  const given = call.array(0)
  // Without an axis of channels there is one.
  const x = given.ndim === 1 ? td.expandDims(given, 1) : given
  const isSpatial = call.opset >= 9 || call.flag('spatial', true)
  const eps = call.float('epsilon', 1e-5)
  const operands = [1, 2, 3, 4].map((i) => call.array(i)) as [NDArray, NDArray, NDArray, NDArray]
  const [scale, bias, mean, variance] = operands
  const finished = (y: NDArray): NDArray => {
    const exact = y.dtype === given.dtype ? y : td.astype(y, given.dtype)
    return given.ndim === 1 ? td.squeeze(exact, 1) : exact
  }
  const normed = (centre: NDArray, spread: NDArray): NDArray => {
    if (isSpatial) return finished(td.batchNorm(x, centre, spread, scale, bias, { eps }))
    const even = td.divide(td.subtract(x, centre), td.sqrt(td.add(spread, eps)))
    return finished(td.add(td.multiply(even, scale), bias))
  }
  if (!isTraining(call)) return normed(mean, variance)
  const axis = Array.from({ length: x.ndim }, (_, i) => i).filter((i) => (isSpatial ? i !== 1 : i === 0))
  const of = td.astype(x, mean.dtype === 'float64' || x.dtype === 'float64' ? 'float64' : 'float32')
  const center = td.mean(of, { axis, keepdims: true })
  const batchMean = td.squeeze(center, axis)
  const batchVariance = td.mean(td.square(td.subtract(of, center)), { axis })
  const momentum = call.float('momentum', 0.9)
  const running = (old: NDArray, made: NDArray): NDArray => {
    const next = td.add(td.multiply(old, momentum), td.multiply(made, 1 - momentum))
    return next.dtype === old.dtype ? next : td.astype(next, old.dtype)
  }
  const statistics = [running(mean, batchMean), running(variance, batchVariance)]
  const y = normed(batchMean, batchVariance)
  if (call.opset >= 14) return [y, ...statistics]
  const saved = [batchMean, batchVariance].map((one) => td.astype(one, mean.dtype))
  return [y, ...statistics, ...saved]
}
