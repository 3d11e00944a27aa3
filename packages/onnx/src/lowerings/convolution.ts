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

interface Shapes {
  readonly x: readonly number[]
  readonly w: readonly number[]
  readonly out: readonly number[]
}

/** Matrix products of the elements under each tap: [batch, groups, channels, positions] by [groups, filters, channels]. */
function byTaps(
  e: OnnxEmitter,
  [a, w]: readonly [OnnxRef, OnnxRef],
  windows: Windows,
  groups: number,
  shapes: Shapes,
): OnnxRef {
  const [filters, inner] = [e.fixed(shapes.w[0]!), e.fixed(shapes.w[1]!)]
  const space = shapes.out.slice(2).map((size) => e.fixed(size))
  const positions = space.reduce((n, size) => n * size, 1)
  const windowShape = e.sizes([shapes.x[0]!, groups, inner, positions])
  const count = windows.kernel.reduce((n, size) => n * size, 1)
  const weights = x.reshape(e, w, e.sizes([groups, filters / groups, inner, count]), 4)
  const inside = tapsInside(e, a, windows, space)
  const parts = taps(e, padded(e, a, windows.pads, 0), windows, space).map((part, tap) => {
    const weight = e.node(
      'Gather',
      [weights, e.scalar('int64', tap)],
      { dtype: w.dtype, rank: 3 },
      { axis: 3 },
    )
    const elements = x.reshape(e, part, windowShape, 4)
    const product = e.node('MatMul', [weight, elements], { dtype: a.dtype, rank: 4 })
    if (inside === undefined) return product
    // A weight that is not finite has no part in what lies over the padding.
    return x.where(e, x.reshape(e, inside[tap]!, e.ints([1, 1, 1, -1]), 4), product, x.number(e, a, 0))
  })
  const sum = parts.reduce((total, part) => x.add(e, total, part))
  return x.reshape(e, sum, e.sizes(shapes.out), a.rank)
}

/** For each tap whether it lies over the array, for each position; undefined where there is no padding. */
function tapsInside(
  e: OnnxEmitter,
  a: OnnxRef,
  windows: Windows,
  space: readonly number[],
): readonly OnnxRef[] | undefined {
  if (windows.pads.every((width) => width === 0)) return undefined
  const spatial = e.node('Shape', [a], { dtype: 'int64', rank: 1 }, { start: 2 })
  const sizes = e.node('Concat', [e.ints([1, 1]), spatial], spatial, { axis: 0 })
  const ones = e.node('Expand', [x.number(e, a, 1), sizes], a)
  return taps(e, padded(e, ones, windows.pads, 0), windows, space).map((part) => e.cast(part, 'bool'))
}

/** Whether `w` holds finite numbers only: their products with 0 are 0. */
export function allFinite(e: OnnxEmitter, w: OnnxRef): OnnxRef {
  const zeros = x.mul(e, w, x.number(e, w, 0))
  const sum = e.node('ReduceSum', [zeros], { dtype: w.dtype, rank: 0 }, { keepdims: 0 })
  return x.equal(e, sum, x.number(e, w, 0))
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
    const byHand = (): OnnxRef =>
      withBias(
        e,
        byTaps(
          e,
          [a, w],
          { kernel: kernel.map((size) => e.fixed(size)), strides, pads, dilations },
          groups,
          shapes,
        ),
        bias,
      )
    if (runs('Conv', a.dtype) !== true || kernel.length > maxSpatial) return byHand()
    const conv = (): OnnxRef => e.node('Conv', [a, w, bias], a, { strides, pads, dilations, group: groups })
    // Conv multiplies the padding too, which matters where a weight is not finite.
    const isSafe = !e.exact || pads.every((width) => width === 0) || e.isFinite(w)
    return isSafe ? conv() : e.either(allFinite(e, w), conv, byHand)
  }),
]
