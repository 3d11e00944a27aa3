import { isValue } from '../interpreter.ts'

interface Disposable_ {
  dispose(): void
}

const scopes: Set<Disposable_>[] = []

/** Notes a new array in the innermost `tidy`. */
export const track = (array: Disposable_): void => void scopes.at(-1)?.add(array)

/**
 * Runs `fn` and frees the arrays that it made and did not return.
 *
 * Synchronous: a function that returns a promise is refused, because its arrays are made later.
 *
 * @throws TypeError when `fn` returns a promise
 * @example tidy(() => add(multiply(x, 2), 1))   // only the sum is left
 */
export function tidy<T>(fn: () => T): T {
  const made = new Set<Disposable_>()
  scopes.push(made)
  let kept: unknown
  try {
    const result = fn()
    kept = result
    if (result instanceof Promise)
      throw new TypeError('tidy: the function is async; dispose its arrays yourself, or tidy the sync parts')
    return result
  } finally {
    scopes.pop()
    const survivors = new Set<unknown>()
    collect(kept, survivors)
    for (const array of made) {
      if (survivors.has(array)) track(array)
      else array.dispose()
    }
  }
}

function collect(value: unknown, into: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || into.has(value)) return
  into.add(value)
  if (!isValue(value)) for (const item of Object.values(value)) collect(item, into)
}
