import { FormatError, show } from '../errors.ts'

const blanks = /(?:[ \t\r\n]+|\/\/[^\n]*)*/y
const deepest = 64

/** Reads a text from left to right, skipping blanks and comments; every pattern is sticky and linear. */
export class Scanner {
  readonly #text: string
  readonly #format: string
  #at = 0
  /** Where what was read last ends, which is the line that a failure is about. */
  #end = 0
  #depth = 0

  constructor(text: string, format: string) {
    this.#text = text
    this.#format = format
    this.#skip()
  }

  #skip(): void {
    blanks.lastIndex = this.#at
    blanks.exec(this.#text)
    this.#at = blanks.lastIndex
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** What comes next if it matches, without the blanks after it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at = this.#end = pattern.lastIndex
    this.#skip()
    return match[0]
  }

  /** What comes next if it matches; it is not read. */
  peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }

  peeks(sign: string): boolean {
    return this.#text.startsWith(sign, this.#at)
  }

  /** Whether the sign comes next; it is read then. */
  takes(sign: string): boolean {
    if (!this.peeks(sign)) return false
    this.#at += sign.length
    this.#end = this.#at
    this.#skip()
    return true
  }

  expect(sign: string): void {
    if (!this.takes(sign)) this.fail(`expected '${sign}' before ${this.#next()}`)
  }

  need(pattern: RegExp, what: string): string {
    return this.take(pattern) ?? this.fail(`expected ${what} before ${this.#next()}`)
  }

  /** Items between signs, separated by commas; nested at most 64 deep. */
  items(open: string, close: string, read: () => void): void {
    this.expect(open)
    if (++this.#depth > deepest) this.fail(`more than ${deepest} nested brackets`)
    if (!this.takes(close)) {
      do read()
      while (this.takes(','))
      this.expect(close)
    }
    this.#depth--
  }

  #next(): string {
    return this.atEnd ? 'the end' : show(this.#text.slice(this.#at, this.#at + 24).split('\n')[0]!)
  }

  fail(because: string): never {
    const line = this.#text.slice(0, this.#end).split('\n').length
    throw new FormatError({ format: this.#format, because, where: `line ${line}` })
  }

  /** Runs checks of ops and types; what they throw is a failure of this text. */
  checking<T>(check: () => T, subject = ''): T {
    try {
      return check()
    } catch (error) {
      return this.fail(`${subject}${error instanceof Error ? error.message.split('\n')[0]! : String(error)}`)
    }
  }
}
