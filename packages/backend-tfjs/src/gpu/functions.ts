import { exponentials } from './functions/exponentials.ts'
import { numbers } from './functions/numbers.ts'
import { powers } from './functions/powers.ts'
import { trigonometry } from './functions/trigonometry.ts'

/**
 * Functions that shaders call, in the dialect of `dialect.ts`.
 *
 * The built-in ones of GPUs may be off by thousands of units in the last place, and may pass over NaN.
 */
const all: ReadonlyMap<string, string> = new Map(
  [...numbers, ...exponentials, ...trigonometry, ...powers].map((text) => [
    /fn (\w+)/.exec(text)![1]!,
    text.trim(),
  ]),
)

const calls = /\b(\w+)\(/g

/** The text after all functions that it calls, each after those that it calls itself. */
export function withFunctions(text: string): string {
  const used = new Set<string>()
  const visit = (of: string): void => {
    for (const [, name] of of.matchAll(calls)) {
      const body = all.get(name!)
      if (body === undefined || used.has(body) || body === of) continue
      visit(body)
      used.add(body)
    }
  }
  visit(text)
  return [...used, text].join('\n')
}
