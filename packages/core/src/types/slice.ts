import { type Dim, minus, plus } from './dim.ts'
import { atLeast } from './at-least.ts'
import { floorDiv } from './poly-division.ts'

/** The elements that a slice takes of one axis: `count` of them from `start`, `step` apart. */
export interface AxisSlice {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** Bounds of a slice as parameters hold them: one for each axis, null is open. */
export interface SliceBounds {
  readonly starts: readonly (number | null)[]
  readonly stops: readonly (number | null)[]
  readonly steps: readonly number[]
}

/** The elements that `start:stop:step` takes of an axis of `size`, by Python's rules. */
export function sliceAxis(size: number, start: number | null, stop: number | null, step: number): AxisSlice {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
  const clamp = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high)
  const from = start === null ? (step > 0 ? low : high) : clamp(start)
  const to = stop === null ? (step > 0 ? high : low) : clamp(stop)
  const count = Math.max(0, Math.ceil((to - from) / step))
  return { start: count === 0 ? 0 : from, step, count }
}

/** The elements that a slice takes of each axis; what adapters read instead of open and negative bounds. */
export const resolveSlice = (
  shape: readonly number[],
  { starts, stops, steps }: SliceBounds,
): readonly AxisSlice[] => shape.map((size, i) => sliceAxis(size, starts[i]!, stops[i]!, steps[i]!))

/** Sizes of a slice; where they are symbolic, which bounds lie inside of an axis is assumed. */
export const slicedShape = (shape: readonly Dim[], { starts, stops, steps }: SliceBounds): readonly Dim[] =>
  shape.map((size, i) => slicedSize(size, starts[i]!, stops[i]!, steps[i]!))

function slicedSize(size: Dim, start: Dim | null, stop: Dim | null, step: number): Dim {
  const isKnown = [size, start, stop].every((one) => one === null || typeof one === 'number')
  if (isKnown) return sliceAxis(size as number, start as number | null, stop as number | null, step).count
  const [low, high]: readonly [Dim, Dim] = step > 0 ? [0, size] : [-1, minus(size, 1)]
  const clamp = (bound: Dim): Dim => {
    const from = atLeast(bound, 0) ? bound : plus(bound, size)
    if (!atLeast(from, low)) return low
    return atLeast(high, from) ? from : high
  }
  const from = start === null ? (step > 0 ? low : high) : clamp(start)
  const to = stop === null ? (step > 0 ? high : low) : clamp(stop)
  return stepsBetween(from, to, step)
}

/** How many steps there are from one number up to, but without, another one. */
export function stepsBetween(from: Dim, to: Dim, step: number): Dim {
  const [length, stride] = step > 0 ? [minus(to, from), step] : [minus(from, to), -step]
  return atLeast(length, 0) ? floorDiv(plus(length, stride - 1), stride) : 0
}
