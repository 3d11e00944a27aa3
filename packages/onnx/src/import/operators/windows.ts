import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { floorDiv, minus, plus, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'

/** How the windows of an operator lie on the spatial axes; padding may follow sizes that are open. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly before: readonly SizeLike[]
  readonly after: readonly SizeLike[]
}

/** The same of windows whose sizes may be open. */
export interface OpenWindows extends Omit<Windows, 'kernel'> {
  readonly kernel: readonly SizeLike[]
}

/** Places from the first to the last tap of a window. */
export const reachOf = (size: number, dilation: number): number => (size - 1) * dilation + 1

/** The sizes of the spatial axes. */
export const spaceOf = (x: NDArray): readonly SizeLike[] => sizesOf(x).slice(2)

/** A size as what arrays are computed with. */
export const scalar = (size: SizeLike): NDArray | number =>
  typeof size === 'number' ? size : td.full([], size, { dtype: 'int32' })

/** A list of one number for each spatial axis, of which a list of more or fewer is refused. */
export function each(call: NodeCall, name: string, count: number, otherwise: number): readonly number[] {
  const list = call.ints(name, undefined)
  if (list === undefined || list.length === 0) return Array.from({ length: count }, () => otherwise)
  return list.length === count
    ? list
    : call.refuse(`its attribute '${name}' holds ${list.length} numbers, and has to hold ${count}`)
}

/** The windows of a node over axes of these sizes. */
export function windowsOf(
  call: NodeCall,
  space: readonly SizeLike[],
  kernel: readonly number[],
  numberOf: (axis: number) => number = () => call.refuse('its auto_pad needs sizes that are numbers'),
): Windows {
  const rank = kernel.length
  const strides = each(call, 'strides', rank, 1)
  const dilations = each(call, 'dilations', rank, 1)
  const autoPad = call.string('auto_pad', 'NOTSET')
  if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
    const totals = space.map((size, i) => {
      const reach = reachOf(kernel[i]!, dilations[i]!)
      return sameTotal(size, strides[i]!, reach, () => numberOf(i))
    })
    const smaller = totals.map((total) => floorDiv(total, 2)!)
    const larger = totals.map((total, i) => minus(total, smaller[i]!))
    const [before, after] = autoPad === 'SAME_UPPER' ? [smaller, larger] : [larger, smaller]
    return { kernel, strides, dilations, before, after }
  }
  if (autoPad !== 'NOTSET' && autoPad !== 'VALID') return call.refuse(`it knows no auto_pad '${autoPad}'`)
  const none = Array.from({ length: 2 * rank }, () => 0)
  const pads = autoPad === 'VALID' ? none : each(call, 'pads', 2 * rank, 0)
  return { kernel, strides, dilations, before: pads.slice(0, rank), after: pads.slice(rank) }
}

/** Padding with which the result is as long as the axis divided by the stride, rounded up. */
function sameTotal(size: SizeLike, stride: number, reach: number, numberOf: () => number): SizeLike {
  if (typeof size === 'number') return Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0)
  if (stride === 1) return reach - 1
  // Windows that leave gaps may need no padding.
  if (reach < stride) return sameTotal(numberOf(), stride, reach, numberOf)
  const last = times(minus(floorDiv(plus(size, stride - 1), stride)!, 1), stride)
  return minus(plus(last, reach), size)
}

/** The windows with as much more padding at the end that no element is left out: what `ceil_mode` asks for. */
export function roundedUp(x: NDArray, windows: Windows): Windows {
  const { kernel, strides, dilations, before, after } = windows
  const grown = spaceOf(x).map((size, i) => {
    const [stride, reach] = [strides[i]!, reachOf(kernel[i]!, dilations[i]!)]
    const [first, last] = [before[i]!, after[i]!]
    return stride === 1 ? last : roundedEnd(size, { stride, reach, first, last }, () => x.shape[i + 2]!)
  })
  return { ...windows, after: grown }
}

interface AxisWindows {
  readonly stride: number
  readonly reach: number
  readonly first: SizeLike
  readonly last: SizeLike
}

/** Padding at the end of an axis, with which no element is left out. */
function roundedEnd(size: SizeLike, windows: AxisWindows, numberOf: () => number): SizeLike {
  const { stride, reach, first, last } = windows
  const start = plus(size, first)
  const length = plus(start, last)
  if (typeof length === 'number' && typeof start === 'number') {
    const steps = Math.ceil((length - reach) / stride)
    // A window that would start in the padding at the end is left out.
    const kept = steps * stride >= start ? steps - 1 : steps
    return plus(last, Math.max(kept * stride + reach - length, 0))
  }
  // Of windows that may start in the padding at the end, only numbers tell which do.
  if (typeof size !== 'number' && (typeof last !== 'number' || stride + last > reach))
    return roundedEnd(numberOf(), windows, numberOf)
  const steps = floorDiv(plus(length, stride - 1 - reach), stride)!
  return plus(last, minus(plus(times(steps, stride), reach), length))
}

/** Whether there is no padding. */
export const isUnpadded = ({ before, after }: Windows): boolean =>
  [...before, ...after].every((width) => width === 0)

/**
 * An array and the padding that is left for its op, all before and then all after; padding that no op takes, as it is open
 * or as wide as `most` says, is put around the array.
 */
export function padded(
  x: NDArray,
  { before, after }: Windows,
  fill: number,
  most: (axis: number) => number = () => Infinity,
): { readonly array: NDArray; readonly pads: readonly number[] } {
  const widths = [...before, ...after]
  const isTaken = widths.every((width, i) => typeof width === 'number' && width < most(i % before.length))
  if (isTaken) return { array: x, pads: widths as readonly number[] }
  return { array: surrounded(x, before, after, fill), pads: widths.map(() => 0) }
}

/** The array with more elements around its spatial axes. */
export const surrounded = (
  x: NDArray,
  before: readonly SizeLike[],
  after: readonly SizeLike[],
  fill: number,
): NDArray =>
  td.pad(x, [[0, 0], [0, 0], ...before.map((width, i) => [width, after[i]!])], { constantValues: fill })

/** Where the taps of windows lie: flat places on the spatial axes, `[positions, taps]`, and which are on them. */
export interface Taps {
  /** For each axis its places, with an axis for each axis of the positions and of the window. */
  readonly places: readonly NDArray[]
  readonly flat: NDArray
  readonly isInside: NDArray
}

/** Steps between elements of the axes in row-major order, or with the first axis fastest. */
export const stepsOf = (space: readonly SizeLike[], isColumnMajor = false): readonly SizeLike[] =>
  space.map((_, i) => product(isColumnMajor ? space.slice(0, i) : space.slice(i + 1)))

export function tapsOf(
  space: readonly SizeLike[],
  positions: readonly SizeLike[],
  windows: OpenWindows,
): Taps {
  const { kernel, strides, dilations, before } = windows
  const rank = kernel.length
  const places = kernel.map((size, i) => {
    const first = td.multiply(td.arange(0, positions[i]!, 1, { dtype: 'int32' }), strides[i]!)
    const taps = td.multiply(td.arange(0, size, 1, { dtype: 'int32' }), dilations[i]!)
    const both = td.subtract(td.add(td.expandDims(first, 1), taps), scalar(before[i]!))
    const others = Array.from({ length: 2 * rank }, (_, axis) => axis).filter((axis) => axis % rank !== i)
    return others.length === 0 ? both : td.expandDims(both, others)
  })
  const inside = places.map((place, i) =>
    td.logicalAnd(td.greaterEqual(place, 0), td.less(place, scalar(space[i]!))),
  )
  const shape = [product(positions), product(kernel)]
  const all = [...positions, ...kernel]
  return {
    places,
    flat: td.reshape(td.broadcastTo(flatPlace(places, space), all), shape),
    isInside: td.reshape(
      td.broadcastTo(
        inside.reduce((both, one) => td.logicalAnd(both, one)),
        all,
      ),
      shape,
    ),
  }
}

/** One place for those on all axes, each moved to the nearest one on its axis. */
export const flatPlace = (
  places: readonly NDArray[],
  space: readonly SizeLike[],
  steps: readonly SizeLike[] = stepsOf(space),
): NDArray =>
  places
    .map((place, i) => {
      const near = td.minimum(td.maximum(place, 0), scalar(minus(space[i]!, 1)))
      return steps[i] === 1 ? near : td.multiply(near, scalar(steps[i]!))
    })
    .reduce((sum, one) => td.add(sum, one))
