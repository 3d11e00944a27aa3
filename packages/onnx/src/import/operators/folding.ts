import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { Operator } from '../node-call.ts'
import { floorDiv, minus, plus, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf } from '../told.ts'
import { reachOf, scalar, tapsOf, type Windows, windowsOf } from './windows.ts'

/** Blocks put back where a window took them from; what lies on the same place is added up. */
export const col2im: Operator = (call) => {
  const x = call.array(0)
  const [space, kernel] = [countsOf(call, 1), call.numbers(2)]
  const windows = windowsOf(call, space, kernel)
  const { strides, dilations, before, after } = windows
  const positions = space.map((size, i) => {
    const wide = minus(plus(plus(size, before[i]!), after[i]!), reachOf(kernel[i]!, dilations[i]!))
    return plus(floorDiv(wide, strides[i]!)!, 1)
  })
  const [items, rows] = [sizesOf(x)[0]!, sizesOf(x)[1]!]
  return folded(x, [items, floorDiv(rows, product(kernel))!, ...space], positions, windows)
}

/** The sums of blocks `[items, channels * taps, positions]`, laid where windows over an array of `shape` lie. */
export function folded(
  blocks: NDArray,
  shape: readonly SizeLike[],
  positions: readonly SizeLike[],
  windows: Windows,
): NDArray {
  const [items, channels, ...space] = shape as readonly [SizeLike, SizeLike, ...SizeLike[]]
  const [taps, places] = [product(windows.kernel), product(positions)]
  const planes = times(items, channels)
  const { flat, isInside } = tapsOf(space, positions, windows)
  // What lies in the padding goes to a place after the last one.
  const count = product(space)
  const targets = td.reshape(td.where(isInside, flat, scalar(count)), [times(places, taps)])
  const byPlane = td.reshape(blocks, [planes, taps, places])
  const updates = td.reshape(td.permuteDims(byPlane, [2, 1, 0]), [times(places, taps), planes])
  const start = td.zeros([plus(count, 1), planes], { dtype: blocks.dtype })
  const sums = td.permuteDims(td.scatterSum(start, targets, updates), [1, 0])
  return td.reshape(td.slice(sums, [null, null], [null, count]), shape)
}
