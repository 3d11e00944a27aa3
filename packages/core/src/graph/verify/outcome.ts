import type { HostArray } from '../../op.ts'
import { countLeaves, type TreeSpec } from '../../ir/tree-spec.ts'
import { wrapNative } from '../../runtime/native.ts'
import { NDArray } from '../../runtime/nd-array.ts'
import { reserve, withSeed } from '../../runtime/random-stream.ts'
import { keyOf } from '../../trace/call-key.ts'
import { flatten } from '../../trace/tree.ts'
import { tensorType } from '../../types/tensor-type.ts'

/** A result, or what a run left in a place. */
export interface Part {
  readonly name: string
  /** Equal where all but sizes and elements of arrays is. */
  readonly form: string
  readonly arrays: readonly HostArray[]
}

/** What a run gave, or threw, and what it left in places. */
export interface Outcome {
  readonly thrown?: { readonly error: unknown }
  /** The result, which is undefined where it threw; then the places. */
  readonly parts: readonly Part[]
  /** Whether it drew random numbers. */
  readonly draws: boolean
}

/** What is looked at after a run, beside its result. */
export interface Watch {
  readonly name: string
  read(): unknown
}

interface RunOptions {
  readonly watches: () => readonly Watch[]
  readonly seed: number
  /** Whether its results are nobody else's, so that they are freed; a function may give what it keeps. */
  readonly givesOwn: boolean
}

/** Runs with the random numbers of a seed, and looks at what came of it. */
export async function outcomeOf(
  run: () => unknown,
  { watches, seed, givesOwn }: RunOptions,
): Promise<Outcome> {
  let draws = false
  const note = (value: unknown): unknown => {
    draws = reserve(0) > 0
    return value
  }
  let thrown: { readonly error: unknown } | undefined
  let value: unknown
  try {
    value = await withSeed(seed, () => {
      const given = run()
      return given instanceof Promise ? given.then(note) : note(given)
    })
  } catch (error) {
    thrown = { error }
  }
  const parts = [await partOf('the result', value, givesOwn)]
  for (const watch of watches()) parts.push(await partOf(watch.name, watch.read(), false))
  return { ...(thrown && { thrown }), parts, draws }
}

async function partOf(name: string, value: unknown, isOwn: boolean): Promise<Part> {
  const natives = new Set<unknown>()
  const { leaves, spec } = flatten(value, (native) => {
    const wrapped = wrapNative(native)
    if (wrapped !== undefined) natives.add(wrapped)
    return wrapped
  })
  const given = leaves as readonly NDArray[]
  const arrays = await Promise.all(given.map(hostOf))
  if (isOwn) for (const array of new Set(given)) if (!natives.has(array)) array.dispose()
  return { name, form: formOf(spec), arrays }
}

/** Equal for trees that differ in their arrays alone. */
export const formOf = (spec: TreeSpec): string =>
  keyOf(
    spec,
    Array.from({ length: countLeaves(spec) }, () => anyType),
  )
const anyType = tensorType('float32', [])

export async function hostOf(array: NDArray): Promise<HostArray> {
  const { dtype, shape } = array.type
  return { dtype, shape, data: (await array.data()).slice() as HostArray['data'] }
}

export const classOf = (error: unknown): string =>
  error instanceof Error ? error.name : typeof error === 'object' ? 'an object' : typeof error
