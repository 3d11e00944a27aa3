import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { floorDiv, minus, plus, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { countsOf, listOf, sizeOf, sizesIn, under } from '../told.ts'
import { sizeAsArray } from './axes.ts'
import { integersOf, isTold } from './told-parts.ts'
import { reachOf, scalar, tapsOf, type OpenWindows, windowsOf } from './windows.ts'

/** Blocks put back where a window took them from; what lies on the same place is added up. */
export const col2im: Operator = (call) => {
  const x = call.array(0)
  if (isTold(call, 1) || isTold(call, 2)) return foldedBy(call, x)
  const [space, kernel] = [call.sizes(1), call.numbers(2)]
  const windows = windowsOf(call, space, kernel)
  const { strides, dilations, before, after } = windows
  const positions = space.map((size, i) => {
    const wide = minus(plus(plus(size, before[i]!), after[i]!), reachOf(kernel[i]!, dilations[i]!))
    return plus(floorDiv(wide, strides[i]!)!, 1)
  })
  const [items, rows] = [sizesOf(x)[0]!, sizesOf(x)[1]!]
  return folded(x, [items, floorDiv(rows, product(kernel))!, ...space], positions, windows)
}

/** The same where data decide how large the image, or its blocks, are. */
function foldedBy(call: NodeCall, x: NDArray): NDArray {
  const [sizes, kernels] = [integersOf(call, 1), integersOf(call, 2)]
  const [space, kernel] = [countsOf(call, 1), countsOf(call, 2)]
  const { strides, dilations, before, after } = windowsOf(
    call,
    space,
    space.map(() => 1),
  )
  const reach = td.add(td.multiply(td.subtract(kernels, 1), listOf(dilations)), 1)
  const wide = td.subtract(td.add(sizes, td.add(listOf(before), listOf(after))), reach)
  const positions = sizesIn(call, td.add(td.floorDivide(wide, listOf(strides)), 1), space.length)
  const [items, rows] = [sizesOf(x)[0]!, sizesOf(x)[1]!]
  const taps = td.maximum(td.prod(kernels), 1)
  const channels = sizeOf(call, td.floorDivide(sizeAsArray(rows, 'int64'), taps))
  const blocks = under(call, x, [items, times(channels, product(kernel)), product(positions)])
  return folded(blocks, [items, channels, ...space], positions, { kernel, strides, dilations, before, after })
}

/** The sums of blocks `[items, channels * taps, positions]`, laid where windows over an array of `shape` lie. */
export function folded(
  blocks: NDArray,
  shape: readonly SizeLike[],
  positions: readonly SizeLike[],
  windows: OpenWindows,
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
