import { type Interpreter, isValue, type Operand, recording } from '../interpreter.ts'
import type { Op, Params } from '../op.ts'
import type { LazyLine } from '../source.ts'

/**
 * What is done beside traces of async functions that wait, where the platform does not tell whose work it is (browsers).
 *
 * It may be the next step of such a function. So arrays that are made meanwhile remember of what, and are recorded so
 * where they flow into a trace; what cannot be recorded puts the traces in doubt, and they serve one call only.
 */

/** The trace of an async function that waits. */
export interface Waiting {
  /** The turn at which it began to wait: what is older is none of its work. */
  readonly since: number
  readonly recorder: Interpreter
  /** Work that may be its own cannot be part of a graph. */
  doubt(): void
  /** The elements of what may be another array in the next call were seen. */
  sees(made: Made): void
  /** A place of the random stream was taken by work that may be its own. */
  drew(draw: Draw): void
  /** What it is to give to a place outside of it. */
  written(place: object): unknown
  /** A place outside was given a value by work that may be its own. */
  wrote(): void
}

/** A place of the random stream that was taken. */
export interface Draw {
  readonly place: number
  /** The only trace that waited then. */
  readonly owner: Waiting | undefined
  /** What was drawn; undefined where nobody saw that. */
  made: Made | undefined
}

/** What an array was made of. */
export interface Made {
  readonly turn: number
  /** Undefined where that is not known. */
  readonly call:
    | {
        readonly op: Op
        readonly operands: readonly Operand[]
        readonly params: Params
        readonly line: LazyLine
      }
    | undefined
  readonly draw: Draw | undefined
  /** The last turn at which something entered that may be another in the next call; 0 where nothing did. */
  readonly changing: number
  /** The same but for what was drawn. */
  readonly outside: number
  readonly depth: number
}

/** Which result of what. */
export interface Source {
  readonly made: Made
  readonly index: number
}

/** What is made in more steps than this is not followed back any more: it would keep all that it was made of. */
const deepest = 256

const waiting = new Set<Waiting>()
let sources = new WeakMap<object, Source>()
/** When places outside of functions were made, by their turn. */
let places = new WeakMap<object, number>()
let turns = 0
let lastDraw: Draw | undefined

/** A number for what is next. */
export const nextTurn = (): number => ++turns

/** A trace waits from now on, until the returned function is called. */
export function waits(trace: Waiting): () => void {
  waiting.add(trace)
  return () => {
    waiting.delete(trace)
    if (waiting.size > 0) return
    sources = new WeakMap()
    places = new WeakMap()
    lastDraw = undefined
  }
}

/** Whether what is done now may be a step of a trace that waits. */
export const isBeside = (): boolean => waiting.size > 0 && recording() === undefined

export const sourceOf = (array: object): Source | undefined => sources.get(array)

/** Whether an array may be another one in the next call. */
export const isChanging = (array: object): boolean => (sources.get(array)?.made.changing ?? 0) > 0

/** Notes what an op gave. */
export function noteMade(
  call: NonNullable<Made['call']>,
  outs: readonly object[],
  place: number | undefined,
): Made {
  const draw = place !== undefined && lastDraw?.place === place ? lastDraw : undefined
  const turn = nextTurn()
  let changing = place === undefined ? 0 : turn
  let outside = 0
  let depth = 0
  let isKnown = call.op.def.control === undefined && (place === undefined || draw?.owner !== undefined)
  for (const operand of call.operands) {
    const made = isValue(operand) ? sources.get(operand)?.made : undefined
    if (made === undefined) continue
    changing = Math.max(changing, made.changing)
    outside = Math.max(outside, made.outside)
    depth = Math.max(depth, made.depth + 1)
    // It may be freed by then.
    isKnown &&= made.call !== undefined && depth < deepest
  }
  const made = { turn, call: isKnown ? call : undefined, draw, changing, outside, depth }
  if (draw !== undefined) draw.made = made
  outs.forEach((out, index) => {
    if (!call.operands.includes(out as Operand)) sources.set(out, { made, index })
  })
  return made
}

/** Notes an array that was made in a way that is not known; `changes` where it may be another one in the next call. */
export function noteUnknown(array: object, changes: boolean): void {
  const turn = nextTurn()
  const changing = changes ? turn : 0
  const made = { turn, call: undefined, draw: undefined, changing, outside: changing, depth: 0 }
  sources.set(array, { made, index: 0 })
}

/** Notes another handle of the same elements. */
export function noteCopy(copy: object, array: object): void {
  const source = sources.get(array)
  if (source !== undefined && copy !== array) sources.set(copy, source)
}

/** Notes that somebody saw the elements of an array, and may go on by them. */
export function noteRead(array: object): void {
  const made = sources.get(array)?.made
  if (made === undefined || made.changing === 0) return
  for (const trace of waiting) if (trace.since <= made.changing) trace.sees(made)
}

/** Notes that a place of the random stream was taken; `isPlain` unless a stream of its own stands in for it. */
export function noteDraw(place: number, count: number, isPlain: boolean): void {
  const [owner] = waiting
  const isOnly = waiting.size === 1 && count === 1 && isPlain
  lastDraw = { place, owner: isOnly ? owner : undefined, made: undefined }
  if (isOnly) owner!.drew(lastDraw)
  else if (count > 0) noteDoubt()
}

/** Puts all that waits in doubt. */
export function noteDoubt(): void {
  for (const trace of waiting) trace.doubt()
}

/** Notes a place outside of functions that is made now: it is nobody's but of the work that made it. */
export const notePlace = (place: object): void => void places.set(place, nextTurn())

/** Whether a place was there before some trace began to wait. */
export function isOutside(place: object): boolean {
  const made = places.get(place) ?? 0
  for (const { since } of waiting) if (since > made) return true
  return false
}

/** Notes that a place was given a value. */
export function noteWrite(place: object): void {
  if (isOutside(place)) noteWrites()
}

/** Notes that places outside were given values. */
export function noteWrites(): void {
  for (const trace of waiting) trace.wrote()
}

/** Notes a value that was read from a place: an array may be another one in the next call. */
export function notePlaceRead(place: object, value: unknown): void {
  if (!isOutside(place)) return
  if (isValue(value)) noteUnknown(value, true)
  else noteDoubt()
}

/** The last trace that waits and is to give a value to a place: everybody would find it there. */
export const writerBeside = (place: object): Waiting | undefined =>
  [...waiting].findLast((trace) => trace.written(place) !== undefined)
