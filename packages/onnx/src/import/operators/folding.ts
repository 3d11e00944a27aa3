import * as td from '@tendril/core/fn'
import type { Operator } from '../node-call.ts'
import { floorDiv, minus, plus, product, times } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { reachOf, tapsOf, windowsOf } from './windows.ts'

/** Blocks put back where a window took them from; what lies on the same place is added up. */
export const col2im: Operator = (call) => {
  const x = call.array(0)
  const [space, kernel] = [call.sizes(1), call.numbers(2)]
  const windows = windowsOf(call, space, kernel)
  const { strides, dilations, before, after } = windows
  const positions = space.map((size, i) => {
    const wide = minus(plus(plus(size, before[i]!), after[i]!), reachOf(kernel[i]!, dilations[i]!))
    return plus(floorDiv(wide, strides[i]!)!, 1)
  })
  const [items, rows] = [sizesOf(x)[0]!, sizesOf(x)[1]!]
  const taps = product(kernel)
  const channels = floorDiv(rows, taps)!
  const planes = times(items, channels)
  const { flat, isInside } = tapsOf(space, positions, windows)
  // What lies in the padding goes to a place after the last one.
  const count = product(space)
  const away = typeof count === 'number' ? count : td.full([], count, { dtype: 'int32' })
  const places = td.reshape(td.where(isInside, flat, away), [-1])
  const blocks = td.reshape(x, [planes, taps, product(positions)])
  const updates = td.reshape(td.permuteDims(blocks, [2, 1, 0]), [times(product(positions), taps), planes])
  const start = td.zeros([plus(count, 1), planes], { dtype: x.dtype })
  const sums = td.permuteDims(td.scatterSum(start, places, updates), [1, 0])
  const kept = td.slice(sums, [null, null], [null, count])
  return td.reshape(kept, [items, channels, ...space])
}
