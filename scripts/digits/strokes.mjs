// Strokes are lists of points [x, y]; y grows downwards, and a digit is about 1 high.

/** The points written in a template: line`0 0, 0.5 ${y}`. */
export function line(texts, ...values) {
  return String.raw({ raw: texts }, ...values)
    .split(',')
    .map((point) => point.trim().split(' ').map(Number))
}

/** A Catmull-Rom curve through the points written in a template. */
export function curve(texts, ...values) {
  const points = line(texts, ...values)
  const at = (index) => points[Math.min(points.length - 1, Math.max(0, index))]
  const smooth = [points[0]]
  for (let index = 0; index + 1 < points.length; index++) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    for (let step = 1; step <= 6; step++) {
      const t = step / 6
      const through = (a, b, c, d) =>
        b + (t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d)))) / 2
      smooth.push([0, 1].map((axis) => through(before[axis], from[axis], to[axis], after[axis])))
    }
  }
  return smooth
}

/** Points on an ellipse's arc around (x, y); 0 degrees points right, 90 down. */
export function arc(x, y, radiusX, radiusY, fromDegrees, toDegrees) {
  const steps = Math.max(4, Math.ceil(Math.abs(toDegrees - fromDegrees) / 12))
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((fromDegrees + ((toDegrees - fromDegrees) * step) / steps) * Math.PI) / 180
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)]
  })
}

/** An ellipse with its corners pulled out: `square` above 2 makes it boxy, as in monospaced fonts. */
export function superellipse(x, y, radiusX, radiusY, square) {
  return arc(0, 0, 1, 1, 0, 360).map(([cos, sin]) => [
    x + radiusX * Math.sign(cos) * Math.abs(cos) ** (2 / square),
    y + radiusY * Math.sign(sin) * Math.abs(sin) ** (2 / square),
  ])
}

export const upsideDown = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => [1 - x, 1 - y]))
