import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'

/** An axis counted from the front. */
export function axisOf(call: NodeCall, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted
  return call.refuse(`it names axis ${axis} of a tensor of ${rank} axes`)
}

/** The axes that an operand names in new versions of an operator, and an attribute in old ones. */
export function axesOf(call: NodeCall, operand: number, rank: number): readonly number[] | undefined {
  const axes = call.has(operand) ? call.numbers(operand) : call.ints('axes', undefined)
  return axes?.map((axis) => axisOf(call, axis, rank))
}

/** A list with a value at one axis, and another one at the others. */
export const alongAxis = <T>(rank: number, axis: number, value: T, others: T): T[] =>
  Array.from({ length: rank }, (_, i) => (i === axis ? value : others))

/** A part of one axis. */
export const sliceAxis = (
  x: NDArray,
  axis: number,
  start: SizeLike | null,
  stop: SizeLike | null,
  step = 1,
): NDArray =>
  td.slice(
    x,
    alongAxis(x.ndim, axis, start, null),
    alongAxis(x.ndim, axis, stop, null),
    alongAxis(x.ndim, axis, step, 1),
  )

/** A size as an array without axes, to compute with elements. */
export const sizeAsArray = (size: SizeLike, dtype: td.DType): NDArray => td.full([], size, { dtype })

/** The places along one axis, in a shape that broadcasts to all axes. */
export const placesAlong = (rank: number, axis: number, size: SizeLike, dtype: td.DType): NDArray =>
  td.reshape(td.arange(0, size, 1, { dtype }), alongAxis<SizeLike>(rank, axis, size, 1))

export const sizeOfAxis = (x: NDArray, axis: number): SizeLike => sizesOf(x).at(axis)!

/** A size that has to be a number: one that is open binds the graph to it. */
export const numberOfAxis = (x: NDArray, axis: number): number => {
  const size = sizeOfAxis(x, axis)
  return typeof size === 'number' ? size : x.shape[axis]!
}
