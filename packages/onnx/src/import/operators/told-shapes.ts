/** Operators whose shapes elements of inputs decide: these are computed as arrays, and told as sizes. */
import { isInteger } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { product } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { itemOf, listOf, reshaped, sizeOf, sizesIn, type Told, under, wrongSize } from '../told.ts'
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

/** The broadcast of a tensor and a shape. */
export function expandedBy(call: NodeCall, x: NDArray, { array, count }: Told): NDArray {
  const rank = Math.max(x.ndim, count)
  const ones = (of: number): readonly number[] => Array.from({ length: rank - of }, () => 1)
  const own = [...ones(x.ndim), ...sizesOf(x)]
  const asked = td.concat([listOf(ones(count)), array])
  const from = listOf(own)
  const fits = td.logicalOr(td.equal(asked, 1), td.equal(asked, from))
  const both = td.where(td.equal(from, 1), asked, td.where(fits, from, wrongSize))
  const shape = sizesIn(call, both, rank)
  const whole = td.reshape(x, own)
  // An axis of an open size may have one element, which goes to all places.
  const open = own.flatMap((size, axis) => (typeof size === 'number' ? [] : [axis]))
  const spread = open.reduce((y, axis) => {
    const places = td.arange(0, shape[axis]!, 1, { dtype: 'int64' })
    return td.take(y, td.minimum(places, td.subtract(itemOf(from, axis), 1)), { axis })
  }, whole)
  const sizes = own.map((size, axis) => (size === 1 ? 1 : shape[axis]!))
  return td.broadcastTo(under(call, spread, sizes), [...shape])
}

/** Which elements stay of a triangle whose border an integer tells. */
export function triangleBy(x: NDArray, k: NDArray, isUpper: boolean): NDArray {
  const [rows, columns] = [sizesOf(x).at(-2)!, sizesOf(x).at(-1)!]
  const line = (size: SizeLike): NDArray => td.arange(0, size, 1, { dtype: 'int64' })
  const right = td.subtract(line(columns), td.expandDims(line(rows), 1))
  return td.where((isUpper ? td.greaterEqual : td.lessEqual)(right, k), x, td.full([], 0, { dtype: x.dtype }))
}

/** Numbers from one on, in steps, up to another one. */
export function rangedBy(call: NodeCall): NDArray {
  const { dtype } = call.tensor(0)
  const wide = isInteger(dtype) ? 'int64' : 'float64'
  const [start, limit, step] = [0, 1, 2].map((i) => td.astype(td.reshape(call.array(i), []), wide)) as [
    NDArray,
    NDArray,
    NDArray,
  ]
  const isStep = td.notEqual(step, 0)
  // Rounded up.
  const quotient = td.negative(td.floorDivide(td.subtract(start, limit), td.where(isStep, step, 1)))
  const isRight = td.logicalAnd(isStep, td.less(quotient, mostElements))
  const count = sizeOf(call, td.astype(td.where(isRight, td.maximum(quotient, 0), wrongSize), 'int64'))
  const places = td.arange(0, count, 1, { dtype: wide })
  return td.astype(td.add(start, td.multiply(places, step)), dtype)
}

/** No array has more elements. */
const mostElements = 2 ** 31 - 1
