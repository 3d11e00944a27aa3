import * as td from '@tendril/core'
import { epsilon } from '@tendril/core/testing'

/** A line of code, and what stands after its `//`. */
export interface Example {
  readonly code: string
  readonly promised: string | undefined
}

/** The examples of a comment. */
export function examplesOf(text: string): readonly Example[] {
  return Array.from(text.matchAll(/@example[ \t]+(.*)/g), ([, line]) => {
    const [code, promised] = line!.split(/\s{2,}\/\/ /) as [string, string | undefined]
    return { code: code.trim(), promised: promised?.trim() }
  })
}

const names = Object.keys(td).filter((name) => name !== 'var' && name !== 'default')
const scope = names.map((name) => (td as Readonly<Record<string, unknown>>)[name])

type AsyncFunction = (...args: readonly unknown[]) => Promise<unknown>
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  ...args: string[]
) => AsyncFunction

/** What the last expression gives. */
export async function run(code: string, given: Readonly<Record<string, unknown>>): Promise<unknown> {
  const cut = lastStatement(code)
  const body = /^(const|let|class|for|if)\b/.test(code.slice(cut).trim())
    ? code
    : `${code.slice(0, cut)} return (${code.slice(cut)})`
  return new AsyncFunction('td', ...names, ...Object.keys(given), `{ ${body} }`)(
    td,
    ...scope,
    ...Object.values(given),
  )
}

/** Where the last statement begins: after the last `;` outside of brackets. */
function lastStatement(code: string): number {
  let depth = 0
  let cut = 0
  for (const [i, letter] of [...code].entries()) {
    if ('([{'.includes(letter)) depth++
    else if (')]}'.includes(letter)) depth--
    else if (letter === ';' && depth === 0 && code.slice(i + 1).trim() !== '') cut = i + 1
  }
  return cut
}

/** The value that a comment shows; undefined where it is prose. */
export async function valueOf(promised: string): Promise<{ readonly value: unknown } | undefined> {
  try {
    return { value: await run(promised, {}) }
  } catch {
    return undefined
  }
}

/** Arrays as nested lists, everything else as it is. */
async function plain(value: unknown): Promise<unknown> {
  if (value instanceof td.NDArray) {
    await value.data()
    return value.toArray()
  }
  if (value instanceof td.Variable) return plain(value.value)
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>)
  if (Array.isArray(value)) return Promise.all(value.map(plain))
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, item]) => [key, await plain(item)] as const),
    )
    return Object.fromEntries(entries)
  }
  return value
}

const largest = (value: unknown): number =>
  Array.isArray(value)
    ? Math.max(0, ...value.map(largest))
    : typeof value === 'object' && value !== null
      ? Math.max(0, ...Object.values(value).map(largest))
      : Number.isFinite(value)
        ? Math.abs(value as number)
        : 0

interface Allowed {
  /** 100 steps of the largest number, as in `expectClose`. */
  readonly off: number
  /** Whether 0 and -0 are told apart, as the table of docs/testing.md says. */
  readonly exactZeros: boolean
}

function close(a: unknown, b: unknown, allowed: Allowed): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') return String(a) === String(b)
  if (typeof a === 'number' && typeof b === 'number')
    return Object.is(a, b) || (a === b ? !allowed.exactZeros : Math.abs(a - b) <= allowed.off)
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => close(item, b[i], allowed))
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const keys = Object.keys(a)
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) =>
        close((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], allowed),
      )
    )
  }
  return Object.is(a, b)
}

/** How a result differs from what the comment shows; undefined where it does not. */
export async function difference(
  got: unknown,
  want: unknown,
  exactZeros: boolean,
): Promise<string | undefined> {
  const [a, b] = [await plain(got), await plain(want)]
  if (close(a, b, { off: 100 * epsilon.float32 * largest(b), exactZeros })) return undefined
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'bigint' || (typeof item === 'number' && !Number.isFinite(item))
        ? String(item)
        : Object.is(item, -0)
          ? '-0'
          : item,
    ) ?? String(value)
  return `gives ${text(a)}, not ${text(b)}`
}
