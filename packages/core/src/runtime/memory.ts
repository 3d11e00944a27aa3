import { checkTurn } from './turn-limit.ts'
import { locate, ParamError } from '../errors.ts'
import { isValue, recording } from '../interpreter.ts'
import { checkFunction } from './named-options.ts'

interface Disposable_ {
  dispose(): void
}

/** The arrays made in each `tidy` that runs now; undefined where arrays that outlive it are made. */
const scopes: (Set<Disposable_> | undefined)[] = []

/** Notes a new array in the innermost `tidy`. */
export const track = (array: Disposable_): void => void scopes.at(-1)?.add(array)

/** Takes an array out of every `tidy`, because a place that outlives them holds it; tells whether one had made it. */
export function keep(array: Disposable_): boolean {
  let isMade = false
  for (const made of scopes) if (made?.delete(array) === true) isMade = true
  return isMade
}

/** Runs `fn`, whose arrays belong to the library: a `tidy` around it leaves them. */
export function untracked<T>(fn: () => T): T {
  scopes.push(undefined)
  try {
    return fn()
  } finally {
    scopes.pop()
  }
}

/**
 * Runs `fn` and frees the arrays that it made and that it neither returned nor gave to a `Variable`.
 *
 * Synchronous: a function that returns a promise is refused, because its arrays are made later. While a function is
 * traced nothing is freed: what it makes is part of the graph, which frees its values by plan.
 *
 * @throws ParamError when `fn` is no function, or returns a promise
 * @example tidy(() => add(multiply(x, 2), 1))   // only the sum is left
 */
export function tidy<T>(fn: () => T): T {
  const made = recording() === undefined ? new Set<Disposable_>() : undefined
  scopes.push(made)
  let kept: unknown
  try {
    checkFunction('tidy', fn)
    const result = fn()
    kept = result
    if (!(result instanceof Promise)) return result
    // What becomes of it is nobody's concern any more.
    result.catch(() => {})
    throw new ParamError({
      op: 'tidy',
      param: 'fn',
      value: fn,
      because: 'the function is async, and makes its arrays later',
      instead: 'Dispose its arrays yourself, or tidy the sync parts',
    })
  } catch (error) {
    throw locate(error, tidy)
  } finally {
    scopes.pop()
    const survivors = new Set<unknown>()
    collect(kept, survivors)
    for (const array of made ?? []) {
      if (survivors.has(array)) track(array)
      else array.dispose()
    }
  }
}

/**
 * Runs the turns of a loop; after each one the arrays are freed that it or an earlier one made, unless `live` has them or
 * a `Variable` does.
 */
export function turnByTurn<T>(
  loop: (turn: <R>(run: () => R, live: (result: R) => readonly unknown[]) => R) => T,
): T {
  const own = new Set<Disposable_>()
  scopes.push(own)
  let turns = 0
  try {
    return loop((run, live) => {
      checkTurn(turns++)
      const made = new Set<Disposable_>()
      scopes.push(made)
      let result
      try {
        result = run()
      } finally {
        scopes.pop()
        for (const array of made) own.add(array)
      }
      const kept = new Set(live(result))
      for (const array of own) {
        if (kept.has(array)) continue
        own.delete(array)
        array.dispose()
      }
      return result
    })
  } finally {
    scopes.pop()
    own.forEach(track)
  }
}

function collect(value: unknown, into: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || into.has(value)) return
  into.add(value)
  if (isValue(value)) return
  const listed = value instanceof Map || value instanceof Set ? [...value.entries()].flat() : []
  for (const item of [...Object.values(value), ...listed]) collect(item, into)
}
