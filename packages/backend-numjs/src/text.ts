/** Lines of a program, indented by their nesting. */
export class Text {
  readonly #lines: string[] = []
  #depth: number

  constructor(depth = 0) {
    this.#depth = depth
  }

  line(text: string): void {
    this.#lines.push('  '.repeat(this.#depth) + text)
  }

  open(text: string): void {
    this.line(text === '' ? '{' : `${text} {`)
    this.#depth++
  }

  close(): void {
    this.#depth--
    this.line('}')
  }

  toString(): string {
    return this.#lines.join('\n')
  }
}
