export interface Point {
  readonly x: number
  readonly y: number
}
/** A start, two handles and an end. */
type Curve = readonly [Point, Point, Point, Point]

/** How far from a corner its rounding begins, and how much of a short curve it may take. */
const radius = 70
const mostOfCurve = 0.4
/** Cosine of the turn below which two curves meet in a corner. */
const straight = 0.995

const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y })
const between = (a: Point, b: Point, t: number): Point => ({
  x: a.x + (b.x - a.x) * t,
  y: a.y + (b.y - a.y) * t,
})
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)

/** Both parts of a curve that is cut at `t` of its way. */
function cut([a, b, c, d]: Curve, t: number): readonly [Curve, Curve] {
  const [ab, bc, cd] = [between(a, b, t), between(b, c, t), between(c, d, t)]
  const [abc, bcd] = [between(ab, bc, t), between(bc, cd, t)]
  const middle = between(abc, bcd, t)
  return [
    [a, ab, abc, middle],
    [middle, bcd, cd, d],
  ]
}

/** The same curves with their corners rounded off: Graphviz leaves some where a wire goes around something. */
export function smooth(points: readonly Point[]): readonly Point[] {
  const [start, ...rest] = points
  const curves: Curve[] = []
  let from = start!
  for (let at = 0; at + 2 < rest.length; at += 3) {
    const next: Curve = [from, rest[at]!, rest[at + 1]!, rest[at + 2]!]
    const before = curves.at(-1)
    if (before !== undefined && isCorner(before, next)) {
      curves.pop()
      const [kept] = cut(before, 1 - share(before))
      const [, left] = cut(next, share(next))
      const corner = next[0]
      curves.push(
        kept,
        [kept[3], between(kept[3], corner, 0.6), between(left[0], corner, 0.6), left[0]],
        left,
      )
    } else curves.push(next)
    from = next[3]
  }
  return [start!, ...curves.flatMap((curve) => curve.slice(1))]
}

const share = (curve: Curve): number => Math.min(mostOfCurve, radius / (distance(curve[0], curve[3]) || 1))

function isCorner(before: Curve, after: Curve): boolean {
  const into = minus(before[3], before[2])
  const out = minus(after[1], after[0])
  const lengths = Math.hypot(into.x, into.y) * Math.hypot(out.x, out.y)
  return lengths > 0 && (into.x * out.x + into.y * out.y) / lengths < straight
}
