import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'

/** How far an output of one graph is from that of another. */
export interface Accuracy {
  readonly name: string
  readonly maxError: number
  readonly meanError: number
  /** The largest absolute value of the output, which tells how much an error is. */
  readonly largest: number
}

type AnyGraph = (...args: unknown[]) => unknown

const isArray = (value: unknown): value is NDArray => value instanceof td.NDArray

/** The arrays of a tree, in order. */
const arraysIn = (value: unknown): readonly NDArray[] => td.tree.flatten(value).leaves.filter(isArray)

async function elementsOf(array: NDArray): Promise<readonly number[]> {
  const data = await array.data()
  return Array.from(data as ArrayLike<number | bigint>, Number)
}

/** What both graphs give for the same arguments, output by output; the second takes the arrays alone. */
export async function accuracyOf(
  exact: AnyGraph,
  other: AnyGraph,
  samples: readonly (readonly unknown[])[],
  names: readonly string[],
): Promise<readonly Accuracy[]> {
  const sums = names.map((name) => ({ name, maxError: 0, total: 0, count: 0, largest: 0 }))
  for (const args of samples) {
    const expected = arraysIn(await exact(...args))
    const got = arraysIn(await other(...arraysIn(args)))
    for (const [i, sum] of sums.entries()) {
      const [have, want] = await Promise.all([elementsOf(got[i]!), elementsOf(expected[i]!)])
      for (const [at, value] of want.entries()) {
        const error = Math.abs(have[at]! - value)
        sum.maxError = Math.max(sum.maxError, error)
        sum.total += error
        sum.count++
        sum.largest = Math.max(sum.largest, Math.abs(value))
      }
    }
  }
  return sums.map(({ name, maxError, total, count, largest }) => ({
    name,
    maxError,
    meanError: count === 0 ? 0 : total / count,
    largest,
  }))
}
