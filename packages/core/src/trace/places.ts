import { StateError } from '../errors.ts'
import type { Slot, SlotSource, Var } from '../ir/graph.ts'
import type { NDArray } from '../runtime/nd-array.ts'

/** Where a value that the function wrote goes after each call. */
export interface Write {
  readonly label: string
  /** The place itself, so that the last write to it wins. */
  readonly place: object
  readonly value: NDArray
  readonly sink: (value: NDArray) => void
}

/** What of an owner is read: a field, or a question such as which keys it has. */
interface Place {
  readonly owner: object
  readonly key: string | symbol
}

/** A place outside of the arguments that holds an array. */
export type PlacedSlot = Slot & Place

/** A value that the function read from outside its arguments and that is not an array: the trace holds while it is the same. */
export interface PlacedGuard extends Place {
  read(): unknown
  readonly value: unknown
}

/** The places outside of its arguments that a traced function reads and writes. */
export class Places {
  readonly slots: PlacedSlot[] = []
  readonly guards: PlacedGuard[] = []
  readonly writes = new Map<object, Write>()
  /** Set when an async function waits for the first time: from then on others may change places between its steps. */
  isWaiting = false
  /** Whether a place was read or written then. */
  isLate = false
  readonly #slotOf = new Map<object, Map<string | symbol, Var>>()
  readonly #guarded = new Map<object, Set<string | symbol>>()
  readonly #labels = new Map<object, Map<string | symbol, string>>()
  readonly #used = new Set<string>()

  /** The value of a place, `make` when it is met first. */
  slot(owner: object, key: string | symbol, source: SlotSource, make: () => Var): Var {
    this.isLate ||= this.isWaiting
    const known = this.#slotOf.get(owner)?.get(key)
    if (known !== undefined) return known
    const label = this.#label(source.label, owner, key)
    const placed = { out: make(), source: { ...source, label }, owner, key }
    this.#addSlot(placed)
    return placed.out
  }

  /** Notes a value that is not an array. */
  guard(guard: PlacedGuard): void {
    this.isLate ||= this.isWaiting
    const { owner, key } = guard
    const ofOwner = this.#guarded.get(owner) ?? new Set<string | symbol>()
    this.#guarded.set(owner, ofOwner)
    if (ofOwner.has(key)) return
    ofOwner.add(key)
    this.guards.push(guard)
  }

  /**
   * Notes a write, which is made when the graph is called; `inside` tells of which graph inside of a node it is.
   *
   * @throws StateError where a graph cannot make it
   */
  write(write: Write, inside: string | undefined): void {
    if (inside !== undefined)
      throw new StateError({
        className: write.label,
        because: `it is given a value in ${inside}, and a graph writes to places outside once, after the call`,
        instead: 'Carry the value through the loop, or return it from the branch, and assign it after that',
      })
    const label = this.#label(write.label, write.place, '')
    this.writes.set(write.place, { ...write, label })
  }

  /** Takes what an earlier run of the function met here. */
  adopt(slots: readonly PlacedSlot[], guards: readonly PlacedGuard[]): void {
    for (const slot of slots) {
      this.#addSlot(slot)
      this.#labelsOf(slot.owner).set(slot.key, slot.source.label)
      this.#used.add(slot.source.label)
    }
    for (const guard of guards) this.guard(guard)
  }

  #addSlot(slot: PlacedSlot): void {
    this.slots.push(slot)
    const ofOwner = this.#slotOf.get(slot.owner) ?? new Map<string | symbol, Var>()
    this.#slotOf.set(slot.owner, ofOwner)
    ofOwner.set(slot.key, slot.out)
  }

  /** A name for a place that no other place of the trace has, so that files tell them apart. */
  #label(name: string, owner: object, key: string | symbol): string {
    const ofOwner = this.#labelsOf(owner)
    const known = ofOwner.get(key)
    if (known !== undefined) return known
    let label = name
    for (let count = 2; this.#used.has(label); count++) label = `${name} (${count})`
    this.#used.add(label)
    ofOwner.set(key, label)
    return label
  }

  #labelsOf(owner: object): Map<string | symbol, string> {
    const known = this.#labels.get(owner) ?? new Map<string | symbol, string>()
    this.#labels.set(owner, known)
    return known
  }
}
