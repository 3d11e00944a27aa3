import { type Dim, floorDiv, isSymbolic, pin, plus } from './dim.ts'

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

/** Sizes of a slice; an axis with open bounds stays symbolic, any other one is pinned. */
export const slicedShape = (shape: readonly Dim[], { starts, stops, steps }: SliceBounds): readonly Dim[] =>
  shape.map((size, i) => {
    const [start, stop, step] = [starts[i]!, stops[i]!, steps[i]!]
    if (start === null && stop === null && isSymbolic(size)) {
      const stride = Math.abs(step)
      return stride === 1 ? size : floorDiv(plus(size, stride - 1), stride)
    }
    return sliceAxis(pin(size), start, stop, step).count
  })
