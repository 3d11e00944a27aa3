/** Values by key, up to a limit: the one that was used longest ago gives way to a new one. */
export class Recent<K, V> {
  readonly #limit: number
  /** The one used last comes last. */
  readonly #values = new Map<K, V>()
  #last: K | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#values.size
  }

  /** The one used longest ago comes first. */
  get values(): readonly V[] {
    return [...this.#values.values()]
  }

  get(key: K): V | undefined {
    const value = this.#values.get(key)
    if (value !== undefined && key !== this.#last) this.#put(key, value)
    return value
  }

  /** The value that gave way. */
  set(key: K, value: V): V | undefined {
    this.#put(key, value)
    if (this.#values.size <= this.#limit) return undefined
    const [oldest] = this.#values.keys()
    const left = this.#values.get(oldest!)
    this.#values.delete(oldest!)
    return left
  }

  delete(key: K): void {
    this.#values.delete(key)
    if (key === this.#last) this.#last = undefined
  }

  clear(): void {
    this.#values.clear()
    this.#last = undefined
  }

  #put(key: K, value: V): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    this.#last = key
  }
}
