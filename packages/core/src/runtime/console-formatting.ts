import { containerRules, isValue } from '../interpreter.ts'

/** A piece of a page as consoles take it: its tag, its attributes, what is in it. */
type Markup = readonly [tag: string, attributes: { readonly style: string }, text: string]

/** What browsers ask for how to show a value; null leaves it to them. */
interface Formatter {
  header(value: unknown): Markup | null
  hasBody(value: unknown): boolean
  body(value: unknown): Markup | null
}

const style = 'font-family: monospace; white-space: pre'

const textOf = (value: unknown): string | undefined =>
  isValue(value) || containerRules()?.is(value) === true ? String(value) : undefined

const formatter: Formatter = {
  header(value) {
    const text = textOf(value)
    return text === undefined ? null : ['span', { style }, text.split('\n', 1)[0]!]
  },
  hasBody: (value) => textOf(value)?.includes('\n') === true,
  body(value) {
    const text = textOf(value)
    return text === undefined ? null : ['div', { style }, text.slice(text.indexOf('\n') + 1)]
  },
}

/**
 * Has the consoles of browsers show arrays and Containers as they print: `console.log(x)`.
 *
 * Browsers ask for it where "custom formatters" are on in the settings of their developer tools. Node needs no call.
 *
 * @source Chrome DevTools, custom object formatters
 * @example enableConsoleFormatting()   // undefined
 */
export function enableConsoleFormatting(): void {
  const page = globalThis as { devtoolsFormatters?: Formatter[] }
  page.devtoolsFormatters ??= []
  if (!page.devtoolsFormatters.includes(formatter)) page.devtoolsFormatters.push(formatter)
}
