import type { ConcreteType } from '@tendril/core/adapter'
import type { Fusion } from './gpu/fusion.ts'

/** Axes as they lie in memory: the i-th one in memory is axis `order[i]` of the value. */
export type Order = readonly number[]

/** Data of a running program. Its holders are counted while the program is written, so that it is freed at its last use. */
export interface Storage {
  /** A name that refers to the data. */
  readonly name: string
  /** `run`: made in each call; `program`: made when the program is bound; `caller`: an input or a constant. */
  readonly owner: 'run' | 'program' | 'caller'
  holders: number
}

/** A name of the program for an array of the engine. */
export class Info {
  readonly name: string
  readonly storage: Storage
  /** A number of the program that no element exceeds in size; below `safe`, so that none is NaN, or of no use. */
  bound: string | undefined
  constructor(name: string, storage: Storage, bound?: string) {
    this.name = name
    this.storage = storage
    this.bound = bound
  }
  toString(): string {
    return this.name
  }
}

/** Results as a caller may own them, each an array of its own; they hold on to what they are made of. */
export function handedOut(infos: readonly Info[]): readonly string[] {
  const handed = new Set<Storage>()
  return infos.map((info) => {
    const { storage } = info
    const isOwn = storage.owner === 'run' && !handed.has(storage)
    handed.add(storage)
    storage.holders++
    return isOwn ? info.name : `T.share(${info})`
  })
}

/** A product whose kernel can add a bias to it; the call is written when the next use is known. */
export interface Pending {
  /** Axis of the value along which a bias may lie, of a product that can add one. */
  readonly biasAxis?: number
  /** What the call computes, where it can be a part of the call after it. */
  readonly fusion?: Fusion
  readonly operands: readonly Storage[]
  /** Writes the call; the order is that in which the result lies in memory. */
  readonly write: (bias: Info | undefined) => Form
}

/** A number, of which an array is made where one is needed. */
export const numberOf = (bind: () => string): Pending => ({
  operands: [],
  write() {
    const name = bind()
    return { info: new Info(name, { name, owner: 'program', holders: 1 }), order: [] }
  },
})

/** A value's elements as they lie in memory. */
export interface Form {
  readonly info: Info
  readonly order: Order
}

/** A value of the graph: the same elements in one or more orders, or a call that is not written yet. */
export class Value {
  readonly type: ConcreteType
  readonly forms = new Map<string, Form>()
  pending: Pending | undefined
  /** A number that stands for itself: what programs call it, and how it is shown. */
  literal: { readonly text: string; readonly shown: string } | undefined

  constructor(type: ConcreteType) {
    this.type = type
  }

  get shape(): readonly number[] {
    return this.type.shape
  }
  get rank(): number {
    return this.type.shape.length
  }
  get size(): number {
    return this.type.shape.reduce((n, size) => n * size, 1)
  }
}

/** Below this bound neither elements nor their sums overflow. */
export const safe = '1e38'

export const plainOrder = (rank: number): Order => Array.from({ length: rank }, (_, axis) => axis)

/** Channels last: axis 1 behind the others. */
export const channelsLast = (rank: number): Order =>
  rank < 3 ? plainOrder(rank) : [0, ...plainOrder(rank).slice(2), 1]

export const isPlain = (order: Order): boolean => order.every((axis, i) => axis === i)

/** Whether both orders lay out the elements in the same sequence, as axes of one element do not matter. */
export function sameSequence(a: Order, b: Order, shape: readonly number[]): boolean {
  const real = (order: Order): readonly number[] => order.filter((axis) => shape[axis] !== 1)
  return String(real(a)) === String(real(b))
}
