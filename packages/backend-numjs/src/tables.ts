/** Tables of places that kernels walk over; made once, when a program is bound. */

const countOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1)

/** The place of each element of a shape, in row-major order, when its axes lie `steps` apart. */
export function places(shape: readonly number[], steps: readonly number[], offset: number): Int32Array {
  const table = new Int32Array(countOf(shape)).fill(offset)
  let inner = table.length
  shape.forEach((size, axis) => {
    inner /= size
    for (let at = 0; at < table.length; at++) table[at]! += (Math.floor(at / inner) % size) * steps[axis]!
  })
  return table
}

/** How many taps of a window lie inside `space`, for each of its positions. */
export function tapCounts(
  space: readonly number[],
  positions: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  before: readonly number[],
): Float64Array {
  const counts = new Float64Array(countOf(positions)).fill(1)
  let inner = counts.length
  positions.forEach((size, axis) => {
    inner /= size
    for (let at = 0; at < counts.length; at++) {
      const start = (Math.floor(at / inner) % size) * strides[axis]! - before[axis]!
      const end = Math.min(start + kernel[axis]!, space[axis]!)
      counts[at]! *= Math.max(0, end - Math.max(start, 0))
    }
  })
  return counts
}
