import { FormatError, show } from '../errors.ts'

const deepest = 256

/** A value of a JSON file with the path that leads to it; every look at it is checked. */
export class JsonReader {
  readonly value: unknown
  readonly path: string
  readonly #depth: number

  constructor(value: unknown, path = '$', depth = 0) {
    this.value = value
    this.path = path
    this.#depth = depth
    if (depth > deepest) this.fail(`more than ${deepest} levels`)
  }

  fail(because: string): never {
    throw new FormatError({ format: 'graph JSON', because, where: this.path })
  }

  #expected(what: string): never {
    return this.fail(`expected ${what}, not ${show(this.value)}`)
  }

  get isList(): boolean {
    return Array.isArray(this.value)
  }

  get isRecord(): boolean {
    return typeof this.value === 'object' && this.value !== null && !this.isList
  }

  /** The items of a list. */
  items(): readonly JsonReader[] {
    if (!Array.isArray(this.value)) return this.#expected('a list')
    return this.value.map((item, i) => new JsonReader(item, `${this.path}[${i}]`, this.#depth + 1))
  }

  /** The fields of a record that has exactly these, and perhaps some of the others. */
  fields<const N extends string, const O extends string = never>(
    names: readonly N[],
    others: readonly O[] = [],
  ): { readonly [K in N]: JsonReader } & { readonly [K in O]: JsonReader | undefined } {
    const entries = this.entries()
    const known = new Set<string>([...names, ...others])
    for (const [name, field] of entries) if (!known.has(name)) field.fail('there is no such field')
    const missing = names.find((name) => !entries.has(name))
    if (missing !== undefined) this.fail(`the field '${missing}' is missing`)
    return Object.fromEntries(entries) as never
  }

  /** All fields of a record. */
  entries(): ReadonlyMap<string, JsonReader> {
    if (!this.isRecord) return this.#expected('a record')
    const record = this.value as Record<string, unknown>
    return new Map(
      Object.keys(record).map((key) => [
        key,
        new JsonReader(record[key], `${this.path}.${key.slice(0, 60)}`, this.#depth + 1),
      ]),
    )
  }

  has(name: string): boolean {
    return this.isRecord && Object.hasOwn(this.value as object, name)
  }

  string(): string {
    return typeof this.value === 'string' ? this.value : this.#expected('a text')
  }

  /** An integer of [least, most]. */
  integer(least: number, most = Number.MAX_SAFE_INTEGER): number {
    const { value } = this
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
      return this.#expected(`an integer of [${least}, ${most}]`)
    return value
  }
}
