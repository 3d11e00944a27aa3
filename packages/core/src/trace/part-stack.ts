import { unrecorded } from '../interpreter.ts'
import type { SlotSource } from '../ir/graph.ts'
import { deepestPart, type Part, partPath, pathOf } from '../ir/part.ts'

/** What a part of a model is called by the part around it. */
export interface PartName {
  readonly name: string
  /** Its class. */
  readonly kind: string
  /** What it calls a place that holds an array, its own or that of a part inside of it. */
  readonly names?: (place: object) => string | undefined
}

/** An object at work, and which part it is. */
interface AtWork {
  readonly object: object | undefined
  readonly part: Part | undefined
  /** The names of the outermost part that has names. */
  readonly names?: { readonly of: (place: object) => string | undefined; readonly within: Part }
}

/** Which part of a model is at work while a function is traced. */
export class PartStack {
  /** At first the object whose method is traced, which is no part of anything. */
  #at: AtWork
  readonly #calls = new Map<Part | undefined, Map<string, number>>()

  constructor(receiver: unknown) {
    this.#at = { object: Object(receiver) === receiver ? (receiver as object) : undefined, part: undefined }
  }

  get current(): Part | undefined {
    return this.#at.part
  }

  /** What is read of a place, with the way to it: as the outermost part has it, or by the key of the object that is at work. */
  placed(place: object, source: SlotSource): SlotSource {
    const { object = {}, part, names } = this.#at
    // Looking for it is no business of the trace.
    const path = unrecorded(() => {
      const own = names?.of(place)
      if (own !== undefined) return [partPath(names?.within), own]
      const [key = source.label] = Object.entries(object).find(([, held]) => held === place) ?? []
      return [partPath(part), key]
    })
    return { ...source, path: path.filter(Boolean).join('.') }
  }

  /** Runs a part; `nameIn` is given the object around it. What calls itself stays one part. */
  run<T>(object: object, nameIn: (around: object | undefined) => PartName, run: () => T): T {
    const outer = this.#at
    if (outer.object === object || pathOf(outer.part).length === deepestPart) return run()
    const { name, kind, names } = nameIn(outer.object)
    const part = Object.freeze({ name: this.#counted(name), kind, within: outer.part })
    const all = outer.names ?? (names && { of: names, within: part })
    this.#at = { object, part, ...(all && { names: all }) }
    try {
      return run()
    } finally {
      this.#at = outer
    }
  }

  /** The name with the number of the call, after the first one. */
  #counted(name: string): string {
    const { part } = this.#at
    const calls = this.#calls.get(part) ?? new Map<string, number>()
    this.#calls.set(part, calls)
    const count = (calls.get(name) ?? 0) + 1
    calls.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  }
}
