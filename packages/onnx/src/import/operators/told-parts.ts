/** Operators that take parts whose bounds elements of inputs decide. */
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import * as sizes from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { itemOf, listOf, sizeOf, sizesIn, type Told, toldOf, under, wrongSize } from '../told.ts'
import { alongAxis, axisOf, sizeAsArray, sliceAxis } from './axes.ts'

const clipped = (x: NDArray, low: NDArray | number, high: NDArray): NDArray =>
  td.minimum(td.maximum(x, low), high)

/** Bounds that no axis reaches, as numbers: the largest integer, which files write for an open end, is none. */
const within = (bound: SizeLike): SizeLike =>
  typeof bound === 'number' ? Math.max(-(2 ** 53), Math.min(bound, 2 ** 53)) : bound

/** An operand of integers as a list, whatever they follow from. */
export const integersOf = (call: NodeCall, index: number): NDArray =>
  toldOf(call, index)?.array ?? listOf(call.sizes(index).map(within))

/** Lists with an item for each axis of a tensor, of such with an item for each named axis. */
interface PerAxis {
  /** The axes that may be named. */
  readonly axes: readonly number[]
  /** Their sizes. */
  readonly own: NDArray
  /** Whether all names are of axes, and differ. */
  readonly isRight: NDArray | undefined
  /** The items of these axes; another one stands for those that are not named. */
  of(list: NDArray, other: NDArray | number): NDArray
}

/** How an operand names axes: by numbers, or by elements that are known when the graph runs. */
export function perAxis(call: NodeCall, x: NDArray, operand: number, count: number): PerAxis {
  const all = Array.from({ length: x.ndim }, (_, axis) => axis)
  const told = call.has(operand) ? toldOf(call, operand) : undefined
  if (told === undefined) {
    const axes = call.has(operand)
      ? call.numbers(operand).map((axis) => axisOf(call, axis, x.ndim))
      : all.slice(0, count)
    if (axes.length !== count) call.refuse(`it names ${axes.length} axes for ${count} parts`)
    return {
      axes,
      own: listOf(axes.map((axis) => sizesOf(x)[axis]!)),
      isRight: undefined,
      of: (list) => list,
    }
  }
  if (told.count !== count) call.refuse(`it names ${told.count} axes for ${count} parts`)
  const counted = td.where(td.less(told.array, 0), td.add(told.array, x.ndim), told.array)
  const isAt = td.equal(td.expandDims(counted, 1), td.arange(0, x.ndim, 1, { dtype: 'int64' }))
  const isNamed = td.any(isAt, { axis: 0 })
  return {
    axes: all,
    own: listOf(sizesOf(x)),
    isRight: td.equal(td.sum(td.astype(isNamed, 'int64')), count),
    of: (list, other) =>
      td.where(isNamed, td.sum(td.where(isAt, td.expandDims(list, 1), 0), { axis: 0 }), other),
  }
}

/** Sizes that are none where the axes are named wrongly. */
const rightSizes = ({ isRight }: PerAxis, list: NDArray): NDArray =>
  isRight === undefined ? list : td.where(isRight, list, wrongSize)

/** A part of one axis, from one size on as long as another one; what is left of the axis is a size as well. */
function partOf(
  call: NodeCall,
  x: NDArray,
  axis: number,
  [start, count, rest]: readonly SizeLike[],
): NDArray {
  const whole = sizes.plus(sizes.plus(start!, count!), rest!)
  const named = under(call, x, sizesOf(x).with(axis, whole))
  return sliceAxis(named, axis, start!, sizes.plus(start!, count!))
}

/** The part of a tensor between bounds that data decide. */
export function slicedBy(call: NodeCall, x: NDArray, count: number): NDArray {
  const per = perAxis(call, x, 3, count)
  const { axes, own } = per
  const starts = per.of(integersOf(call, 1), 0)
  const ends = per.of(integersOf(call, 2), own)
  const isPlain = !call.has(4) || (!isTold(call, 4) && call.numbers(4).every((step) => step === 1))
  const steps = isPlain ? undefined : per.of(integersOf(call, 4), 1)
  const fromFront = (bounds: NDArray): NDArray => td.where(td.less(bounds, 0), td.add(bounds, own), bounds)
  if (steps === undefined) {
    const from = clipped(fromFront(starts), 0, own)
    const to = td.maximum(clipped(fromFront(ends), 0, own), from)
    const parts = [from, rightSizes(per, td.subtract(to, from)), td.subtract(own, to)]
    const [before, inside, after] = parts.map((list) => sizesIn(call, list, axes.length))
    return axes.reduce((y, axis, i) => partOf(call, y, axis, [before![i]!, inside![i]!, after![i]!]), x)
  }
  const isForward = td.greater(steps, 0)
  const last = td.subtract(own, 1)
  const high = td.where(isForward, own, last)
  const from = clipped(fromFront(starts), 0, high)
  const to = clipped(fromFront(ends), td.subtract(td.astype(isForward, 'int64'), 1), high)
  const length = td.where(isForward, td.subtract(to, from), td.subtract(from, to))
  const stride = td.maximum(td.abs(steps), 1)
  const counted = td.where(
    td.greater(length, 0),
    td.add(td.floorDivide(td.subtract(length, 1), stride), 1),
    0,
  )
  const right = rightSizes(per, td.where(td.equal(steps, 0), wrongSize, counted))
  const counts = sizesIn(call, right, axes.length)
  return axes.reduce((y, axis, i) => {
    const apart = td.multiply(td.arange(0, counts[i]!, 1, { dtype: 'int64' }), itemOf(steps, i))
    return td.take(y, td.add(apart, itemOf(from, i)), { axis })
  }, x)
}

export const isTold = (call: NodeCall, index: number): boolean =>
  call.has(index) && toldOf(call, index) !== undefined

/** The parts of an axis that are as long as data decide; together they are the axis. */
export function splitBy(call: NodeCall, x: NDArray, axis: number, lengths: Told): readonly NDArray[] {
  const each = sizesIn(call, lengths.array, lengths.count)
  const ends = each.reduce<SizeLike[]>((all, one) => [...all, sizes.plus(all.at(-1) ?? 0, one)], [])
  const named = under(call, x, sizesOf(x).with(axis, ends.at(-1)!))
  return ends.map((end, i) => sliceAxis(named, axis, ends[i - 1] ?? 0, end))
}

/** How an axis gets more or less elements, all as sizes: those that are cut off, those that stay, those that are added. */
export interface Widened {
  readonly axis: number
  readonly cut: readonly [before: SizeLike, after: SizeLike]
  readonly left: SizeLike
  readonly added: readonly [before: SizeLike, after: SizeLike]
}

/** What integers make of axes, that are added before and after each one, or cut off where they are below 0. */
export function widenedBy(
  call: NodeCall,
  per: PerAxis,
  pads: { readonly before: NDArray; readonly after: NDArray },
): readonly Widened[] {
  const [before, after] = [per.of(pads.before, 0), per.of(pads.after, 0)]
  const [cutBefore, cutAfter] = [td.maximum(td.negative(before), 0), td.maximum(td.negative(after), 0)]
  const left = rightSizes(per, td.subtract(td.subtract(per.own, cutBefore), cutAfter))
  const [start, count, rest, more, last] = [
    cutBefore,
    left,
    cutAfter,
    td.maximum(before, 0),
    td.maximum(after, 0),
  ].map((list) => sizesIn(call, list, per.axes.length))
  return per.axes.map((axis, i) => ({
    axis,
    cut: [start![i]!, rest![i]!],
    left: count![i]!,
    added: [more![i]!, last![i]!],
  }))
}

/** The tensor without what is cut off. */
export const cutBy = (call: NodeCall, x: NDArray, widened: readonly Widened[]): NDArray =>
  widened.reduce((y, { axis, cut: [before, after], left }) => partOf(call, y, axis, [before, left, after]), x)

/** How many elements are added before and after all axes. */
export function addedBy(widened: readonly Widened[], rank: number): (readonly [SizeLike, SizeLike])[] {
  const widths = alongAxis<readonly [SizeLike, SizeLike]>(rank, -1, [0, 0], [0, 0])
  for (const { axis, added } of widened) widths[axis] = added
  return widths
}

/** The middle of each axis that is too long, and zeros on both sides of one that is too short. */
export function centeredBy(call: NodeCall, x: NDArray, axes: readonly number[], { array }: Told): NDArray {
  const named = axes.map((axis) => axisOf(call, axis, x.ndim))
  const own = listOf(named.map((axis) => sizesOf(x)[axis]!))
  const more = td.subtract(td.where(td.less(array, 0), wrongSize, array), own)
  const half = td.floorDivide(td.abs(more), 2)
  const before = td.where(td.less(more, 0), td.negative(half), half)
  const per: PerAxis = { axes: named, own, isRight: undefined, of: (list) => list }
  const widened = widenedBy(call, per, { before, after: td.subtract(more, before) })
  return td.pad(cutBy(call, x, widened), addedBy(widened, x.ndim), { constantValues: false })
}

/** The first of so many elements along an axis, as many as an integer tells, as sizes: of the part, and of what is left. */
export function firstOf(
  call: NodeCall,
  x: NDArray,
  axis: number,
  k: NDArray,
): { x: NDArray; count: SizeLike } {
  const own = sizesOf(x)
  const rest = td.subtract(sizeAsArray(own[axis]!, 'int64'), k)
  const [count, left] = [sizeOf(call, k), sizeOf(call, rest)]
  return { x: under(call, x, own.with(axis, sizes.plus(count, left))), count }
}
