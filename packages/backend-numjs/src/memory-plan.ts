import { arrayName } from './dtypes.ts'
import type { Stage } from './fuse.ts'
import type { Lifts } from './lifts.ts'
import { countIn, type Size } from './sizes.ts'
import type { Text } from './text.ts'
import { type Root, rootOf, type Value } from './values.ts'

/** Memory that several values use one after the other. */
interface Slot {
  readonly name: string
  readonly array: string
  users: { readonly name: string; readonly count: Size; readonly source: string | undefined }[]
}

/** Gives values that are no results their memory, made once when a program is bound and used again by plan. */
export class MemoryPlan {
  readonly #slots: Slot[] = []
  readonly #free: Slot[] = []
  readonly #owned = new Map<Value, Slot>()
  readonly #lastReads: readonly (readonly Root[])[]

  constructor(stages: readonly Stage[]) {
    const last = new Map<Root, number>()
    stages.forEach((stage, at) => {
      for (const value of readBy(stage)) last.set(value, at)
    })
    this.#lastReads = stages.map((_, at) => [...last].flatMap(([value, end]) => (end === at ? [value] : [])))
  }

  /** The memory of a value that is computed now; `source` tells where its size comes from. */
  take(value: Root, name: string, source?: string): void {
    const array = arrayName(value.dtype)
    const at = this.#free.findIndex((slot) => slot.array === array)
    const slot = at >= 0 ? this.#free.splice(at, 1)[0]! : this.#make(array)
    slot.users.push({ name, count: countIn(value), source })
    this.#owned.set(value, slot)
  }

  #make(array: string): Slot {
    const slot = { name: `t${this.#slots.length}`, array, users: [] }
    this.#slots.push(slot)
    return slot
  }

  /** Ends a stage: what it read last is free again. */
  end(at: number): void {
    for (const value of this.#lastReads[at]!) {
      const slot = this.#owned.get(value)
      if (slot !== undefined) this.#free.push(slot)
    }
  }

  write(setup: Text, lifts: Lifts): void {
    for (const { name, array, users } of this.#slots) {
      const most = lifts.sized({ kind: 'most', among: users.map(({ count }) => count) })
      setup.line(`const ${name} = ${roomText(array, name, most)}`)
      for (const user of users)
        setup.line(`const ${user.name} = ${name}.subarray(0, ${lifts.sized(user.count, user.source)})`)
    }
  }
}

/** Memory that no run leaves anything in. */
export const roomText = (array: string, name: string, count: string): string =>
  `room('${array}', '${name}', ${count})`

function readBy(stage: Stage): Root[] {
  const args =
    stage.kind === 'call'
      ? stage.args
      : [
          ...stage.body.flatMap((value) => value.args),
          ...stage.reductions.map(({ of }) => of),
          ...stage.epilogue.flatMap((value) => value.args),
        ]
  const own = stage.kind === 'call' ? stage.results : [...stage.body, ...stage.reductions, ...stage.epilogue]
  // A value that nothing reads is free at the end of its own stage.
  return [...args.flatMap((arg) => (arg.kind === 'literal' ? [] : [rootOf(arg)])), ...own]
}
