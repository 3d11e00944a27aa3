import type { Executable, Run } from './backend.ts'

/** A loaded program, and how many bound ones share it. */
export interface Loaded {
  readonly key: string
  readonly executable: Executable<unknown>
  holders: number
}

/** The programs of an engine that are in use, by their text; the last holder of one who lets go frees it. */
export class LoadedPrograms {
  /** How many were loaded so far. */
  built = 0
  readonly #byKey = new Map<string, Loaded>()

  get size(): number {
    return this.#byKey.size
  }

  /** The program with this text, loaded when it is new; whoever calls this calls `release` later. */
  hold(key: string, load: () => Executable<unknown>): Loaded {
    const known = this.#byKey.get(key)
    if (known !== undefined) {
      known.holders++
      return known
    }
    const loaded = { key, executable: load(), holders: 1 }
    this.built++
    this.#byKey.set(key, loaded)
    return loaded
  }

  release(loaded: Loaded): void {
    loaded.holders--
    if (loaded.holders > 0) return
    this.#byKey.delete(loaded.key)
    loaded.executable.dispose?.()
  }
}

/** What ends a bound program, once. It knows nothing of who runs it, so that the collector can take them. */
export function endOf(programs: LoadedPrograms, loaded: Loaded, run: Run<unknown>): () => void {
  let ended = false
  return () => {
    if (ended) return
    ended = true
    run.dispose?.()
    programs.release(loaded)
  }
}
