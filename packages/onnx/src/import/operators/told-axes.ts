/** Operators whose axes elements of inputs name: sizes that follow from these are computed as arrays, and told as sizes. */
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { areEqual, plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { listOf, reshaped, sizesIn, type Told, wrongSize } from '../told.ts'
import { sizeAsArray } from './axes.ts'

const places = (count: number): NDArray => td.arange(0, count, 1, { dtype: 'int64' })

/** Which of so many axes are named, each as a truth value, and whether all names are of such and differ. */
function named(axes: Told, rank: number): { readonly isNamed: NDArray; readonly isRight: NDArray } {
  const counted = td.where(td.less(axes.array, 0), td.add(axes.array, rank), axes.array)
  const isNamed = td.any(td.equal(td.expandDims(counted, 1), places(rank)), { axis: 0 })
  return { isNamed, isRight: td.equal(td.sum(td.astype(isNamed, 'int64')), axes.count) }
}

/** The sizes of the axes that are not named, in their order. */
function othersOf(call: NodeCall, own: NDArray, isNamed: NDArray, count: number): readonly SizeLike[] {
  const first = td.argsort(td.astype(isNamed, 'int32'))
  return sizesIn(call, td.take(own, td.slice(first, [0], [count]), { axis: 0 }), count)
}

function expectFew(call: NodeCall, { count }: Told, rank: number): void {
  if (count > rank) call.refuse(`it names ${count} axes of a tensor of ${rank} axes`)
}

/**
 * A reduction over named axes. Each axis becomes one that stays, of size 1 where it is named, and one that is reduced, of
 * size 1 where it is not.
 */
export function reducedBy(
  call: NodeCall,
  x: NDArray,
  axes: Told,
  reduce: (apart: NDArray, axis: readonly number[]) => NDArray,
): NDArray {
  expectFew(call, axes, x.ndim)
  const own = listOf(sizesOf(x))
  const { isNamed, isRight } = named(axes, x.ndim)
  const kept = sizesIn(call, td.where(isRight, td.where(isNamed, 1, own), wrongSize), x.ndim)
  const reduced = sizesIn(call, td.where(isNamed, own, 1), x.ndim)
  const apart = reshaped(
    call,
    x,
    kept.flatMap((size, i) => [size, reduced[i]!]),
  )
  const y = reduce(
    apart,
    kept.map((_, i) => 2 * i + 1),
  )
  if (call.flag('keepdims', true)) return y
  return reshaped(call, y, othersOf(call, own, isNamed, x.ndim - axes.count))
}

/** The tensor without named axes, whose sizes are 1. */
export function squeezedBy(call: NodeCall, x: NDArray, axes: Told): NDArray {
  expectFew(call, axes, x.ndim)
  const own = listOf(sizesOf(x))
  const { isNamed, isRight } = named(axes, x.ndim)
  const isOne = td.all(td.logicalOr(td.logicalNot(isNamed), td.equal(own, 1)))
  const right = td.where(td.logicalAnd(isRight, isOne), own, wrongSize)
  return reshaped(call, x, othersOf(call, right, isNamed, x.ndim - axes.count))
}

/** The tensor with more axes of size 1, at named places of the result. */
export function unsqueezedBy(call: NodeCall, x: NDArray, axes: Told): NDArray {
  const rank = x.ndim + axes.count
  const { isNamed, isRight } = named(axes, rank)
  // How many axes of the tensor come before each one of the result.
  const before = td.subtract(places(rank), td.cumulativeSum(td.astype(isNamed, 'int64'), { axis: 0 }))
  const own = listOf([...sizesOf(x), wrongSize])
  const at = td.minimum(td.maximum(before, 0), x.ndim)
  const sizes = td.where(isNamed, 1, td.take(own, at, { axis: 0 }))
  return reshaped(call, x, sizesIn(call, td.where(isRight, sizes, wrongSize), rank))
}

/**
 * What goes along one named axis: the axes before it are one, it is one, and those after it are another one, but for
 * `trailing` ones at the end, which are no axes that may be named. It has `least` elements at least.
 */
export function alongBy(
  call: NodeCall,
  x: NDArray,
  axis: Told,
  transform: (lines: NDArray) => NDArray,
  { trailing = 0, least = 0 } = {},
): NDArray {
  const rank = x.ndim - trailing
  const own = sizesOf(x)
  const list = listOf(own.slice(0, rank))
  const { isNamed } = named(axis, x.ndim)
  const isAt = td.slice(isNamed, [0], [rank])
  const isRight = td.equal(td.sum(td.astype(isAt, 'int64')), 1)
  const at = td.argmax(td.astype(isAt, 'int32'))
  const product = (of: NDArray): NDArray => td.prod(td.where(of, list, 1))
  const [before, length, after] = [td.less(places(rank), at), isAt, td.greater(places(rank), at)].map(product)
  // A line of no elements is refused where so many less are asked for.
  const right = td.where(isRight, td.stack([before!, td.subtract(length!, least), after!]), wrongSize)
  const [outer, more, inner] = sizesIn(call, right, 3)
  const along = plus(more!, least)
  const y = transform(reshaped(call, x, [outer!, along, inner!, ...own.slice(rank)]))
  const [, size, , ...rest] = sizesOf(y)
  if (areEqual(size!, along) === true) return reshaped(call, y, [...own.slice(0, rank), ...rest])
  const shape = td.where(isAt, sizeAsArray(size!, 'int64'), list)
  return reshaped(call, y, [...sizesIn(call, shape, rank), ...rest])
}
