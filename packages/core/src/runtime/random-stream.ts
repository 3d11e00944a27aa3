import { foldIn, type Key, keyFromSeed } from '../numerics/threefry.ts'
import { isDraw, type ParamValue } from '../types/param.ts'

let stream = keyFromSeed(0)
let seeded = false
let drawn = 0

/** Restarts the global stream: the same seed gives the same numbers on every engine. */
export function seedStream(seed: number | bigint): void {
  stream = keyFromSeed(seed)
  seeded = true
  drawn = 0
}

/** Takes `count` places of the global stream and gives the first. */
export function reserve(count: number): number {
  if (!seeded) seedStream(Math.floor(Math.random() * 2 ** 32))
  const first = drawn
  drawn += count
  return first
}

/** The key of a random op in a call that began at `base`: its own, or the one of its place in the stream. */
export function keyOfDraw(key: ParamValue | undefined, base: number): Key {
  if (!isDraw(key)) return key as Key
  const place = base + key.draw
  // Places beyond 32 bits continue in a second level.
  return foldIn(place < 2 ** 32 ? stream : foldIn(stream, Math.floor(place / 2 ** 32)), place >>> 0)
}
