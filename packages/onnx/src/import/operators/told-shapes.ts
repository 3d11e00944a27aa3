/** Operators whose shapes elements of inputs decide: these are computed as arrays, and told as sizes. */
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { product } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { listOf, reshaped, sizesIn, type Told, wrongSize } from '../told.ts'
import { sizeAsArray } from './axes.ts'

/** A shape in which 0 may stand for the size of the tensor, and -1 for what is left. */
export function reshapeBy(call: NodeCall, x: NDArray, { array, count }: Told): NDArray {
  const own = sizesOf(x)
  const copied = Array.from({ length: count }, (_, i) => own[i] ?? wrongSize - 1)
  const given = call.flag('allowzero') ? array : td.where(td.equal(array, 0), listOf(copied), array)
  const isRest = td.equal(given, -1)
  const total = sizeAsArray(product(own), 'int64')
  const others = td.prod(td.where(isRest, 1, given))
  const parts = td.maximum(others, 1)
  const isEven = td.logicalAnd(
    td.equal(td.multiply(td.floorDivide(total, parts), parts), total),
    td.greater(others, 0),
  )
  const isOne = td.lessEqual(td.sum(td.astype(isRest, 'int64')), 1)
  const rest = td.where(td.logicalAnd(isEven, isOne), td.floorDivide(total, parts), wrongSize)
  return reshaped(call, x, sizesIn(call, td.where(isRest, rest, given), count))
}
