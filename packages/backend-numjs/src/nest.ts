import type { Access, Pace } from './access.ts'
import type { Lifts } from './lifts.ts'
import { range, type Size } from './sizes.ts'
import type { Text } from './text.ts'
import type { Value } from './values.ts'

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
  /** A value whose sizes the loops walk over. */
  readonly #whole: Value
  readonly #text: Text
  readonly #lifts: Lifts
  readonly #fresh: (prefix: string) => string
  /** Tells the sizes of these loops from those of others. */
  readonly #name: string
  readonly #places = new Map<string, Place>()

  constructor(
    groups: readonly Axes[],
    whole: Value,
    scope: {
      readonly text: Text
      readonly lifts: Lifts
      readonly fresh: (prefix: string) => string
      readonly loops: string
    },
  ) {
    this.groups = groups
    this.#whole = whole
    this.#text = scope.text
    this.#lifts = scope.lifts
    this.#fresh = scope.fresh
    this.#name = scope.loops
  }

  /** Adds accesses; reads that depend on none of the loops are made at once. */
  touch(touches: readonly Touch[]): void {
    const added = new Set<Place>()
    for (const touch of touches) {
      const { access, into } = touch
      const place = this.#places.get(access.key) ?? {
        access,
        index: access.offset === null ? null : this.#lifts.sized(access.offset),
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
      this.#text.open(`for (let ${i} = 0; ${i} < ${this.#sizeOf(group)}; ${i}++)`)
      this.#moveAll(group, i, active)
    }
  }

  /** Writes the innermost loop four elements at a time: sums of `lane` 0 to 3 do not wait for each other. */
  unrolled(group: Axes, active: (access: Access) => boolean, lane: (k: number) => void): void {
    const size = this.#sizeOf(group)
    const [i, end] = [this.#fresh('i'), this.#fresh('m')]
    const before = [...this.#places.values()].map((place) => ({
      place,
      index: place.index,
      reads: place.reads,
    }))
    const write = (k: number, at: string): void => {
      for (const { place, index, reads } of before) Object.assign(place, { index, reads })
      this.#moveAll(group, at, active)
      lane(k)
      this.#text.close()
    }
    this.#text.line(`const ${end} = ${size} - (${size} % 4)`)
    this.#text.open(`for (let ${i} = 0; ${i} < ${end}; ${i} += 4)`)
    for (let k = 0; k < 4; k++) {
      this.#text.open('')
      write(k, k === 0 ? i : `(${i} + ${k})`)
    }
    this.#text.close()
    this.#text.open(`for (let ${i} = ${end}; ${i} < ${size}; ${i}++)`)
    write(0, i)
  }

  /**
   * Writes the innermost loop block by block, with a loop for each of the `parts` in a block; each part reads the
   * elements whose names it needs.
   */
  blocks(
    group: Axes,
    active: (access: Access) => boolean,
    blockSize: number,
    needs: readonly ReadonlySet<string>[],
    part: (k: number, i: string) => void,
  ): void {
    const size = this.#sizeOf(group)
    const [from, count] = [this.#fresh('j'), this.#fresh('m')]
    const before = [...this.#places.values()].map((place) => ({
      place,
      index: place.index,
      reads: place.reads,
    }))
    this.#text.open(`for (let ${from} = 0; ${from} < ${size}; ${from} += ${blockSize})`)
    this.#text.line(`const ${count} = Math.min(${size} - ${from}, ${blockSize})`)
    needs.forEach((needed, k) => {
      const i = this.#fresh('i')
      this.#text.open(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`)
      for (const { place, index, reads } of before)
        Object.assign(place, { index, reads: reads.filter(({ into }) => needed.has(into!)) })
      this.#moveAll(group, `(${from} + ${i})`, active)
      part(k, i)
      this.#text.close()
    })
    this.#text.close()
  }

  #sizeOf({ first, last }: Axes): string {
    const axes = range(first, last + 1)
    return this.#lifts.sized({ kind: 'count', of: this.#whole, axes }, sizeSource(this.#name, axes))
  }

  #moveAll(group: Axes, i: string, active: (access: Access) => boolean): void {
    for (const place of this.#places.values()) if (active(place.access)) this.#move(place, group, i)
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
    const alone = step.unit && place.index === null && i.startsWith('(') ? i.slice(1, -1) : i
    const by = step.unit ? alone : `${i} * ${this.#stride(place.access, step.stride, group.last)}`
    const index = place.index === null ? by : `${place.index} + ${by}`
    if (this.#moves(place, this.groups.slice(this.groups.indexOf(group) + 1))) {
      place.index = this.#fresh('o')
      this.#text.line(`const ${place.index} = ${index}`)
    } else {
      place.index = index
      this.#read(place)
    }
  }

  /** The stride of a row-major array is the size of what lies behind the axis, which loops may have named already. */
  #stride({ key, steps, rowMajor }: Access, stride: Size, axis: number): string {
    const behind = range(axis + 1, steps.length).filter((later) => steps[later] !== null)
    const source = rowMajor ? sizeSource(this.#name, behind) : `${this.#name} ${key} ${axis}`
    return this.#lifts.sized(stride, source)
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

/** Tells the number of elements along some axes of some loops from other sizes. */
export const sizeSource = (loops: string, axes: readonly number[]): string => `${loops} size ${axes}`

const stepOf = ({ access }: Place, { last }: Axes): Pace => access.steps[last]!
