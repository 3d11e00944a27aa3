import { isPlain, within } from './container-entries.ts'
import { state, type StateAccess, type Stateful } from './state-protocol.ts'

/** Key of the object that holds the entries of a Container. Views of Modules, which only look like one, have none. */
export const raw = Symbol('entries')

/** A nested dictionary as `toJSON` and `state` give it. */
export type Entries = Record<string, unknown>

interface Nested extends Stateful {
  readonly [raw]: object | undefined
}

/** What tells Containers, and sets their entries. */
interface Looks<C extends Nested> {
  is(this: void, value: unknown): value is C
  put(this: void, target: object, key: string, value: unknown): void
}

/** The Container that nested entries were read from, so that putting them back finds it. */
const homes = new WeakMap<Entries, object>()

/** The entries of a Container as plain objects; nested Containers stay the same objects. */
export class ContainerState<C extends Nested> implements StateAccess<Entries> {
  readonly #container: C
  readonly #looks: Looks<C>

  constructor(container: C, looks: Looks<C>) {
    this.#container = container
    this.#looks = looks
  }

  get(): Entries {
    return this.#entriesOf(this.#container, [], [])
  }

  set(entries: Entries): void {
    this.#replace(this.#container, entries)
  }

  #entriesOf(container: C, path: readonly string[], above: readonly unknown[]): Entries {
    const target = container[raw]
    const levels = within(container, path, above)
    // What only looks like a Container says itself what it holds.
    const entries =
      target === undefined
        ? (container[state]().get() as Entries)
        : Object.fromEntries(
            Object.entries(target).map(([key, value]: [string, unknown]) => [
              key,
              this.#looks.is(value) ? this.#entriesOf(value, [...path, key], levels) : value,
            ]),
          )
    homes.set(entries, container)
    return entries
  }

  #replace(container: C, entries: Entries): void {
    const target = container[raw] as Entries | undefined
    if (target === undefined) return container[state]().set(entries)
    const before: Entries = { ...target }
    for (const key of Object.keys(target)) if (!Object.hasOwn(entries, key)) delete target[key]
    const keys = Object.keys(entries)
    // The order of entries is theirs too.
    if (Object.keys(target).some((key, i) => key !== keys[i])) for (const key of keys) delete target[key]
    for (const [key, value] of Object.entries(entries)) {
      const old: unknown = before[key]
      const home = isPlain(value) ? (homes.get(value) ?? (this.#looks.is(old) ? old : undefined)) : undefined
      if (home !== undefined) this.#replace(home as C, value as Entries)
      this.#looks.put(target, key, home ?? value)
    }
  }
}
