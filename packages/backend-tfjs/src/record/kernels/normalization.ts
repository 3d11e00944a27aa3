import {
  add,
  batchNorm,
  divide,
  multiply,
  type NDArray,
  pad,
  pow,
  slice,
  sqrt,
  subtract,
} from '@tendril/core/fn'
import type { FusedBatchNormAttrs, LRNAttrs, LRNGradAttrs } from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'
import { range } from '../values.ts'

/** Sums over the neighbours of each channel. */
function neighbours(x: NDArray, radius: number): NDArray {
  const channels = x.shape.at(-1)!
  const wide = pad(
    x,
    x.shape.map((_, axis) => (axis === x.ndim - 1 ? [radius, radius] : [0, 0])),
  )
  const whole = x.shape.slice(1).map(() => null)
  const parts = range(2 * radius + 1).map((i) => slice(wide, [...whole, i], [...whole, i + channels]))
  return parts.reduce((sum, part) => add(sum, part))
}

/** What each channel is scaled by, before its power is taken. */
const normOf = (x: NDArray, { depthRadius, bias, alpha }: LRNAttrs): NDArray =>
  add(multiply(neighbours(multiply(x, x), depthRadius), alpha), bias)

/** Kernels that scale by statistics. */
export const normalization: Family = {
  FusedBatchNorm: kernel(
    ['x', 'mean', 'variance', 'offset?', 'scale?'],
    ([x, mean, variance, offset, scale], { varianceEpsilon: eps }: FusedBatchNormAttrs) => {
      const all = [mean, variance, offset, scale]
      if (all.every((one) => one === undefined || (one.ndim === 1 && one.shape[0] === x.shape.at(-1))))
        return batchNorm(x, mean, variance, scale, offset, { eps, axis: -1 })
      const even = divide(subtract(x, mean), sqrt(add(variance, eps)))
      const grown = scale === undefined ? even : multiply(even, scale)
      return offset === undefined ? grown : add(grown, offset)
    },
  ),
  LRN: kernel(['x'], ([x], attrs: LRNAttrs) => multiply(x, pow(normOf(x, attrs), -attrs.beta))),
  LRNGrad: kernel(['x', 'y', 'dy'], ([x, y, dy], attrs: LRNGradAttrs) => {
    const { depthRadius, alpha, beta } = attrs
    const norm = normOf(x, attrs)
    const shared = neighbours(divide(multiply(dy, y), norm), depthRadius)
    return subtract(multiply(dy, pow(norm, -beta)), multiply(multiply(x, shared), 2 * alpha * beta))
  }),
}
