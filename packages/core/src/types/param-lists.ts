import { Refusal, sizesOf } from './param-kind.ts'

/** A value for each axis: those that are missing at the end are filled in. */
export function perAxis<T>(values: readonly T[], rank: number, rest: T): readonly T[] {
  if (values.length > rank) throw new Refusal(`it names ${values.length} axes of an array that has ${rank}`)
  return Object.freeze(Array.from({ length: rank }, (_, i) => (i < values.length ? values[i]! : rest)))
}

/** The lengths of padding before each axis, then those after each: one number, a pair for each axis, or this flat form. */
export const beforeAfter = (value: unknown): readonly number[] | undefined => {
  if (!Array.isArray(value)) return sizesOf([value], 0)
  if (!value.some(Array.isArray)) return sizesOf(value, 0)
  const pairs = value.map((pair) => sizesOf(pair, 0))
  if (pairs.some((pair) => pair?.length !== 2)) return undefined
  return Object.freeze([...pairs.map((pair) => pair![0]!), ...pairs.map((pair) => pair![1]!)])
}
