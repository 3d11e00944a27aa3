import type { ArrayValue, Gradients } from '../op.ts'
import { times } from '../types/dim.ts'
import { axesOf, handedOn } from './axes.ts'
import { convolution } from './convolution.ts'
import { dilated, padOrCut } from './gradient-axes.ts'
import { flip, permuteDims, reshape, slice } from './movement.ts'
import { sum } from './reduce.ts'
import type { Windows } from './windows.ts'

interface Settings extends Windows {
  readonly groups: number
}

type Inputs = readonly [x: ArrayValue, w: ArrayValue, bias: ArrayValue | undefined]

/** The gradients of a convolution, which are convolutions. */
export const ofConvolution = ([x, w]: Inputs, settings: Settings, g: ArrayValue): Gradients => [
  (): ArrayValue => ofImage(x, w, settings, g),
  (): ArrayValue => ofWindow(x, w, settings, g),
  (): ArrayValue => sum(g, { axis: axesOf(g).filter((axis) => axis !== 1) }),
]

const plain = (rank: number): readonly number[] => Array.from({ length: rank }, () => 1)

/** The turned window over the gradient, whose elements are as far apart as the windows were. */
function ofImage(
  x: ArrayValue,
  w: ArrayValue,
  { strides, pads, dilations, groups }: Settings,
  g: ArrayValue,
): ArrayValue {
  const rank = strides.length
  const [filters, inner] = w.shape as readonly [number, number]
  const kernel = w.shape.slice(2)
  const apart = permuteDims(reshape(w, [groups, filters / groups, inner, ...kernel]), [
    0,
    2,
    1,
    ...kernel.map((_, i) => i + 3),
  ])
  const turned = flip(reshape(apart, [groups * inner, filters / groups, ...kernel]), {
    axis: kernel.map((_, i) => i + 2),
  })
  let spread = g
  strides.forEach((stride, i) => {
    spread = dilated(spread, i + 2, stride)
  })
  const reach = kernel.map((size, i) => dilations[i]! * (size - 1))
  const before = reach.map((size, i) => size - pads[i]!)
  const after = reach.map((size, i) => x.shape[i + 2]! + size - spread.shape[i + 2]! - before[i]!)
  const padded = padOrCut(spread, [0, 0, ...before], [0, 0, ...after])
  const none = pads.map(() => 0)
  return convolution(padded, turned, plain(rank), none, dilations, undefined, { groups })
}

/** The gradient as the window over the image; items take the part of channels. */
function ofWindow(
  x: ArrayValue,
  w: ArrayValue,
  { strides, pads, dilations, groups }: Settings,
  g: ArrayValue,
): ArrayValue {
  const [items, channels] = [handedOn(x)[0]!, x.shape[1]!]
  const inner = channels / groups
  const space = handedOn(x).slice(2)
  const apart = permuteDims(reshape(x, [items, groups, inner, ...space]), [
    2,
    1,
    0,
    ...space.map((_, i) => i + 3),
  ])
  const image = reshape(apart, [inner, times(items, groups) as number, ...space])
  const swapped = [1, 0, ...strides.map((_, i) => i + 2)]
  const made = convolution(image, permuteDims(g, swapped), dilations, pads, strides, undefined, { groups })
  // Where the last windows did not reach the end there are more places than the window has.
  const cut = slice(made, [], [null, null, ...w.shape.slice(2)])
  return permuteDims(cut, swapped)
}
