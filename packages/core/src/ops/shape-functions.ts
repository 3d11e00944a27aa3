import { locate, ParamError, ShapeError } from '../errors.ts'

/** A size as `broadcastShapes` takes it: null where it is not known. */
type KnownOrNot = number | null

const isShape = (shape: unknown): shape is readonly KnownOrNot[] =>
  Array.isArray(shape) && shape.every((size) => size === null || (Number.isSafeInteger(size) && size >= 0))

/** The size of two axes that meet; undefined where they do not fit. */
function joined(a: KnownOrNot, b: KnownOrNot): KnownOrNot | undefined {
  if (a === b || b === 1) return a
  if (a === 1 || a === null) return b
  return b === null ? a : undefined
}

/**
 * The shape that all shapes broadcast to.
 *
 * Shapes: axes are matched from the last one backwards; two that meet must be equal or one of them 1. `null` stands for a
 * size that is not known: it is that of the axis that it meets, and stays `null` beside 1 or `null`.
 *
 * @throws ShapeError when the shapes do not broadcast, ParamError when one is no list of sizes
 * @source array API standard, `broadcast_shapes`
 * @example broadcastShapes([2, 1], [3])   // [2, 3]
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[]
export function broadcastShapes(...shapes: readonly (readonly KnownOrNot[])[]): KnownOrNot[]
export function broadcastShapes(...shapes: readonly (readonly KnownOrNot[])[]): KnownOrNot[] {
  const wrong = shapes.find((shape) => !isShape(shape))
  if (wrong !== undefined) {
    const fields = { op: 'broadcastShapes', param: 'shapes', value: wrong }
    throw locate(new ParamError({ ...fields, because: 'a shape is a list of sizes' }), broadcastShapes)
  }
  const rank = Math.max(0, ...shapes.map(({ length }) => length))
  return Array.from({ length: rank }, (_, axis) => {
    let size: KnownOrNot = 1
    for (const shape of shapes) {
      const own = axis < rank - shape.length ? 1 : shape[axis - rank + shape.length]!
      const both = joined(size, own)
      if (both === undefined) {
        const because = `of axis ${axis - rank} one is ${size}, another ${own}`
        const sizes = shapes.map((one) => one.map((each) => each ?? -1))
        throw locate(new ShapeError({ op: 'broadcastShapes', shapes: sizes, because }), broadcastShapes)
      }
      size = both
    }
    return size
  })
}
