/** An array that is written with its dtype. */
export interface TypedValue {
  readonly dtype: 'bool' | 'int32'
  readonly data: CaseValue
}

/** What stands in a call: numbers, truth values, names, lists, options, typed arrays. */
export type CaseValue =
  | number
  | boolean
  | string
  | null
  | TypedValue
  | readonly CaseValue[]
  | { readonly [option: string]: CaseValue }

/** One line of `special-cases.txt`. */
export interface SpecialCase {
  readonly text: string
  readonly fn: string
  readonly args: readonly CaseValue[]
  /** Undefined where the call is refused. */
  readonly want: CaseValue | undefined
  /** Of results whose shape their elements do not tell. */
  readonly shape: readonly number[] | undefined
}

const words: Readonly<Record<string, CaseValue>> = {
  nan: NaN,
  inf: Infinity,
  '-inf': -Infinity,
  pi: Math.PI,
  'pi/2': Math.PI / 2,
  'pi/4': Math.PI / 4,
  '3pi/4': (3 * Math.PI) / 4,
  '-pi': -Math.PI,
  '-pi/2': -Math.PI / 2,
  '-pi/4': -Math.PI / 4,
  '-3pi/4': (-3 * Math.PI) / 4,
  true: true,
  false: false,
  null: null,
}

const token = /\s*([\w./-]+|'[^']*'|[()[\]{},:=])/y

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  #peek(): string {
    token.lastIndex = this.#at
    return token.exec(this.#text)?.[1] ?? ''
  }

  take(): string {
    token.lastIndex = this.#at
    const found = token.exec(this.#text)
    if (found === null) throw new Error(`${this.#text}: nothing to read at ${this.#at}`)
    this.#at = token.lastIndex
    return found[1]!
  }

  skip(mark: string): boolean {
    const isThere = this.#peek() === mark
    if (isThere) this.take()
    return isThere
  }

  expect(mark: string): void {
    if (!this.skip(mark)) throw new Error(`${this.#text}: ${mark} is missing`)
  }

  list(end: string): readonly CaseValue[] {
    const items: CaseValue[] = []
    while (!this.skip(end)) {
      items.push(this.value())
      this.skip(',')
    }
    return items
  }

  value(): CaseValue {
    if (this.skip('[')) return this.list(']')
    if (this.skip('{')) return this.#options()
    const word = this.take()
    if (word === 'int') return { dtype: 'int32', data: this.value() }
    if (word === 'bool') return { dtype: 'bool', data: this.value() }
    if (word.startsWith("'")) return word.slice(1, -1)
    const known = words[word]
    if (known !== undefined) return known
    const number = Number(word)
    if (Number.isNaN(number)) throw new Error(`${this.#text}: ${word} is no value`)
    return number
  }

  #options(): CaseValue {
    const entries: [string, CaseValue][] = []
    while (!this.skip('}')) {
      const name = this.take()
      this.expect(':')
      entries.push([name, this.value()])
      this.skip(',')
    }
    return Object.fromEntries(entries)
  }
}

function readCase(text: string): SpecialCase {
  const reader = new Reader(text)
  const fn = reader.take()
  reader.expect('(')
  const args = reader.list(')')
  reader.expect('=')
  const want = reader.skip('refused') ? undefined : reader.value()
  const shape = reader.skip('of') ? (reader.value() as readonly number[]) : undefined
  return { text, fn, args, want, shape }
}

/** The cases of a text, one a line; lines that begin with # are remarks. */
export const readCases = (text: string): readonly SpecialCase[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readCase)
