import { unrecorded } from '../interpreter.ts'
import { keyRules } from '../numerics/key-rules.ts'
import type { Key } from '../numerics/threefry.ts'
import { isDraw, type ParamValue } from '../types/param.ts'
import { isBeside, noteDraw } from './beside.ts'

/** A stream, whose key is made when something is drawn: most turns and many programs draw nothing. */
interface Stream {
  key: Key | (() => Key)
}

const fromSeed = (seed: number | bigint): Stream => ({ key: () => keyRules().keyFromSeed(seed) })

let stream = fromSeed(0)
let seeded = false
let drawn = 0
/** How many streams stand in for the global one now. */
let inner = 0

/** Restarts the global stream: the same seed gives the same numbers on every engine. */
export function seedStream(seed: number | bigint): void {
  stream = fromSeed(seed)
  seeded = true
  drawn = 0
}

/** Takes `count` places of the global stream and gives the first. */
export function reserve(count: number): number {
  if (!seeded) seedStream(unrecorded(() => Math.floor(Math.random() * 2 ** 32)))
  const first = drawn
  drawn += count
  if (isBeside()) noteDraw(first, count, inner === 0)
  return first
}

/** A place of the global stream, by which it can be given back. */
export interface Taken {
  readonly stream: Stream
  readonly place: number
}

/** Where the global stream stands. */
export const standing = (): Taken => ({ stream, place: drawn })

/** Goes back to where the stream stood, if nobody took more than `count` places since then. */
export function giveBack({ stream: from, place }: Taken, count: number): void {
  if (stream === from && drawn === place + count) drawn = place
}

/** Gives back the last places that were taken, by a call that begins anew. */
export function unreserve(count: number): void {
  drawn -= count
}

/** The stream of one turn of an op that runs graphs, which began at `key`. */
export function turnKey(key: Key, graph: number, turn: number): Key {
  const { foldIn } = keyRules()
  return foldIn(foldIn(key, graph), turn)
}

/** Runs `fn` with a stream of its own, so that what it draws depends on nothing drawn before; the former goes on after it. */
export function withStream<T>(key: () => Key, fn: () => T): T {
  const before = { stream, seeded, drawn }
  stream = { key }
  seeded = true
  drawn = 0
  inner++
  try {
    return fn()
  } finally {
    inner--
    ;({ stream, seeded, drawn } = before)
  }
}

/**
 * Runs `fn` with the stream that a seed starts; the former one goes on after it, or after what it awaits. Other work that
 * draws meanwhile draws from this one.
 */
export function withSeed<T>(seed: number, fn: () => T): T {
  const before = { stream, seeded, drawn }
  const restore = (): void => void ({ stream, seeded, drawn } = before)
  seedStream(seed)
  let result: T | undefined
  try {
    result = fn()
    return result instanceof Promise ? (result.finally(restore) as T) : result
  } finally {
    if (!(result instanceof Promise)) restore()
  }
}

function keyOf(of: Stream): Key {
  if (typeof of.key === 'function') of.key = of.key()
  return of.key
}

function keyAt(key: Key, place: number): Key {
  const { foldIn } = keyRules()
  // Places beyond 32 bits continue in a second level.
  return foldIn(place < 2 ** 32 ? key : foldIn(key, Math.floor(place / 2 ** 32)), place >>> 0)
}

/** Takes one place of the stream, whose key is made when it is needed. */
export function reserveKey(): () => Key {
  const place = reserve(1)
  const from = stream
  return () => keyAt(keyOf(from), place)
}

/** Where the draws of a call stand in the stream: one after the other from a place, or each by itself. */
export type Places = number | ((draw: number) => number)

/** The key of a random op in a call: its own, or the one of its place in the stream. */
export function keyOfDraw(key: ParamValue | undefined, places: Places): Key {
  if (!isDraw(key)) return key as Key
  return keyAt(keyOf(stream), typeof places === 'number' ? places + key.draw : places(key.draw))
}
