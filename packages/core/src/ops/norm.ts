import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, same, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import * as p from '../types/param-kinds.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { axesOf, handedOn } from './axes.ts'
import { add, divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { reshape } from './movement.ts'
import { sqrt } from './powers.ts'
import { mean, widely } from './statistics.ts'
import { meets } from './type-rules.ts'

/** Refuses statistics, weights or biases that have not the sizes of the axes that they belong to. */
function belong(
  op: string,
  x: TensorType,
  axes: readonly number[],
  arrays: readonly (TensorType | undefined)[],
): void {
  for (const array of arrays) {
    if (array === undefined) continue
    const sizes = axes.map((axis) => x.shape[axis]!)
    if (array.shape.length === sizes.length && sizes.every((size, i) => same(size, array.shape[i]!))) continue
    throw new ShapeError({
      op,
      shapes: [x.shape, array.shape],
      because: `the second belongs to ${axes.length === 1 ? `axis ${axes[0]}` : `axes [${axes}]`} of the first and has to be of its size`,
    })
  }
}

/** An array that belongs to some axes, in the rank of `x`; in single precision for half floats, as `x` is then. */
function along(array: ArrayValue, x: ArrayValue, axes: readonly number[]): ArrayValue {
  const wide = array.dtype === 'float16' ? astype(array, 'float32') : array
  return reshape(
    wide,
    handedOn(x).map((size, axis) => (axes.includes(axis) ? size : 1)),
  )
}

/** `x * weight + bias`, where either may be left out. */
function scaled(
  x: ArrayValue,
  axes: readonly number[],
  weight: ArrayValue | undefined,
  bias: ArrayValue | undefined,
): ArrayValue {
  const grown = weight === undefined ? x : multiply(x, along(weight, x, axes))
  return bias === undefined ? grown : add(grown, along(bias, x, axes))
}

/** The array with mean 0 and variance 1 over `axes`. */
function standardized(x: ArrayValue, axes: readonly number[], eps: number): ArrayValue {
  const centred = subtract(x, mean(x, { axis: axes, keepdims: true }))
  const variance = mean(multiply(centred, centred), { axis: axes, keepdims: true })
  return divide(centred, sqrt(add(variance, eps)))
}

/**
 * The array less `mean`, divided by the root of `variance + eps`, times `weight`, plus `bias`, channel by channel.
 *
 * Shapes: `x: [...s]` gives `[...s]`; all others have the size of `axis`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when another array has not the size of `axis`, DTypeError for bool
 * @source ivy, `batch_norm`; PyTorch, `batch_norm` in evaluation
 * @example batchNorm(array([[1, 2]]), array([1, 1]), array([4, 4]), { eps: 0 })   // [[0, 0.5]]
 */
export const batchNorm = /* @__PURE__ */ defineOp({
  name: 'batchNorm',
  doc: 'The array normalized by a mean and a variance for each channel.',
  inputs: ['x', 'mean', 'variance', 'weight?', 'bias?'],
  params: { eps: /* @__PURE__ */ p.number(1e-5), axis: /* @__PURE__ */ p.axis(1) },
  cast: (types) => meets('batchNorm', 'floating')(types),
  infer: ([x, ...others], { axis }) => {
    belong('batchNorm', x, [axis], others)
    return x
  },
  decompose: ([x, centre, variance, weight, bias], { eps, axis }): ArrayValue =>
    widely(x, (wide) => {
      const root = sqrt(add(along(variance, x, [axis]), eps))
      // Two steps over the whole array instead of three.
      const scale = weight === undefined ? undefined : divide(along(weight, x, [axis]), root)
      const centred = subtract(wide, along(centre, x, [axis]))
      const grown = scale === undefined ? divide(centred, root) : multiply(centred, scale)
      return bias === undefined ? grown : add(grown, along(bias, x, [axis]))
    }),
})

/**
 * The array with mean 0 and variance 1 over `axis`, times `weight`, plus `bias`.
 *
 * Shapes: `x: [...s]` gives `[...s]`; `weight` and `bias` have the sizes of `axis`.
 * Dtypes: real, promoted (float16 is computed in float32); integers become float32.
 *
 * @throws ShapeError when `weight` or `bias` have not the sizes of `axis`, DTypeError for bool
 * @source ivy, `layer_norm`; PyTorch, `layer_norm`
 * @example layerNorm(array([[1, 3]]), { eps: 0 })   // [[-1, 1]]
 */
export const layerNorm = /* @__PURE__ */ defineOp({
  name: 'layerNorm',
  doc: 'The array with mean 0 and variance 1 over axes, times a weight, plus a bias.',
  inputs: ['x', 'weight?', 'bias?'],
  params: { axis: /* @__PURE__ */ p.axes([-1]), eps: /* @__PURE__ */ p.number(1e-5) },
  cast: (types) => meets('layerNorm', 'floating')(types),
  infer: ([x, ...others], { axis }) => {
    belong('layerNorm', x, axis, others)
    return x
  },
  decompose: ([x, weight, bias], { axis, eps }): ArrayValue =>
    widely(x, (wide) => scaled(standardized(wide, axis, eps), axis, weight, bias)),
})

/**
 * The array divided by the root of the mean of its squares over `axis`, times `weight`.
 *
 * Shapes: `x: [...s]` gives `[...s]`; `weight` has the sizes of `axis`.
 * Dtypes: real, promoted (float16 is computed in float32); integers become float32.
 *
 * @throws ShapeError when `weight` has not the sizes of `axis`, DTypeError for bool
 * @source PyTorch, `rms_norm`
 * @example rmsNorm(array([[2, -2]]), { eps: 0 })   // [[1, -1]]
 */
export const rmsNorm = /* @__PURE__ */ defineOp({
  name: 'rmsNorm',
  doc: 'The array divided by the root of the mean of its squares over axes, times a weight.',
  inputs: ['x', 'weight?'],
  params: { axis: /* @__PURE__ */ p.axes([-1]), eps: /* @__PURE__ */ p.number(1e-6) },
  cast: (types) => meets('rmsNorm', 'floating')(types),
  infer: ([x, weight], { axis }) => {
    belong('rmsNorm', x, axis, [weight])
    return x
  },
  decompose: ([x, weight], { axis, eps }): ArrayValue =>
    widely(x, (wide) => {
      const power = mean(multiply(wide, wide), { axis, keepdims: true })
      return scaled(divide(wide, sqrt(add(power, eps))), axis, weight, undefined)
    }),
})

function checkGroups(x: TensorType, groups: number): void {
  const channels: Dim | undefined = x.shape[1]
  if (channels === undefined) {
    throw new ShapeError({ op: 'groupNorm', shapes: [x.shape], because: 'it takes [batch, channels, ...]' })
  }
  if (same(times(floorDiv(channels, groups), groups), channels)) return
  const because = `axis 1 of the array, its channels, does not part into ${groups} groups`
  throw new ParamError({ op: 'groupNorm', param: 'groups', value: groups, because })
}

/**
 * The array with mean 0 and variance 1 over each group of channels, times `weight`, plus `bias`, channel by channel.
 *
 * Shapes: `x: [n, c, ...d]` gives the same; `weight` and `bias` are `[c]`.
 * Dtypes: real, promoted (float16 is computed in float32); integers become float32.
 *
 * @throws ParamError when the channels do not part into `groups`, ShapeError when `weight` or `bias` are not `[c]`
 * @source ivy, `group_norm`; PyTorch, `group_norm`
 * @example groupNorm(array([[1, 3, 5, 7]]), 2, { eps: 0 })   // [[-1, 1, -1, 1]]
 */
export const groupNorm = /* @__PURE__ */ defineOp({
  name: 'groupNorm',
  doc: 'The array with mean 0 and variance 1 over each group of channels, times a weight, plus a bias.',
  inputs: ['x', 'weight?', 'bias?'],
  params: { groups: /* @__PURE__ */ p.count(), eps: /* @__PURE__ */ p.number(1e-5) },
  cast: (types) => meets('groupNorm', 'floating')(types),
  infer: ([x, ...others], { groups }) => {
    checkGroups(x, groups)
    belong('groupNorm', x, [1], others)
    return x
  },
  decompose: ([x, weight, bias], { groups, eps }): ArrayValue =>
    widely(x, (wide) => {
      const sizes = handedOn(x)
      const [items, channels, ...rest] = sizes as readonly [number, number, ...number[]]
      const size = rest.reduce<Dim>(times, floorDiv(channels, groups)) as number
      const even = standardized(reshape(wide, [items, groups, size]), [2], eps)
      return scaled(reshape(even, sizes), [1], weight, bias)
    }),
})

/**
 * The array with mean 0 and variance 1 over the spatial axes of each channel, times `weight`, plus `bias`.
 *
 * Shapes: `x: [n, c, ...d]` gives the same; `weight` and `bias` are `[c]`.
 * Dtypes: real, promoted (float16 is computed in float32); integers become float32.
 *
 * @throws ShapeError when there are no spatial axes, or `weight` or `bias` are not `[c]`
 * @source ivy, `instance_norm`; PyTorch, `instance_norm`
 * @example instanceNorm(array([[[1, 3]]]), { eps: 0 })   // [[[-1, 1]]]
 */
export const instanceNorm = /* @__PURE__ */ defineOp({
  name: 'instanceNorm',
  doc: 'The array with mean 0 and variance 1 over the spatial axes of each channel, times a weight, plus a bias.',
  inputs: ['x', 'weight?', 'bias?'],
  params: { eps: /* @__PURE__ */ p.number(1e-5) },
  cast: (types) => meets('instanceNorm', 'floating')(types),
  infer: ([x, ...others]) => {
    if (x.shape.length < 3) {
      const because = 'it takes [batch, channels, ...spatial]'
      throw new ShapeError({ op: 'instanceNorm', shapes: [x.shape], because })
    }
    belong('instanceNorm', x, [1], others)
    return x
  },
  decompose: ([x, weight, bias], { eps }): ArrayValue =>
    widely(x, (wide) => {
      const space = axesOf(x).slice(2)
      return scaled(standardized(wide, space, eps), [1], weight, bias)
    }),
})
