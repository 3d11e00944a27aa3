import { type Bounded, check, type NDArray, printMismatch } from '@tendril/core/testing'
import { hostOf } from './engine-call.ts'

/** The first result of an engine that is not right, as text that begins with `name`. */
export async function wrongResult(
  name: string,
  results: readonly NDArray[],
  truth: readonly Bounded[],
): Promise<string | undefined> {
  if (results.length !== truth.length) return `${name}: ${results.length} results, not ${truth.length}`
  for (const [i, result] of results.entries()) {
    const mismatch = check(await hostOf(result), truth[i]!)
    if (mismatch === undefined) continue
    const place = results.length === 1 ? name : `${name}, result ${i}`
    return typeof mismatch === 'string' ? `${place}: ${mismatch}` : printMismatch(place, mismatch)
  }
  return undefined
}
