import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { minus, pin, plus, same, times } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { convolution } from './convolution.ts'
import { dilated, padOrCut } from './gradient-axes.ts'
import { flip, permuteDims, reshape } from './movement.ts'
import { eachAxis, reachOf } from './spatial.ts'
import { meets } from './type-rules.ts'

const options = {
  strides: /* @__PURE__ */ p.counts(1),
  padding: /* @__PURE__ */ p.padding([0]),
  outputPadding: /* @__PURE__ */ p.sizes([0]),
  dilations: /* @__PURE__ */ p.counts(1),
  groups: /* @__PURE__ */ p.count(1),
} as const

interface Written {
  readonly strides: number | readonly number[]
  readonly padding: 'same' | 'valid' | readonly number[]
  readonly outputPadding: readonly number[]
  readonly dilations: number | readonly number[]
  readonly groups: number
}

/** Strides, dilations, what is cut before and after each axis, and the padding of the result. */
function laid(op: string, kernel: readonly number[], written: Written) {
  const rank = kernel.length
  const strides = eachAxis(op, 'strides', written.strides, rank)
  const dilations = eachAxis(op, 'dilations', written.dilations, rank)
  const more = eachAxis(op, 'outputPadding', written.outputPadding, rank)
  const reach = kernel.map((size, i) => reachOf(size, dilations[i]!))
  const { padding } = written
  // With 'same' the result is as long as the array times the stride.
  const totals = reach.map((size, i) => (padding === 'same' ? Math.max(size - strides[i]!, 0) : 0))
  const listed = typeof padding === 'string' ? [0] : padding
  const pairs =
    padding === 'same'
      ? [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))]
      : listed.length === 2 * rank
        ? listed
        : [...eachAxis(op, 'padding', listed, rank), ...eachAxis(op, 'padding', listed, rank)]
  const grown = more.map((width, i) =>
    padding === 'same' ? width + Math.max(strides[i]! - reach[i]!, 0) : width,
  )
  return { strides, dilations, reach, before: pairs.slice(0, rank), after: pairs.slice(rank), grown }
}

function transposedType(
  op: string,
  rank: number,
  [x, weight, bias]: readonly [TensorType, TensorType, TensorType | undefined],
  written: Written,
): TensorType {
  const refuse = (because: string, shapes = [x.shape, weight.shape]): never => {
    throw new ShapeError({ op, shapes, because })
  }
  if (x.shape.length !== rank + 2 || weight.shape.length !== rank + 2) {
    return refuse(
      `they are [batch, channels, ...spatial] and [channels, filters / groups, ...window], with ${rank} spatial axes`,
    )
  }
  if (!same(x.shape[1]!, weight.shape[0]!)) return refuse('both need as many channels')
  const channels = pin(weight.shape[0]!)
  if (channels % written.groups !== 0) return refuse(`the channels do not part into ${written.groups} groups`)
  const filters = times(weight.shape[1]!, written.groups)
  if (bias !== undefined && !(bias.shape.length === 1 && same(bias.shape[0]!, filters)))
    return refuse('a bias has one element for each of the filters', [weight.shape, bias.shape])
  const { strides, reach, before, after, grown } = laid(op, weight.shape.slice(2).map(pin), written)
  const space = x.shape.slice(2).map((size, i) => {
    const places = times(minus(size, 1), strides[i]!)
    const out = plus(places, reach[i]! - before[i]! - after[i]! + grown[i]!)
    if (same(size, 0) || (typeof out === 'number' && out < 1))
      return refuse(`spatial axis ${i} of the result has no elements`)
    return out
  })
  return tensorType(x.dtype, [x.shape[0]!, filters, ...space])
}

/** The turned window over the array, whose elements are moved apart. */
function transposed(
  op: string,
  [x, weight, bias]: readonly [ArrayValue, ArrayValue, ArrayValue | undefined],
  written: Written,
): ArrayValue {
  const { groups } = written
  const [channels, filters, ...kernel] = weight.shape as readonly [number, number, ...number[]]
  const { strides, dilations, reach, before, after, grown } = laid(op, kernel, written)
  const space = kernel.map((_, i) => i)
  const apart = permuteDims(reshape(weight, [groups, channels / groups, filters, ...kernel]), [
    0,
    2,
    1,
    ...space.map((i) => i + 3),
  ])
  const turned = flip(reshape(apart, [groups * filters, channels / groups, ...kernel]), {
    axis: space.map((i) => i + 2),
  })
  const spread = strides.reduce<ArrayValue>((wide, stride, i) => dilated(wide, i + 2, stride), x)
  const wide = padOrCut(
    spread,
    [0, 0, ...reach.map((size, i) => size - 1 - before[i]!)],
    [0, 0, ...reach.map((size, i) => size - 1 - after[i]! + grown[i]!)],
  )
  const ones = space.map(() => 1)
  const none = [...space, ...space].map(() => 0)
  return convolution(wide, turned, ones, none, dilations, bias, { groups })
}

/**
 * Transposed convolution over one spatial axis: each element spreads a window.
 *
 * What `padding` says is cut from the ends of the result; with `'same'` it is as long as the array times the
 * stride, as in TensorFlow. `outputPadding` lets it be longer at the end.
 *
 * Shapes: `x: [n, c, d]`, `weight: [c, o / groups, kd]`, `bias: [o]` give `[n, o, ...]`, each size `(d - 1) *
 * stride + dilation * (k - 1) + 1 - padding + outputPadding`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source PyTorch, `conv_transpose1d`; ivy, `conv1d_transpose`
 * @example conv1dTranspose(array([[[1, 2]]]), array([[[1, 10]]]))   // [[[1, 12, 20]]]
 */
export const conv1dTranspose = /* @__PURE__ */ defineOp({
  name: 'conv1dTranspose',
  doc: 'Transposed convolution over one spatial axis: each element spreads a window.',
  inputs: ['x', 'weight', 'bias?'],
  params: options,
  traits: { contraction: true },
  cast: (types) => meets('conv1dTranspose', 'floating')(types),
  infer: (types, params) => transposedType('conv1dTranspose', 1, types, params),
  decompose: (inputs, params): ArrayValue => transposed('conv1dTranspose', inputs, params),
})

/**
 * Transposed convolution over two spatial axes: each element spreads a window.
 *
 * What `padding` says is cut from the ends of the result; with `'same'` it is as long as the array times the
 * stride, as in TensorFlow. `outputPadding` lets it be longer at the end.
 *
 * Shapes: `x: [n, c, h, w]`, `weight: [c, o / groups, kh, kw]`, `bias: [o]` give `[n, o, ...]`, each size `(d - 1)
 * * stride + dilation * (k - 1) + 1 - padding + outputPadding`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source PyTorch, `conv_transpose2d`; ivy, `conv2d_transpose`
 * @example conv2dTranspose(array([[[[1, 2]]]]), array([[[[1, 10]]]]))   // [[[[1, 12, 20]]]]
 */
export const conv2dTranspose = /* @__PURE__ */ defineOp({
  name: 'conv2dTranspose',
  doc: 'Transposed convolution over two spatial axes: each element spreads a window.',
  inputs: ['x', 'weight', 'bias?'],
  params: options,
  traits: { contraction: true },
  cast: (types) => meets('conv2dTranspose', 'floating')(types),
  infer: (types, params) => transposedType('conv2dTranspose', 2, types, params),
  decompose: (inputs, params): ArrayValue => transposed('conv2dTranspose', inputs, params),
})

/**
 * Transposed convolution over three spatial axes: each element spreads a window.
 *
 * What `padding` says is cut from the ends of the result; with `'same'` it is as long as the array times the
 * stride, as in TensorFlow. `outputPadding` lets it be longer at the end.
 *
 * Shapes: `x: [n, c, d, h, w]`, `weight: [c, o / groups, kd, kh, kw]`, `bias: [o]` give `[n, o, ...]`, each size
 * `(d - 1) * stride + dilation * (k - 1) + 1 - padding + outputPadding`. Dtypes: real, promoted; integers become
 * float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source PyTorch, `conv_transpose3d`; ivy, `conv3d_transpose`
 * @example conv3dTranspose(array([[[[[1, 2]]]]]), array([[[[[1, 10]]]]]))   // [[[[[1, 12, 20]]]]]
 */
export const conv3dTranspose = /* @__PURE__ */ defineOp({
  name: 'conv3dTranspose',
  doc: 'Transposed convolution over three spatial axes: each element spreads a window.',
  inputs: ['x', 'weight', 'bias?'],
  params: options,
  traits: { contraction: true },
  cast: (types) => meets('conv3dTranspose', 'floating')(types),
  infer: (types, params) => transposedType('conv3dTranspose', 3, types, params),
  decompose: (inputs, params): ArrayValue => transposed('conv3dTranspose', inputs, params),
})
