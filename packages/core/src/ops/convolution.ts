import { ShapeError } from '../errors.ts'
import { defineOp, type GradientOf, type HostArray } from '../op.ts'
import { type Dim, same, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { ofConvolution } from './convolution-gradient.ts'
import { put } from './kernels.ts'
import { indexAt } from './copies.ts'
import { meets } from './type-rules.ts'
import { forEachTap, type Windows, windowedShape } from './windows.ts'

interface Settings extends Windows {
  readonly groups: number
}

/** The type of a convolution of `rank` spatial axes (null: those of `x`), whose sizes `spatial` gives. */
export function convolvedType(
  op: string,
  rank: number | null,
  [x, w, bias]: readonly [TensorType, TensorType, TensorType | undefined],
  groups: number,
  spatial: () => readonly Dim[],
): TensorType {
  const refuse = (because: string, shapes = [x.shape, w.shape]): never => {
    throw new ShapeError({ op, shapes, because })
  }
  const axes = rank === null ? Math.max(3, x.shape.length) : rank + 2
  if (x.shape.length !== axes || w.shape.length !== axes) {
    const spaces = rank === null ? '' : `${rank} `
    return refuse(
      `they are [batch, channels, ...spatial] and [filters, channels / groups, ...window], of one rank, with ${spaces}spatial axes`,
    )
  }
  const [channels, filters, inner] = [x.shape[1]!, w.shape[0]!, w.shape[1]!]
  if (!same(channels, times(inner, groups))) {
    const count = groups === 1 ? '' : `${groups} times `
    return refuse(`axis 1 of the array has to be ${count}as long as axis 1 of the filters`)
  }
  if (!same(times(floorDiv(filters, groups), groups), filters)) {
    return refuse(`the filters, axis 0 of the second, do not part into ${groups} groups`)
  }
  if (bias !== undefined && !(bias.shape.length === 1 && same(bias.shape[0]!, filters))) {
    return refuse('a bias has one element for each of the filters, axis 0 of the first', [
      w.shape,
      bias.shape,
    ])
  }
  return tensorType(x.dtype, [x.shape[0]!, filters, ...spatial()])
}

function convolve(
  x: HostArray,
  w: HostArray,
  bias: HostArray | undefined,
  out: HostArray,
  settings: Settings,
): void {
  const { groups } = settings
  const channels = x.shape[1]!
  const [filters, inner] = [w.shape[0]!, w.shape[1]!]
  const [space, kernel] = [x.shape.slice(2), w.shape.slice(2)]
  const [spaceSize, kernelSize] = [space, kernel].map((shape) => shape.reduce((n, size) => n * size, 1))
  const positions = out.shape.slice(2)
  const count = positions.reduce((n, size) => n * size, 1)
  for (let at = 0; at < out.data.length; at++) {
    const position = indexAt(positions, at % count)
    const filter = Math.floor(at / count) % filters
    const item = Math.floor(at / (count * filters))
    const group = Math.floor((filter * groups) / filters)
    let total = bias === undefined ? 0 : Number(bias.data[filter])
    forEachTap(space, kernel, position, settings, (place, tap) => {
      for (let c = 0; c < inner; c++) {
        const from = (item * channels + group * inner + c) * spaceSize! + place
        total += Number(x.data[from]) * Number(w.data[(filter * inner + c) * kernelSize! + tap])
      }
    })
    put(out.data, at, total)
  }
}

/**
 * Sum of products of a window that slides over the spatial axes, over all channels of a group (cross-correlation).
 *
 * What `conv1d`, `conv2d` and `conv3d` are made of; its parameters name every spatial axis. `pads` holds the zeros before
 * each spatial axis, then those after each.
 *
 * Shapes: `x: [n, c, ...d]`, `w: [o, c / groups, ...k]`, `bias: [o]` give `[n, o, ...]`, where each spatial size is
 * `floor((d + before + after - dilation * (k - 1) - 1) / stride) + 1`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when channels, groups, bias or window do not fit, ParamError for another number of strides or pads
 * @source ONNX, `Conv`
 * @example convolution(array([[[1, 2, 3]]]), array([[[1, 1]]]), [1], [0, 0], [1])   // [[[3, 5]]]
 */
export const convolution = /* @__PURE__ */ defineOp({
  name: 'convolution',
  doc: 'Sum of products of a window that slides over the spatial axes.',
  inputs: ['x', 'w', 'bias?'],
  order: ['strides', 'pads', 'dilations'],
  params: {
    strides: /* @__PURE__ */ p.strides(),
    pads: /* @__PURE__ */ p.pads(),
    dilations: /* @__PURE__ */ p.strides(),
    groups: /* @__PURE__ */ p.count(1),
  },
  traits: { contraction: true },
  cast: /* @__PURE__ */ (types) => meets('convolution', 'floating')(types),
  infer: ([x, w, bias], { groups, ...windows }) =>
    convolvedType('convolution', null, [x, w, bias], groups, () =>
      windowedShape('convolution', x.shape.slice(2), w.shape.slice(2), windows),
    ),
  reference: ([x, w, bias], settings, [out]) => convolve(x, w, bias, out, settings),
})

export const convolutionGradient: GradientOf<typeof convolution> = (inputs, settings, _outs, [g]) =>
  ofConvolution(inputs, settings, g)
