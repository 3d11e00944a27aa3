import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { Operator } from '../node-call.ts'
import { floorDiv, plus, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { linearTaps, sampled } from './sampled.ts'
import { each, scalar, spaceOf, windowsOf } from './windows.ts'

/** A convolution whose taps are moved by offsets, between elements as well. */
export const deformConv: Operator = (call) => {
  const [x, weights, offset] = [call.array(0), call.array(1), call.array(2)]
  const rank = x.ndim - 2
  const kernel = call.given('kernel_shape') ? each(call, 'kernel_shape', rank, 1) : weights.shape.slice(2)
  const windows = windowsOf(call, spaceOf(x), kernel)
  const [groups, offsetGroups] = [call.int('group', 1), call.int('offset_group', 1)]
  const [items, channels] = sizesOf(x) as readonly [SizeLike, SizeLike]
  const taps = product(kernel) as number
  const space = spaceOf(x)
  const out = spaceOf(offset)
  const positions = product(out)
  const batch = times(items, offsetGroups)
  const moves = td.reshape(offset, [batch, taps, rank, ...out])
  const axes = kernel.map((_, axis) => {
    const move = td.squeeze(td.slice(moves, [null, null, axis], [null, null, axis + 1]), 2)
    const at = td.add(move, td.astype(placesOn(axis), x.dtype))
    // Further away than this all taps lie outside, and places might be no integers.
    const near = td.minimum(td.maximum(at, -2), td.astype(td.asarray(scalar(plus(space[axis]!, 1))), x.dtype))
    return linearTaps(td.reshape(near, [batch, times(positions, taps)]))
  })
  /** Where the taps lie without offsets: [taps, ...positions] for one axis. */
  function placesOn(axis: number): NDArray {
    const { strides, dilations, before } = windows
    const first = td.subtract(
      td.multiply(td.arange(0, out[axis]!, 1, { dtype: 'int32' }), strides[axis]!),
      scalar(before[axis]!),
    )
    const beside = td.reshape(
      first,
      out.map((_, i) => (i === axis ? -1 : 1)),
    )
    const steps = td.multiply(td.arange(0, kernel[axis]!, 1, { dtype: 'int32' }), dilations[axis]!)
    const grid = td.broadcastTo(
      td.reshape(
        steps,
        kernel.map((_, i) => (i === axis ? -1 : 1)),
      ),
      kernel,
    )
    return td.add(td.reshape(grid, [taps, ...out.map(() => 1)]), beside)
  }
  const inner = floorDiv(channels, offsetGroups)!
  const image = { flat: td.reshape(x, [batch, inner, product(space)]), items: batch, channels: inner, space }
  const samples = times(positions, taps)
  const found = sampled(
    image,
    axes,
    samples,
    kernel.map(() => 2),
    'zeros',
  )
  const mask = call.optional(4)
  const seen = mask === undefined ? found : td.multiply(found, td.reshape(mask, [batch, 1, samples]))
  const [filters, perGroup] = sizesOf(weights) as readonly [SizeLike, SizeLike]
  const depth = times(perGroup, taps)
  const columns = td.reshape(seen, [items, groups, depth, positions])
  const rows = td.reshape(weights, [groups, floorDiv(filters, groups)!, depth])
  const sums = td.reshape(td.matmul(rows, columns), [items, filters, ...out])
  const bias = call.optional(3)
  return bias === undefined ? sums : td.add(sums, td.reshape(bias, [1, filters, ...out.map(() => 1)]))
}
