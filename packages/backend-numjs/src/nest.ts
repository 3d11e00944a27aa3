import type { Access } from './access.ts'
import type { Lifts } from './lifts.ts'
import type { Text } from './text.ts'
import type { Step } from './values.ts'

/** Neighbouring axes that are walked as one. */
export interface Axes {
  readonly first: number
  readonly last: number
  /** Whether the axes are gathered. */
  readonly over: boolean
}

/** Joins neighbouring axes where every access allows it and both are gathered, or none. */
export function joinAxes(over: readonly boolean[], accesses: readonly Access[]): Axes[] {
  const joined: Axes[] = []
  over.forEach((gathered, axis) => {
    const before = joined.at(-1)
    if (before?.over === gathered && accesses.every(({ joins }) => joins[axis - 1])) {
      joined[joined.length - 1] = { ...before, last: axis }
    } else joined.push({ first: axis, last: axis, over: gathered })
  })
  return joined
}

/** An element that loops read or write. */
export interface Touch {
  readonly array: string
  readonly access: Access
  /** Set for a read: the name that receives the element. */
  readonly into?: string
}

/** Where an access stands in the loops that are open. */
interface Place {
  readonly access: Access
  /** The index so far; null for 0. */
  index: string | null
  reads: Touch[]
}

/** Opens loops over groups of axes and keeps the places of all accesses. */
export class Nest {
  readonly groups: readonly Axes[]
  readonly #shape: readonly number[]
  readonly #text: Text
  readonly #lifts: Lifts
  readonly #fresh: (prefix: string) => string
  /** Tells the sizes of these loops from those of others. */
  readonly #name: string
  readonly #places = new Map<string, Place>()

  constructor(
    groups: readonly Axes[],
    shape: readonly number[],
    scope: { readonly text: Text; readonly lifts: Lifts; readonly fresh: (prefix: string) => string },
  ) {
    this.groups = groups
    this.#shape = shape
    this.#text = scope.text
    this.#lifts = scope.lifts
    this.#fresh = scope.fresh
    this.#name = scope.fresh('loops')
  }

  /** Adds accesses; reads that depend on none of the loops are made at once. */
  touch(touches: readonly Touch[]): void {
    const added = new Set<Place>()
    for (const touch of touches) {
      const { access, into } = touch
      const place = this.#places.get(access.key) ?? {
        access,
        index: access.offset === null ? null : this.#lifts.size(access.offset),
        reads: [],
      }
      this.#places.set(access.key, place)
      added.add(place)
      if (into !== undefined) place.reads.push(touch)
    }
    for (const place of added) if (!this.#moves(place, this.groups)) this.#read(place)
  }

  /** Opens a loop over each group; of the accesses, those move that `active` tells. */
  open(groups: readonly Axes[], active: (access: Access) => boolean): void {
    for (const group of groups) {
      const i = this.#fresh('i')
      const sizes = this.#shape.slice(group.first, group.last + 1)
      const size = this.#lifts.size(
        sizes.reduce((n, one) => n * one, 1),
        `${this.#name} ${group.first}-${group.last}`,
      )
      this.#text.open(`for (let ${i} = 0; ${i} < ${size}; ${i}++)`)
      for (const place of this.#places.values()) if (active(place.access)) this.#move(place, group, i)
    }
  }

  close(groups: readonly Axes[]): void {
    for (const _ of groups) this.#text.close()
  }

  /** The place of an access inside all of its loops. */
  index(access: Access): string {
    return this.#places.get(access.key)!.index ?? '0'
  }

  #move(place: Place, group: Axes, i: string): void {
    const step = stepOf(place, group)
    if (step === null) return
    const stride = (): string =>
      this.#lifts.size(step.stride, `${this.#name} ${place.access.key} ${group.last}`)
    const by = step.unit ? i : `${i} * ${stride()}`
    const index = place.index === null ? by : `${place.index} + ${by}`
    if (this.#moves(place, this.groups.slice(this.groups.indexOf(group) + 1))) {
      place.index = this.#fresh('o')
      this.#text.line(`const ${place.index} = ${index}`)
    } else {
      place.index = index
      this.#read(place)
    }
  }

  #moves(place: Place, groups: readonly Axes[]): boolean {
    return groups.some((group) => stepOf(place, group) !== null)
  }

  #read(place: Place): void {
    for (const { array, into } of place.reads)
      this.#text.line(`const ${into} = ${array}[${place.index ?? '0'}]`)
    place.reads = []
  }
}

const stepOf = ({ access }: Place, { last }: Axes): Step => access.steps[last]!
