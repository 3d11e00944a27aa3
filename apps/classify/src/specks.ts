import { plane, type Plane, valueAt } from './plane.ts'

const smallestPart = 0.04

/** The ink without what is not the digit: specks, and the faint noise away from its strokes. */
export function withoutSpecks(ink: Plane, threshold: number): Plane {
  const { labels, areas } = connectedParts(ink, threshold)
  const enough = smallestPart * areas.reduce((most, area) => Math.max(most, area), 0)
  const kept = areas.map((area) => area >= enough)
  const clean = plane(ink.width, ink.height)
  for (let y = 0; y < ink.height; y++) {
    for (let x = 0; x < ink.width; x++) {
      if (touchesKept(x, y)) clean.values[y * ink.width + x] = valueAt(ink, x, y)
    }
  }
  return clean

  function touchesKept(x: number, y: number): boolean {
    for (let row = Math.max(0, y - 1); row <= Math.min(ink.height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(ink.width - 1, x + 1); column++) {
        const label = labels[row * ink.width + column] ?? 0
        if (label > 0 && kept[label - 1]) return true
      }
    }
    return false
  }
}

/** Labels (from 1; 0 is paper) and areas of the parts of the ink that hang together, corners included. */
function connectedParts(ink: Plane, threshold: number): { labels: Uint32Array; areas: number[] } {
  const labels = new Uint32Array(ink.values.length)
  const areas: number[] = []
  const waiting: number[] = []
  for (const [start, value] of ink.values.entries()) {
    if (value < threshold || labels[start] !== 0) continue
    const label = areas.push(0)
    labels[start] = label
    waiting.push(start)
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      areas[label - 1] = (areas[label - 1] ?? 0) + 1
      const [x, y] = [place % ink.width, Math.floor(place / ink.width)]
      for (let row = Math.max(0, y - 1); row <= Math.min(ink.height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(ink.width - 1, x + 1); column++) {
          const next = row * ink.width + column
          if (labels[next] !== 0 || (ink.values[next] ?? 0) < threshold) continue
          labels[next] = label
          waiting.push(next)
        }
      }
    }
  }
  return { labels, areas }
}
