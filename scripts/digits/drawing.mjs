// From strokes, or from an image of the data set, to pixels as a PNG would give them.

/** Moves points by a random shear, rotation and stretch, and by a slow wave that bends what was straight. */
export function deform(strokes, d) {
  const angle = d.normal() * 0.1
  const shear = d.normal() * 0.16 + (d.chance(0.3) ? -0.2 : 0)
  const stretch = Math.exp(d.normal() * 0.25 + 0.08)
  const wave = d.chance(0.7) ? d.between(0, 0.07) : 0
  const phases = [d.between(0, 7), d.between(0, 7), d.between(3, 8), d.between(3, 8)]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return strokes.map((stroke) =>
    stroke.map(([px, py]) => {
      const x = (px - 0.5 + wave * Math.sin(py * phases[2] + phases[0])) * stretch + shear * (py - 0.5)
      const y = py - 0.5 + wave * Math.sin(px * phases[3] + phases[1])
      return [cos * x - sin * y, sin * x + cos * y]
    }),
  )
}

/**
 * Ink of strokes on a `size` x `size` plane. The pen is an ellipse `width` high and `width * contrast` wide, as a share of
 * the digit's height, so a contrast above 1 gives the thick stems of printed digits.
 */
export function rasterise(strokes, { size, margin, width, contrast }) {
  const points = strokes.flat()
  const [left, right] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))]
  const [top, bottom] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))]
  const scale = (size - 2 * margin) / (Math.max(right - left, bottom - top) + width)
  const place = ([x, y]) => [
    (x - (left + right) / 2) * scale + size / 2,
    (y - (top + bottom) / 2) * scale + size / 2,
  ]
  const radius = Math.max(0.5, (width * scale) / 2)
  const ink = new Float32Array(size * size)
  for (const stroke of strokes) {
    const placed = stroke.map(place)
    for (let index = 0; index + 1 < placed.length; index++)
      drawSegment(ink, size, placed[index], placed[index + 1], radius, contrast)
  }
  return ink
}

function drawSegment(ink, size, from, to, radius, contrast) {
  const [reachX, reachY] = [radius * contrast + 1.5, radius + 1.5]
  const [fromX, fromY, toX, toY] = [from[0] / contrast, from[1], to[0] / contrast, to[1]]
  const length = (toX - fromX) ** 2 + (toY - fromY) ** 2
  for (
    let y = Math.max(0, Math.floor(Math.min(from[1], to[1]) - reachY));
    y < Math.min(size, Math.max(from[1], to[1]) + reachY);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(Math.min(from[0], to[0]) - reachX));
      x < Math.min(size, Math.max(from[0], to[0]) + reachX);
      x++
    ) {
      const [px, py] = [(x + 0.5) / contrast, y + 0.5]
      const along =
        length === 0
          ? 0
          : Math.min(1, Math.max(0, ((px - fromX) * (toX - fromX) + (py - fromY) * (toY - fromY)) / length))
      const distance = Math.hypot(px - fromX - along * (toX - fromX), py - fromY - along * (toY - fromY))
      ink[y * size + x] = Math.max(ink[y * size + x], Math.min(1, Math.max(0, radius - distance + 0.5)))
    }
  }
}

/** An 8 x 8 image of the data set redrawn `size` x `size`: turned, sheared, and with thicker or thinner strokes. */
export function redraw(image, size, d) {
  const angle = d.normal() * 0.12
  const shear = d.normal() * 0.15
  const [zoomX, zoomY] = [Math.exp(d.normal() * 0.2) * 1.3, 1.3]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const threshold = d.between(0.15, 0.45)
  const sharpness = Math.max(0.5 / threshold, d.between(2, 5))
  const ink = new Float32Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [(x + 0.5) / size - 0.5, (y + 0.5) / size - 0.5]
      const turnedX = cos * u - sin * v
      const turnedY = sin * u + cos * v
      const value = sample(
        image,
        ((turnedX + shear * turnedY) * zoomX + 0.5) * 8 - 0.5,
        (turnedY * zoomY + 0.5) * 8 - 0.5,
      )
      ink[y * size + x] = Math.min(1, Math.max(0, (value - threshold) * sharpness + 0.5))
    }
  }
  return ink
}

/** Value between the cells of an 8 x 8 image with a cubic B-spline's smoothness; 0 outside. */
export function sample(image, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [across, down] = [splineWeights(x - left), splineWeights(y - top)]
  let sum = 0
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      const [cellX, cellY] = [left - 1 + column, top - 1 + row]
      if (cellX >= 0 && cellY >= 0 && cellX < 8 && cellY < 8)
        sum += across[column] * down[row] * image[cellY * 8 + cellX]
    }
  }
  return sum
}

function splineWeights(t) {
  return [
    (1 - t) ** 3 / 6,
    (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
    (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
    t ** 3 / 6,
  ]
}

/** Grey pixels with this ink on white paper, with normal noise of this deviation (in levels of 255). */
export function greyPixels(ink, size, noise, d) {
  const rgba = new Uint8Array(size * size * 4)
  for (const [place, value] of ink.entries()) {
    const level = 240 - 220 * value + (noise === 0 ? 0 : noise * d.normal())
    rgba.fill(Math.min(255, Math.max(0, Math.round(level))), 4 * place, 4 * place + 3)
    rgba[4 * place + 3] = 255
  }
  return { width: size, height: size, rgba }
}
