import { same, type Dim } from './dim.ts'

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

/** The common size of two broadcast axes; a size that turns out to be 1 is an assumption, never folded silently. */
function broadcastDim(x: Dim, y: Dim): Dim | undefined {
  if (x === 1) return y
  if (y === 1) return x
  if (same(x, y)) return x
  if (same(x, 1)) return y
  return same(y, 1) ? x : undefined
}
