import type { TraceHost } from '@tendril/core/adapter'
import { type DType, full, type NDArray } from '@tendril/core/fn'
import type { NumjsArray } from '../numjs-api.ts'
import { type Elements, sameElements, TracedBuffer } from './buffer.ts'
import type { NdArrayClass } from './copies.ts'
import { countOf, flatView, type Known, viewOf } from './view.ts'

/** Memory outside of functions that a trace saw them write to; the next trace takes it as state from the begin. */
const written = new WeakSet<object>()

/** What memory held before the trace that runs now wrote to it; what it reads is computed of that. */
const before = new WeakMap<Elements, Elements>()

/** What arrays from outside held in the run before, where the function runs once more for the same trace. */
let runBefore: ReadonlyMap<Elements, Elements> | undefined

export const elementsOf = ({ selection }: NumjsArray): Elements => selection.data as unknown as Elements

export const classOf = (array: NumjsArray): NdArrayClass => array.constructor as unknown as NdArrayClass

/** A plain Array of numbers is the default memory of numjs, and counts as float64. */
export function dtypeOf({ dtype }: NumjsArray): DType {
  if (dtype === 'array') return 'float64'
  return dtype === 'uint8_clamped' ? 'uint8' : dtype
}

/** The memory that the arrays of one trace share. */
export class Memory {
  readonly #host: TraceHost
  readonly #traced = new Map<Elements, TracedBuffer>()
  /** Made by the function itself. */
  readonly #own = new WeakSet<Elements>()
  readonly #constants = new WeakMap<
    object,
    { readonly data: readonly (number | bigint)[]; readonly value: NDArray }
  >()
  /** What memory outside of the function held before it was written to. */
  readonly #before = new Map<Elements, Elements>()
  readonly #states = new Map<Elements, NumjsArray>()
  /** What arrays from outside hold that the function looks at. */
  readonly #watched = new Map<Elements, Elements>()
  readonly #watchedBefore: ReadonlyMap<Elements, Elements> | undefined
  #foundState = false

  constructor(host: TraceHost) {
    this.#host = host
    this.#watchedBefore = runBefore
    runBefore = undefined
  }

  /** Whether another run shows more: what is written to, and whether what is found outside stays as it is. */
  get isUnsettled(): boolean {
    if (!this.#foundState && this.#watched.size === 0) return false
    runBefore = this.#watched
    return true
  }

  /** Notes what an array from outside holds: the trace serves as long as it does. False where each run finds more. */
  watch(array: NumjsArray): boolean {
    const elements = elementsOf(array)
    if (this.#own.has(elements) || this.#traced.has(elements) || this.#watched.has(elements)) return true
    const seen = elements.slice()
    this.#watched.set(elements, seen)
    if (this.#watchedBefore === undefined) return true
    const earlier = this.#watchedBefore.get(elements)
    // What the run before did not find the function makes itself, and anew at each run.
    if (earlier === undefined) return true
    this.#host.guard(elements, 'elements', () => sameElements(elements, seen))
    return sameElements(earlier, seen)
  }

  /** The memory of an array whose elements are known only when the graph runs. */
  traced(array: NumjsArray): TracedBuffer | undefined {
    const elements = elementsOf(array)
    const known = this.#traced.get(elements)
    if (known !== undefined || !written.has(elements) || this.#own.has(elements)) return known
    return this.#state(array, elements)
  }

  /** Takes the memory of a new array as what this value says; around it lie the elements of the array it was copied from. */
  define(array: NumjsArray, value: NDArray, from?: TracedBuffer): void {
    const elements = elementsOf(array)
    const view = viewOf(array.selection)
    this.#own.add(elements)
    const isWhole = countOf(view) === elements.length
    const buffer =
      from !== undefined && from.elements.length === elements.length
        ? from.copy(elements)
        : new TracedBuffer(elements, dtypeOf(array), isWhole ? { view, value } : this.#asIs(array, elements))
    buffer.write(view, value)
    this.#traced.set(elements, buffer)
  }

  copy(from: NumjsArray, to: NumjsArray): void {
    this.own(to)
    this.#traced.set(elementsOf(to), this.traced(from)!.copy(elementsOf(to)))
  }

  own(array: NumjsArray): void {
    this.#own.add(elementsOf(array))
  }

  /** To be called before a write, from which on the memory is traced; undefined for memory of no concern. */
  prepare(array: NumjsArray, isTraced: boolean): TracedBuffer | undefined {
    const elements = elementsOf(array)
    const known = this.traced(array)
    if (known !== undefined) {
      if (!this.#own.has(elements)) this.#keep(elements)
      return known
    }
    if (!this.#own.has(elements)) {
      this.#keep(elements)
      written.add(elements)
      this.#foundState = true
    } else if (!isTraced) return undefined
    const buffer = new TracedBuffer(elements, dtypeOf(array), this.#asIs(array, elements))
    this.#traced.set(elements, buffer)
    return buffer
  }

  /** The elements of an array that does not depend on the arguments. */
  constant(array: NumjsArray): NDArray {
    const value = this.#host.wrap(array) as NDArray
    const data = Array.from(value.dataSync() as ArrayLike<number | bigint>)
    const isSame = (one: number | bigint, i: number): boolean => Object.is(one, data[i])
    const known = this.#constants.get(array.selection)
    // The function may have changed it since.
    if (known?.data.length === data.length && known.data.every(isSame)) return known.value
    const [fill] = data
    const isFilled = data.length > 1 && data.every((one) => Object.is(one, fill))
    const constant = isFilled ? full(array.shape, fill!, { dtype: dtypeOf(array) }) : value
    this.#constants.set(array.selection, { data, value: constant })
    return constant
  }

  /** Whether memory was written to by ways that are not followed. */
  get isStrange(): boolean {
    return [...this.#traced.values()].some((buffer) => buffer.isStrange)
  }

  /** Gives memory outside of the function what the trace left in it, at each call. */
  writeBack(): void {
    for (const [elements, array] of this.#states) {
      if (!this.#before.has(elements)) continue
      const sink = (value: unknown): void => {
        const { selection } = this.#host.unwrap(value as NDArray, array) as NumjsArray
        for (let i = 0; i < elements.length; i++) elements[i] = selection.data[i]!
      }
      this.#host.write(elements, this.#traced.get(elements)!.whole, sink, 'nj.NdArray')
    }
  }

  /** Puts back what the function wrote to memory outside of it. */
  restore(): void {
    for (const [elements, held] of this.#before) {
      before.delete(elements)
      for (let i = 0; i < elements.length; i++) elements[i] = held[i]!
    }
  }

  #keep(elements: Elements): void {
    if (this.#before.has(elements)) return
    const held = elements.slice()
    this.#before.set(elements, held)
    before.set(elements, held)
  }

  #state(array: NumjsArray, elements: Elements): TracedBuffer {
    let held: { readonly seen: Elements; readonly value: NDArray } | undefined
    const read = (): NDArray => {
      const now = before.get(elements) ?? elements
      // The same array as long as the elements are the same, so that what engines made of it serves again.
      if (held === undefined || !sameElements(held.seen, now))
        held = { seen: now.slice(), value: this.#wrap(array, now) }
      return held.value
    }
    const value = this.#host.slot(elements, read, 'nj.NdArray') as NDArray
    const buffer = new TracedBuffer(elements, dtypeOf(array), { view: flatView(elements.length), value })
    this.#traced.set(elements, buffer)
    this.#states.set(elements, array)
    return buffer
  }

  #asIs(array: NumjsArray, elements: Elements): Known {
    return { view: flatView(elements.length), value: this.#wrap(array, elements) }
  }

  #wrap(array: NumjsArray, elements: Elements): NDArray {
    const flat = new (classOf(array))(elements.slice(), [elements.length])
    return this.#host.wrap(flat) as NDArray
  }
}
