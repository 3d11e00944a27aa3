import { same, times, type Dim } from './dim.ts'
import { atLeast } from './at-least.ts'
import { floorDiv } from './poly-division.ts'

/** Number of elements. */
export function sizeOf(shape: readonly Dim[]): Dim {
  return shape.reduce(times, 1)
}

/**
 * The shape `target` with its `-1` filled in, or undefined when it cannot hold the elements of `shape`.
 *
 * At most one `-1`; it is refused where another size of `target` is 0, because any number would fit.
 */
export function reshapeTo(shape: readonly Dim[], target: readonly Dim[]): readonly Dim[] | undefined {
  if (target.some((dim) => dim !== -1 && !atLeast(dim, 0))) return undefined
  const open = target.indexOf(-1)
  const size = sizeOf(shape)
  if (open < 0) return same(sizeOf(target), size) ? target : undefined
  if (target.indexOf(-1, open + 1) >= 0) return undefined
  const known = sizeOf(target.toSpliced(open, 1))
  if (same(known, 0)) return undefined
  const filled = floorDiv(size, known)
  return same(times(filled, known), size) ? target.with(open, filled) : undefined
}
