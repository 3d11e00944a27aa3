/**
 * Ops as the operators of ONNX that mean the same, in files only, where other programs know them by these. The programs
 * of onnxruntime have them spelled out, as its kernels lose digits and NaN.
 */
import { type Dim, isSymbolic, printDim } from '@tendril/core/adapter'
import { attr } from '../attributes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import type { OnnxDType } from '../dtypes.ts'
import { kernelTypes } from '../kernel-types.gen.ts'
import { guarded, lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { recurrent } from './file-recurrent.ts'
import { isTail, onesOf, singleOnly, zerosOf } from './layers.ts'

interface Typed {
  readonly dtype: string
}

interface Sloped {
  readonly alpha: number
}

/** The operators leave 0 as it is, which only finite slopes make of it. */
const ofSlope = (types: readonly [Typed], { alpha }: Sloped): true | string =>
  Number.isFinite(alpha) ? singleOnly(types) : 'the slope is not finite'

const sloped =
  (operator: string) =>
  (e: OnnxEmitter, [a]: readonly [OnnxRef], { alpha }: Sloped): OnnxRef =>
    e.node(operator, [a], a, { alpha: attr.float(alpha) })

/** Whether an array broadcasts to another one, which keeps its sizes. */
const fitsInto = (own: readonly Dim[], other: readonly Dim[]): boolean =>
  own.length <= other.length &&
  own.every((size, i) => size === 1 || printDim(size) === printDim(other[other.length - own.length + i]!))

const opsetOfGroups = 21
const opsetOfRoots = 23

/** As the channels of another array, which are normalized one by one: the older operator scales groups, not channels. */
function groupsOf(
  e: OnnxEmitter,
  a: OnnxRef,
  weight: OnnxRef | undefined,
  bias: OnnxRef | undefined,
  groups: number,
  eps: number,
): OnnxRef {
  const apart = e.node('Reshape', [a, e.ints([0, groups, -1])], { dtype: a.dtype, rank: 3 })
  const [one, zero] = [1, 0].map((value) =>
    e.node('Expand', [x.number(e, a, value), e.ints([groups])], { dtype: a.dtype, rank: 1 }),
  )
  const even = e.node('InstanceNormalization', [apart, one, zero], apart, { epsilon: attr.float(eps) })
  const along = (of: OnnxRef): OnnxRef =>
    x.unsqueeze(
      e,
      of,
      Array.from({ length: a.rank - 2 }, (_, i) => i + 1),
    )
  const back = x.reshape(e, even, x.shapeOf(e, a), a.rank)
  const grown = weight === undefined ? back : x.mul(e, back, along(weight))
  return bias === undefined ? grown : x.add(e, grown, along(bias))
}

/** The array divided by the root of the mean of its squares. */
function rootOf(
  e: OnnxEmitter,
  a: OnnxRef,
  weight: OnnxRef | undefined,
  axis: readonly number[],
  eps: number,
): OnnxRef {
  const wide = e.cast(a, 'float32')
  const power = e.node('ReduceMean', [x.mul(e, wide, wide), e.ints(axis)], wide, { keepdims: 1 })
  const even = x.div(e, wide, x.sqrt(e, x.add(e, power, x.number(e, wide, eps))))
  const grown = weight === undefined ? even : x.mul(e, even, e.cast(weight, 'float32'))
  return e.cast(grown, a.dtype)
}

export const fileOperators: readonly OnnxLowering[] = [
  lower('leakyRelu', sloped('LeakyRelu'), { supports: ofSlope }),
  lower('elu', sloped('Elu'), { supports: ofSlope }),
  lower('celu', sloped('Celu'), {
    supports: (types, params) =>
      types[0].dtype === 'float16' ? 'Celu takes float32' : ofSlope(types, params),
  }),
  lower('selu', (e, [a]) => e.node('Selu', [a], a), { supports: singleOnly }),
  lower('prelu', (e, [a, slope]) => e.node('PRelu', [a, slope], a), {
    supports: (types) =>
      fitsInto(types[1].shape, types[0].shape) ? singleOnly(types) : 'slopes have to fit into the array',
  }),
  lower('hardSigmoid', (e, [a]) => e.node('HardSigmoid', [a], a, { alpha: attr.float(1 / 6) }), {
    supports: singleOnly,
  }),
  lower('hardswish', (e, [a]) => e.node('HardSwish', [a], a), { supports: singleOnly }),
  lower('softsign', (e, [a]) => e.node('Softsign', [a], a), { supports: singleOnly }),
  lower(
    'instanceNorm',
    (e, [a, weight, bias], { eps }) =>
      e.node('InstanceNormalization', [a, weight ?? onesOf(e, a, 1, 2), bias ?? zerosOf(e, a, 1, 2)], a, {
        epsilon: attr.float(eps),
      }),
    { supports: singleOnly },
  ),
  lower(
    'batchNorm',
    (e, [a, mean, variance, weight, bias], { eps }) =>
      e.node(
        'BatchNormalization',
        [a, weight ?? onesOf(e, a, 1, 2), bias ?? zerosOf(e, a, 1, 2), mean, variance],
        a,
        { epsilon: attr.float(eps) },
      ),
    {
      supports: (types, { axis }) =>
        axis === 1 && types[0].shape.length > 1
          ? singleOnly(types)
          : 'BatchNormalization takes the second axis',
    },
  ),
  lower(
    'localResponseNorm',
    (e, [a], { size, bias, alpha, beta, average }) =>
      e.node('LRN', [a], a, {
        size,
        bias: attr.float(bias),
        alpha: attr.float(average ? alpha : alpha * size),
        beta: attr.float(beta),
      }),
    {
      supports: (types, { size }) =>
        size % 2 === 1 && types[0].shape.length === 4
          ? singleOnly(types)
          : 'LRN takes images and odd numbers of channels',
    },
  ),
  lower(
    'logsumexp',
    (e, [a], { axis, keepdims }) => {
      const rank = keepdims ? a.rank : axis === null ? 0 : a.rank - axis.length
      const axes = axis === null ? undefined : e.ints(axis)
      return e.node('ReduceLogSumExp', [a, axes], { dtype: a.dtype, rank }, { keepdims: keepdims ? 1 : 0 })
    },
    { supports: (types, { axis }) => (axis?.length === 0 ? 'no axes mean all' : singleOnly(types)) },
  ),
  lower(
    'interpolate',
    (e, [a], { size, mode, alignCorners }) => {
      const axes = Array.from({ length: a.rank - 2 }, (_, i) => i + 2)
      const sizes = axes.map((_, i) => (typeof size === 'number' ? size : size[i % size.length]!))
      return e.node('Resize', [a, undefined, undefined, e.ints(sizes)], a, {
        axes,
        mode,
        ...(mode === 'nearest'
          ? { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
          : { coordinate_transformation_mode: alignCorners ? 'align_corners' : 'half_pixel' }),
      })
    },
    {
      supports: (types, { size, mode }) => {
        const { shape } = types[0]
        if (mode === 'area') return 'Resize takes no means'
        if (mode !== 'nearest') return shape.length === 4 ? singleOnly(types) : 'onnxruntime resizes images'
        const isWhole = shape
          .slice(2)
          .every(
            (own, i) => (typeof size === 'number' ? size : size[i % size.length]!) % (own as number) === 0,
          )
        return isWhole ? singleOnly(types) : 'its places are rounded as float32'
      },
    },
  ),
  lower(
    'oneHot',
    (e, [indices], { depth, axis, onValue, offValue, dtype }) => {
      const size = x.squeeze(e, e.cast(e.sizes([depth as number]), indices.dtype), [0])
      // What is below 0 counts from the end there.
      const isBelow = x.less(e, indices, x.number(e, indices, 0))
      const places = x.where(e, isBelow, size, indices)
      const values = [offValue, onValue].map((value) => x.unsqueeze(e, e.literal(value, dtype), [0]))
      const made = { dtype: dtype as OnnxDType, rank: indices.rank + 1 }
      return e.node('OneHot', [places, size, e.node('Concat', values, values[0]!, { axis: 0 })], made, {
        axis,
      })
    },
    {
      supports: ([indices], { dtype }) =>
        indices.dtype === 'int64' && kernelTypes.OneHot.has(dtype as OnnxDType)
          ? true
          : `onnxruntime has no OneHot of ${indices.dtype} and ${dtype}`,
    },
  ),
  lower(
    'groupNorm',
    (e, [a, weight, bias], { groups, eps }) =>
      e.opset < opsetOfGroups
        ? groupsOf(e, a, weight, bias, groups, eps)
        : e.node('GroupNormalization', [a, weight ?? onesOf(e, a, 1, 2), bias ?? zerosOf(e, a, 1, 2)], a, {
            num_groups: groups,
            epsilon: attr.float(eps),
          }),
    {
      supports: (types) => {
        const { shape } = types[0]
        if (shape.slice(1).some(isSymbolic)) return 'onnxruntime refuses axes without elements'
        return shape.length < 3 ? 'it takes axes beyond the channels' : singleOnly(types)
      },
    },
  ),
  lower(
    'rmsNorm',
    (e, [a, weight], { axis, eps }) =>
      e.opset < opsetOfRoots
        ? rootOf(e, a, weight, axis, eps)
        : e.node('RMSNormalization', [a, weight ?? onesOf(e, a, axis[0]!)], a, {
            axis: axis[0]!,
            epsilon: attr.float(eps),
          }),
    {
      supports: (types, { axis }) =>
        isTail(axis, types[0].shape.length) ? singleOnly(types) : 'RMSNormalization takes the last axes',
    },
  ),
  ...recurrent,
].map(guarded)
