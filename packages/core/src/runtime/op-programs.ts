import type { OpDef } from '../op.ts'
import type { Runnable } from './program.ts'

/** One op compiled for one engine and one combination of types. */
interface Entry {
  readonly program: Runnable
}

type Generation<E> = Map<OpDef, Map<string | number, E>>

/** How many are kept of each of the two generations. */
export const mostOpPrograms = { ofGeneration: 8192 }

/**
 * The programs of single ops on one engine. Those that are not used while as many new ones come as there is room for are
 * freed: a call of one that is used tells of it at no cost.
 */
export class OpPrograms<E extends Entry> {
  #young: Generation<E> = new Map()
  #old: Generation<E> = new Map()
  #count = 0

  get(op: OpDef, key: string | number): E | undefined {
    return this.#young.get(op)?.get(key) ?? this.#revive(op, key)
  }

  set(op: OpDef, key: string | number, entry: E): void {
    if (this.#count >= mostOpPrograms.ofGeneration) this.#grow()
    this.#count++
    const ofOp = this.#young.get(op) ?? new Map<string | number, E>()
    this.#young.set(op, ofOp)
    ofOp.set(key, entry)
  }

  #revive(op: OpDef, key: string | number): E | undefined {
    const ofOp = this.#old.get(op)
    const entry = ofOp?.get(key)
    if (entry === undefined) return undefined
    ofOp!.delete(key)
    this.set(op, key, entry)
    return entry
  }

  #grow(): void {
    for (const ofOp of this.#old.values()) for (const { program } of ofOp.values()) program.dispose()
    this.#old = this.#young
    this.#young = new Map()
    this.#count = 0
  }
}
