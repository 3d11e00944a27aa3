import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { areEqual, floorDiv } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { axisOf } from './axes.ts'
import { batchNormalization } from './batch-normalization.ts'

const axesFrom = (x: NDArray, first: number): readonly number[] =>
  Array.from({ length: x.ndim - first }, (_, i) => first + i)

const as = (x: NDArray, dtype: td.DType): NDArray => (x.dtype === dtype ? x : td.astype(x, dtype))

/** The dtype in which a node computes: single precision at least. */
const wide = ({ dtype }: NDArray): td.DType => (dtype === 'float64' ? dtype : 'float32')

/** Whether an array has just the sizes of these axes, as far as sizes that are open tell. */
function belongs(array: NDArray | undefined, x: NDArray, axes: readonly number[]): boolean {
  if (array === undefined) return true
  const [own, all] = [sizesOf(array), sizesOf(x)]
  if (own.length !== axes.length) return false
  return own.every((size, i) => {
    const isEqual = areEqual(size, all[axes[i]!]!)
    // One number may be meant for all places.
    return size === 1 ? isEqual === true : isEqual !== false
  })
}

const layerNormalization: Operator = (call) => {
  const x = call.array(0)
  const axis = axesFrom(x, axisOf(call, call.int('axis', -1), x.ndim))
  const eps = call.float('epsilon', 1e-5)
  const [scale, bias] = [call.array(1), call.optional(2)]
  const isWhole = belongs(scale, x, axis) && belongs(bias, x, axis)
  const even = isWhole ? td.layerNorm(x, scale, bias, { axis, eps }) : td.layerNorm(x, { axis, eps })
  const scaled = isWhole ? even : scaledBy(even, scale, bias)
  const y = as(scaled, x.dtype)
  if (!call.wants(1) && !call.wants(2)) return y
  const of = as(x, wide(x))
  const mean = td.mean(of, { axis, keepdims: true })
  const variance = td.mean(td.square(td.subtract(of, mean)), { axis, keepdims: true })
  const stash = call.elementType('stash_type')?.dtype ?? 'float32'
  return [y, as(mean, stash), as(td.rsqrt(td.add(variance, eps)), stash)]
}

const scaledBy = (x: NDArray, scale: NDArray, bias: NDArray | undefined): NDArray => {
  const grown = td.multiply(x, scale)
  return bias === undefined ? grown : td.add(grown, bias)
}

const rmsNormalization: Operator = (call) => {
  const [x, scale] = [call.array(0), call.array(1)]
  const axis = axesFrom(x, axisOf(call, call.int('axis', -1), x.ndim))
  const eps = call.float('epsilon', 1e-5)
  const normed = belongs(scale, x, axis)
    ? td.rmsNorm(x, scale, { axis, eps })
    : td.multiply(td.rmsNorm(x, { axis, eps }), scale)
  // The scale may be of another dtype, which is that of the result.
  return as(normed, scale.dtype)
}

const instanceNormalization: Operator = (call) => {
  const [x, scale, bias] = [call.array(0), call.array(1), call.array(2)]
  const eps = call.float('epsilon', 1e-5)
  if (x.ndim > 2) return td.instanceNorm(x, scale, bias, { eps })
  // Without spatial axes each element is its own mean.
  return scaledBy(td.multiply(x, 0), scale, bias)
}

const groupNormalization: Operator = (call) => {
  const [x, scale, bias] = [call.array(0), call.array(1), call.array(2)]
  const groups = call.int('num_groups')
  const eps = call.float('epsilon', 1e-5)
  if (call.opset >= 21) return td.groupNorm(x, groups, scale, bias, { eps })
  // Once there was a scale and a bias for each group.
  const channels = sizesOf(x)[1]!
  const inner = floorDiv(channels, groups)!
  const spread = (of: NDArray): NDArray =>
    td.reshape(td.broadcastTo(td.expandDims(of, 1), [groups, inner]), [channels])
  return td.groupNorm(x, groups, spread(scale), spread(bias), { eps })
}

const localResponse: Operator = (call) =>
  td.localResponseNorm(call.array(0), call.int('size'), {
    alpha: call.float('alpha', 1e-4),
    beta: call.float('beta', 0.75),
    bias: call.float('bias', 1),
    average: true,
  })

const lpNormalization: Operator = (call) => {
  const x = call.array(0)
  const axis = axisOf(call, call.int('axis', -1), x.ndim)
  const p = call.int('p', 2)
  if (p !== 1 && p !== 2) return call.refuse(`its norm is of order ${p}, and has to be of order 1 or 2`)
  const norm =
    p === 1
      ? td.sum(td.abs(x), { axis, keepdims: true, dtype: x.dtype })
      : td.sqrt(td.sum(td.square(x), { axis, keepdims: true, dtype: x.dtype }))
  // What has no length stays 0.
  return td.divide(x, td.where(td.equal(norm, 0), 1, norm))
}

const meanVariance: Operator = (call) => {
  const x = call.array(0)
  const axis = meanAxes(call, x)
  const of = as(x, wide(x))
  const centred = td.subtract(of, td.mean(of, { axis, keepdims: true }))
  const deviation = td.sqrt(td.mean(td.square(centred), { axis, keepdims: true }))
  return as(td.divide(centred, td.add(deviation, 1e-9)), x.dtype)
}

const meanAxes = (call: NodeCall, x: NDArray): readonly number[] => {
  const axes = call.ints('axes', [0, 2, 3])
  return axes.map((axis) => axisOf(call, axis, x.ndim))
}

export const normalization: Operators = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  RMSNormalization: rmsNormalization,
  LRN: localResponse,
  LpNormalization: lpNormalization,
  MeanVarianceNormalization: meanVariance,
}
