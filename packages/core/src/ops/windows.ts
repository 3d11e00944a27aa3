import { ParamError, ShapeError } from '../errors.ts'
import type { Dim } from '../types/dim.ts'
import { convOut } from '../types/window-shape.ts'
import { indexAt } from './copies.ts'

/** How windows lie on the spatial axes: one stride and dilation for each, all padding before them, then all after. */
export interface Windows {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

/** Sizes of the spatial axes that a window leaves; checks that it has a place on each. */
export function windowedShape(
  op: string,
  space: readonly Dim[],
  kernel: readonly Dim[],
  windows: Windows,
): readonly Dim[] {
  const rank = space.length
  for (const [param, count] of [
    ['strides', rank],
    ['pads', 2 * rank],
    ['dilations', rank],
  ] as const) {
    const value = windows[param]
    if (value.length === count) continue
    const because = `${rank} spatial axes need ${count} numbers`
    throw new ParamError({ op, param, value, because })
  }
  return space.map((size, i) => {
    const out = convOut(size, kernel[i]!, {
      stride: windows.strides[i]!,
      padBefore: windows.pads[i]!,
      padAfter: windows.pads[i + rank]!,
      dilation: windows.dilations[i]!,
    })
    if (kernel[i] !== 0 && (typeof out !== 'number' || out >= 1)) return out
    throw new ShapeError({
      op,
      shapes: [space, kernel],
      because: `the window does not fit spatial axis ${i} with its padding`,
      instead: 'Use a smaller window, or more padding',
    })
  })
}

/** Calls `visit` with the places of the elements under the window at `position`; those in the padding are left out. */
export function forEachTap(
  space: readonly number[],
  kernel: readonly number[],
  position: readonly number[],
  { strides, pads, dilations }: Windows,
  visit: (place: number, tap: number) => void,
): void {
  const taps = kernel.reduce((n, size) => n * size, 1)
  for (let tap = 0; tap < taps; tap++) {
    let place = 0
    const inside = indexAt(kernel, tap).every((k, axis) => {
      const at = position[axis]! * strides[axis]! - pads[axis]! + k * dilations[axis]!
      place = place * space[axis]! + at
      return at >= 0 && at < space[axis]!
    })
    if (inside) visit(place, tap)
  }
}
