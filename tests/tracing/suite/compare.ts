import * as td from '@tendril/core'
import { stubRules } from '@tendril/core/testing'
import { expect } from 'vitest'

// Holds a traced function against the function itself, call by call: what it gives, what it throws, the state that it
// leaves, and where the random stream stands after it.

// Known calls are answered by text at once; on the reference without text, as where code from text is forbidden.
stubRules.after = 1

/** A function with a state of its own, which each side of a comparison has for itself. */
export interface Subject {
  readonly fn: (...args: never[]) => unknown
  /** What the calls leave behind. */
  readonly state?: () => unknown
  readonly options?: Readonly<Record<string, unknown>>
  /** What each call does before, such as giving a Variable another array. */
  readonly before?: (call: number) => void
}

export type Fn = (x: td.NDArray) => unknown
export type Make = () => Subject
/** Functions by what they do. */
export type Table = Readonly<Record<string, Fn | { readonly make: Make }>>

/** The arguments of one call, made anew for each side. */
export type Call = () => readonly unknown[]

export const withState = (make: Make): { readonly make: Make } => ({ make })

const float =
  (...elements: number[]): Call =>
  () => [td.array(elements)]
const shaped =
  (shape: number[], elements: number[]): Call =>
  () => [td.reshape(td.array(elements), shape)]
const typed =
  (data: Int32Array | Float64Array | BigInt64Array): Call =>
  () => [td.array(data)]

/** The first one is the one that is traced. */
export const inputs: readonly Call[] = [
  float(1, 2),
  float(-1, -2),
  float(0, 0),
  float(-0, -0),
  float(NaN, 1),
  float(3, -7),
  float(0.5, 0.25),
  float(1, 2, 3),
  float(5),
  float(),
  float(4, 0, -3, 9),
  float(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
  float(2, 2, 2, 2, 2, 2, 2, 2, 2),
  float(Infinity, -1),
  shaped([], [3]),
  shaped([], [-0]),
  shaped([2, 2], [1, 2, 3, 4]),
  shaped([1, 3], [-1, 2, -3]),
  shaped([0, 3], []),
  shaped([2, 0], []),
  typed(new Int32Array([1, 2])),
  typed(new Int32Array([-3, 4, 0])),
  typed(new Int32Array([])),
  () => [td.array([true, false])],
  () => [td.array([false])],
  typed(new Float64Array([0.1, -7])),
  typed(new BigInt64Array([3n, -4n])),
  float(1, 2),
]

/** What can be compared of a value: dtypes, sizes and the bits of elements. */
export function plain(value: unknown): unknown {
  if (value instanceof td.NDArray)
    return { dtype: value.dtype, shape: [...value.shape], data: [...value.dataSync()] }
  if (value instanceof td.Variable) return { variable: plain(value.value) }
  if (value instanceof td.Container) return { container: plain({ ...value }) }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

type Outcome = Readonly<Record<string, unknown>>

const thrown = (error: unknown): Outcome =>
  error instanceof Error ? { threw: error.constructor.name, message: error.message } : { threw: error }

/** A place of the stream that a call leaves shows how much it has drawn. */
const drawn = (): unknown => plain(td.random.uniform({ shape: [] }))

async function outcomeOf(fn: (...args: never[]) => unknown, args: readonly unknown[]): Promise<Outcome> {
  td.random.seed(5)
  try {
    const result = fn(...(args as never[]))
    const isLater = result instanceof Promise
    return { isLater, gives: plain(isLater ? await result : result), drawn: drawn() }
  } catch (error) {
    return { ...thrown(error), drawn: drawn() }
  }
}

export const possible = (call: Call): boolean => {
  try {
    call()
    return true
  } catch {
    return false
  }
}

interface Side {
  readonly subject: Subject
  readonly fn: (...args: never[]) => unknown
}

async function step({ subject, fn }: Side, call: Call, index: number): Promise<Outcome> {
  const args = call()
  subject.before?.(index)
  const outcome = await outcomeOf(fn, args)
  return { call: index, ...outcome, args: plain(args), state: plain(subject.state?.()) }
}

/** Each call by the function and by its graph: new, then known, then by the short way of what is known. */
export async function expectSame(make: Make, calls: readonly Call[], extra: object = {}): Promise<void> {
  const [own, traced] = [make(), make()]
  const before = plain(traced.state?.())
  const options = { ...traced.options, ...extra }
  let graph: (...args: never[]) => unknown
  try {
    graph = await (td.traceGraph(traced.fn, { ...options, args: calls[0]!() }) as never)
  } catch {
    // It throws for this call; so does the first comparison below.
    graph = td.traceGraph(traced.fn, options) as never
  }
  expect(plain(traced.state?.()), 'state after tracing').toEqual(before)
  const order = [...calls.keys(), ...[...calls.keys()].toReversed(), ...calls.keys()]
  for (const [at, index] of order.entries()) {
    const right = await step({ subject: own, fn: own.fn }, calls[index]!, at)
    expect(await step({ subject: traced, fn: graph }, calls[index]!, at)).toEqual(right)
  }
}
