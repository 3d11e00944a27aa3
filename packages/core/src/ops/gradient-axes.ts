import type { ArrayValue } from '../op.ts'
import { type Dim, plus, times } from '../types/dim.ts'
import { type SliceBounds, sliceAxis } from '../types/slice.ts'
import { axesOf, handedOn } from './axes.ts'
import { multiply } from './multiplication.ts'
import { flip, permuteDims, reshape, slice } from './movement.ts'
import { pad } from './pad.ts'
import { expandDims } from './rearrange.ts'
import { cumulativeProd } from './scan.ts'

/** The array with an axis of size 1 for each one that a reduction left out. */
export const restored = (
  reduced: ArrayValue,
  x: ArrayValue,
  axis: number | readonly number[] | null,
): ArrayValue => (reduced.ndim === x.ndim ? reduced : expandDims(reduced, axis ?? axesOf(x)))

/** One bound for one axis, open for the others. */
export const boundAt = (x: ArrayValue, axis: number, bound: number | null): readonly (number | null)[] =>
  axesOf(x).map((one) => (one === axis ? bound : null))

/** The axes of `perm` back in their places. */
export const permutedBack = (x: ArrayValue, perm: readonly number[]): ArrayValue =>
  permuteDims(
    x,
    perm.map((_, axis) => perm.indexOf(axis)),
  )

/** For each element the product of the others over axes: no division, so that zeros may be among them. */
export function productOfOthers(x: ArrayValue, axes: readonly number[]): ArrayValue {
  const rest = axesOf(x).filter((axis) => !axes.includes(axis))
  const perm = [...rest, ...axes]
  const moved = permuteDims(x, perm)
  const lines = reshape(moved, [...rest.map((axis) => handedOn(x)[axis]!), countOf(x, axes)])
  const last = rest.length
  const before = (line: ArrayValue): ArrayValue => {
    const all = cumulativeProd(line, { axis: last, includeInitial: true })
    return slice(all, [], boundAt(all, last, -1))
  }
  const after = flip(before(flip(lines, { axis: last })), { axis: last })
  return permutedBack(
    reshape(
      multiply(before(lines), after),
      perm.map((axis) => handedOn(x)[axis]!),
    ),
    perm,
  )
}

const countOf = (x: ArrayValue, axes: readonly number[]): number =>
  axes.reduce<Dim>((n, axis) => times(n, handedOn(x)[axis]!), 1) as number

/** The elements of an axis `step` apart, with zeros between them. */
export function dilated(x: ArrayValue, axis: number, step: number): ArrayValue {
  const count = x.shape[axis]!
  if (step === 1 || count < 2) return x
  const apart = expandDims(x, axis + 1)
  const width = [...axesOf(apart), ...axesOf(apart)].map((one, i) =>
    i > x.ndim && one === axis + 1 ? step - 1 : 0,
  )
  const filled = reshape(pad(apart, width), handedOn(x).with(axis, count * step))
  return slice(filled, [], boundAt(filled, axis, (count - 1) * step + 1))
}

/** Zeros of the sizes of `x` with an array in the place of a slice of it. */
export function unsliced(part: ArrayValue, x: ArrayValue, { starts, stops, steps }: SliceBounds): ArrayValue {
  let spread = part
  const widths = axesOf(x).map((axis): readonly [number, number] => {
    const [from, stop, by] = [starts[axis]!, stops[axis]!, steps[axis]!]
    if ((from ?? 0) === 0 && stop === null && by === 1) return [0, 0]
    const size = x.shape[axis]!
    const { start, step, count } = sliceAxis(size, from, stop, by)
    if (step < 0) spread = flip(spread, { axis })
    spread = dilated(spread, axis, Math.abs(step))
    const before = step < 0 && count > 0 ? start + (count - 1) * step : start
    return [before, size - before - (count === 0 ? 0 : (count - 1) * Math.abs(step) + 1)]
  })
  const flat = [...widths.map(([before]) => before), ...widths.map(([, after]) => after)]
  return flat.some((width) => width > 0) ? pad(spread, flat) : spread
}

/** The array with elements cut off where a width is negative, and zeros added where it is positive. */
export function padOrCut(x: ArrayValue, before: readonly number[], after: readonly number[]): ArrayValue {
  const cut = [...before, ...after].some((width) => width < 0)
  const kept = cut
    ? slice(
        x,
        before.map((width) => (width < 0 ? -width : null)),
        after.map((width) => (width < 0 ? width : null)),
      )
    : x
  const widths = [...before, ...after].map((width) => Math.max(width, 0))
  return widths.some((width) => width > 0) ? pad(kept, widths) : kept
}

/** The parts of an array that was put together along an axis. */
export function partsOf(
  g: ArrayValue,
  sizes: readonly number[],
  axis: number,
): readonly (() => ArrayValue)[] {
  let end: Dim = 0
  return sizes.map((size) => {
    const start = end
    end = plus(end, size)
    const stop = end
    return (): ArrayValue => slice(g, boundAt(g, axis, start as number), boundAt(g, axis, stop as number))
  })
}
