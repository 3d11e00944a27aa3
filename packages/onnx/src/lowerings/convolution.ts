import { runs } from '../carriers.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { padded, taps, type Windows } from './taps.ts'

/** Spatial axes that onnxruntime's kernels have. */
const maxSpatial = 3

/** The bias along axis 1. */
const withBias = (e: OnnxEmitter, a: OnnxRef, bias: OnnxRef | undefined): OnnxRef =>
  bias === undefined
    ? a
    : x.add(e, a, x.unsqueeze(e, bias, [0, ...Array.from({ length: a.rank - 2 }, (_, i) => i + 2)]))

/** Matrix products of the elements under each tap: [batch, groups, channels, positions] by [groups, filters, channels]. */
function byTaps(
  e: OnnxEmitter,
  [a, w]: readonly [OnnxRef, OnnxRef],
  windows: Windows,
  groups: number,
  shapes: { readonly x: readonly number[]; readonly w: readonly number[]; readonly out: readonly number[] },
): OnnxRef {
  const [filters, inner] = [shapes.w[0]!, shapes.w[1]!]
  const space = shapes.out.slice(2)
  const positions = space.reduce((n, size) => n * size, 1)
  const windowShape = e.sizes([shapes.x[0]!, groups, inner, positions])
  const count = windows.kernel.reduce((n, size) => n * size, 1)
  const weights = x.reshape(e, w, e.sizes([groups, filters / groups, inner, count]), 4)
  const parts = taps(e, padded(e, a, windows.pads, 0), windows, space).map((part, tap) => {
    const weight = e.node(
      'Gather',
      [weights, e.scalar('int64', tap)],
      { dtype: w.dtype, rank: 3 },
      { axis: 3 },
    )
    return e.node('MatMul', [weight, x.reshape(e, part, windowShape, 4)], { dtype: a.dtype, rank: 4 })
  })
  const sum = parts.reduce((total, part) => x.add(e, total, part))
  return x.reshape(e, sum, e.sizes(shapes.out), a.rank)
}

export const convolutions: readonly OnnxLowering[] = [
  lower('convolution', (e, [a, w, bias], { strides, pads, dilations, groups }, { inputs, outputs }) => {
    const shapes = { x: inputs[0]!.shape, w: inputs[1]!.shape, out: outputs[0]!.shape }
    const kernel = shapes.w.slice(2)
    if (shapes.w[1] === 0) {
      // Conv gives memory that was never written.
      const zeros = e.node('Expand', [x.number(e, a, 0), e.sizes(shapes.out)], a)
      return withBias(e, zeros, bias)
    }
    if (runs('Conv', a.dtype) === true && kernel.length <= maxSpatial)
      return e.node('Conv', [a, w, bias], a, { strides, pads, dilations, group: groups })
    return withBias(e, byTaps(e, [a, w], { kernel, strides, pads, dilations }, groups, shapes), bias)
  }),
]
