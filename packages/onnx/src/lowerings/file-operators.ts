/**
 * Ops as the operators of ONNX that mean the same, in files only, where other programs know them by these. The programs
 * of onnxruntime have them spelled out, as its kernels lose digits and NaN.
 */
import { type Dim, isSymbolic, printDim } from '@tendril/core/adapter'
import { attr } from '../attributes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { guarded, lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { isTail, onesOf, zerosOf } from './layers.ts'

interface Typed {
  readonly dtype: string
}

const ofSingle = ([{ dtype }]: readonly [Typed, ...unknown[]]): true | string =>
  dtype === 'float32' || dtype === 'float16' || `no kernel holds ${dtype}`

interface Sloped {
  readonly alpha: number
}

/** The operators leave 0 as it is, which only finite slopes make of it. */
const ofSlope = (types: readonly [Typed], { alpha }: Sloped): true | string =>
  Number.isFinite(alpha) ? ofSingle(types) : 'the slope is not finite'

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
  lower('selu', (e, [a]) => e.node('Selu', [a], a), { supports: ofSingle }),
  lower('prelu', (e, [a, slope]) => e.node('PRelu', [a, slope], a), {
    supports: (types) =>
      fitsInto(types[1].shape, types[0].shape) ? ofSingle(types) : 'slopes have to fit into the array',
  }),
  lower('hardSigmoid', (e, [a]) => e.node('HardSigmoid', [a], a, { alpha: attr.float(1 / 6) }), {
    supports: ofSingle,
  }),
  lower('hardswish', (e, [a]) => e.node('HardSwish', [a], a), { supports: ofSingle }),
  lower('softsign', (e, [a]) => e.node('Softsign', [a], a), { supports: ofSingle }),
  lower(
    'instanceNorm',
    (e, [a, weight, bias], { eps }) =>
      e.node('InstanceNormalization', [a, weight ?? onesOf(e, a, 1, 2), bias ?? zerosOf(e, a, 1, 2)], a, {
        epsilon: attr.float(eps),
      }),
    { supports: ofSingle },
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
        if (shape.some(isSymbolic)) return 'onnxruntime refuses an empty batch'
        return shape.length < 3 ? 'it takes axes beyond the channels' : ofSingle(types)
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
        isTail(axis, types[0].shape.length) ? ofSingle(types) : 'RMSNormalization takes the last axes',
    },
  ),
].map(guarded)
