/** One number per pixel, row by row; in this app the amount of ink, from 0 (none) to 1 (solid). */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** A rectangle in pixels; its edges may lie between pixels or outside the plane. */
interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export function plane(width: number, height: number): Plane {
  return { width, height, values: new Float32Array(width * height) }
}

/** The value at (x, y); 0 outside the plane. */
export function valueAt(from: Plane, x: number, y: number): number {
  return x < 0 || y < 0 || x >= from.width || y >= from.height ? 0 : (from.values[y * from.width + x] ?? 0)
}

/** The smallest box around all pixels of at least `threshold`, or `undefined` when there is none. */
export function boundingBox(of: Plane, threshold: number): Box | undefined {
  let [left, top, right, bottom] = [of.width, of.height, -1, -1]
  for (let y = 0; y < of.height; y++) {
    for (let x = 0; x < of.width; x++) {
      if (valueAt(of, x, y) < threshold) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/**
 * The box to look at a digit through, with it in the middle: as wide as high, but around a wide digit only as high as the
 * digit, down to half the width. `margin` is a share of the size, on each side.
 */
export function frameOf(digit: Box, margin: number): Box {
  const width = Math.max(digit.width, digit.height) * (1 + 2 * margin)
  const height = Math.max(digit.height, digit.width / 2) * (1 + 2 * margin)
  return {
    left: digit.left + (digit.width - width) / 2,
    top: digit.top + (digit.height - height) / 2,
    width,
    height,
  }
}

/** Which pixels, and how much of each, one row or column of an averaged plane covers. */
function spans(start: number, length: number, parts: number): { first: number; weights: number[] }[] {
  return Array.from({ length: parts }, (_, part) => {
    const from = start + (length * part) / parts
    const to = start + (length * (part + 1)) / parts
    const first = Math.floor(from)
    const weights: number[] = []
    for (let pixel = first; pixel < to; pixel++) {
      weights.push((Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from))
    }
    return { first, weights }
  })
}

/** The part of a plane inside `box` as `size` x `size` cells, each the mean over its area; outside counts as 0. */
export function areaAverage(from: Plane, box: Box, size: number): Plane {
  const cells = plane(size, size)
  const columns = spans(box.left, box.width, size)
  const rows = spans(box.top, box.height, size)
  for (const [row, { first: firstY, weights: down }] of rows.entries()) {
    for (const [column, { first: firstX, weights: across }] of columns.entries()) {
      let sum = 0
      for (const [dy, weightY] of down.entries()) {
        for (const [dx, weightX] of across.entries()) {
          sum += weightY * weightX * valueAt(from, firstX + dx, firstY + dy)
        }
      }
      cells.values[row * size + column] = sum
    }
  }
  return cells
}

/** Each pixel becomes the largest value within `radius`; a fraction blends two whole steps of the disc's edge. */
export function dilate(from: Plane, radius: number): Plane {
  const grown = plane(from.width, from.height)
  const reach = Math.ceil(radius)
  const disc: { dx: number; dy: number; weight: number }[] = []
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const weight = Math.min(1, radius + 1 - Math.hypot(dx, dy))
      if (weight > 0) disc.push({ dx, dy, weight })
    }
  }
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < from.width; x++) {
      const value = valueAt(from, x, y)
      if (value === 0) continue
      for (const { dx, dy, weight } of disc) {
        const [toX, toY] = [x + dx, y + dy]
        if (toX < 0 || toY < 0 || toX >= from.width || toY >= from.height) continue
        const place = toY * from.width + toX
        grown.values[place] = Math.max(grown.values[place] ?? 0, value * weight)
      }
    }
  }
  return grown
}

/** Mean width of the strokes, from their area and the length of their outline. */
export function strokeWidth(of: Plane, threshold: number): number {
  let area = 0
  let edges = 0
  for (let y = 0; y <= of.height; y++) {
    for (let x = 0; x <= of.width; x++) {
      const here = valueAt(of, x, y) >= threshold
      if (here) area++
      if (here !== valueAt(of, x - 1, y) >= threshold) edges++
      if (here !== valueAt(of, x, y - 1) >= threshold) edges++
    }
  }
  // A slanted outline crosses more pixel edges than it is long: by 4/pi on the mean of all directions.
  return edges === 0 ? 0 : (2 * area) / (edges * (Math.PI / 4))
}
