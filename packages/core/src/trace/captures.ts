/** What the text of a function holds beside itself, by name. */
export class Captures {
  readonly #names = new Map<unknown, string>()
  #negativeZero: string | undefined
  readonly #values: unknown[] = []

  get count(): number {
    return this.#values.length
  }

  name(value: unknown): string {
    // A Map takes 0 and -0 for one.
    if (Object.is(value, -0)) return (this.#negativeZero ??= this.#add(value))
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const name = this.#add(value)
    this.#names.set(value, name)
    return name
  }

  #add(value: unknown): string {
    return `k${this.#values.push(value) - 1}`
  }

  /** What a text that returns a function gives. */
  bind<F>(text: string): F {
    const names = this.#values.map((_, i) => `k${i}`)
    return new Function(...names, text)(...this.#values) as F
  }
}
