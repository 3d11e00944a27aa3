import { atLeast, floorDiv, minus, plus, same, times, type Dim } from './dim.ts'

/** A window that slides along one axis. */
export interface Window {
  readonly stride: number
  readonly padBefore: Dim
  readonly padAfter: Dim
  readonly dilation: number
}

/** The shape that all broadcast to, or undefined when they do not fit; no shape at all gives `[]`. */
export function broadcastShapes(...shapes: readonly (readonly Dim[])[]): readonly Dim[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  const result = Array.from({ length: rank }, (): Dim => 1)
  for (const shape of shapes) {
    const offset = rank - shape.length
    for (const [i, dim] of shape.entries()) {
      const both = broadcastDim(result[offset + i]!, dim)
      if (both === undefined) return undefined
      result[offset + i] = both
    }
  }
  return result
}

/** Number of elements. */
export function sizeOf(shape: readonly Dim[]): Dim {
  return shape.reduce(times, 1)
}

/** Step between neighbours of each axis, in elements, of an array whose last axis is contiguous. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = shape.slice()
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= shape[axis]!
  }
  return strides
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

/** Positions of a window of `kernel` elements along an axis of `d`; below 1 when it does not fit. */
export function convOut(d: Dim, kernel: Dim, { stride, padBefore, padAfter, dilation }: Window): Dim {
  const reach = plus(times(dilation, minus(kernel, 1)), 1)
  return plus(floorDiv(minus(plus(d, plus(padBefore, padAfter)), reach), stride), 1)
}

/** The common size of two broadcast axes; a size that turns out to be 1 is an assumption, never folded silently. */
function broadcastDim(x: Dim, y: Dim): Dim | undefined {
  if (x === 1) return y
  if (y === 1) return x
  if (same(x, y)) return x
  if (same(x, 1)) return y
  return same(y, 1) ? x : undefined
}
