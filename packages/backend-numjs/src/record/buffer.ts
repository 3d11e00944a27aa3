import { array, concat, type DType, full, type NDArray, reshape, slice, take, where } from '@tendril/core/fn'
import {
  countOf,
  express,
  flatView,
  isRowMajor,
  type Known,
  positions,
  sameView,
  toShape,
  type View,
} from './view.ts'

export type Elements = ArrayLike<number> & { [index: number]: number; slice(): Elements }

/** Whether elements are the same to the bit, zeros and NaN included. */
export function sameElements(a: Elements, b: Elements): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** What the trace knows of the memory that arrays share: each write makes a new value of it, which every view shows. */
export class TracedBuffer {
  readonly elements: Elements
  readonly dtype: DType
  /** The whole buffer. */
  #base: Known
  /** A part of it that was written last. */
  #top: Known | undefined
  /** The elements as the steps that were followed left them. */
  #seen: Elements
  #writes = 0

  constructor(elements: Elements, dtype: DType, base: Known, top?: Known) {
    this.elements = elements
    this.dtype = dtype
    this.#base = base
    this.#top = top
    this.#seen = elements.slice()
  }

  /** The same elements in other memory. */
  copy(elements: Elements): TracedBuffer {
    return new TracedBuffer(elements, this.dtype, this.#base, this.#top)
  }

  /** Whether somebody wrote to it by ways that are not followed. */
  get isStrange(): boolean {
    return !sameElements(this.elements, this.#seen)
  }

  /** The elements of a view; undefined where it reaches beyond the memory. */
  read(view: View): NDArray | undefined {
    if (countOf(view) === 0) return full(view.shape, 0, { dtype: this.dtype })
    if (this.#top !== undefined) {
      const value = express(this.#top, view)
      if (value !== undefined) return value
      this.#merge()
    }
    return express(this.#base, view)
  }

  /** How often it was written to. */
  get writes(): number {
    return this.#writes
  }

  /** To be called after the elements were written for real. */
  write(view: View, value: NDArray): void {
    this.#writes++
    this.#seen = this.elements.slice()
    if (countOf(view) === 0) return
    const known = { view, value: toShape(value, view.shape) }
    if (countOf(view) === this.elements.length) {
      this.#base = known
      this.#top = undefined
      return
    }
    if (this.#top !== undefined && !sameView(this.#top.view, view)) this.#merge()
    this.#top = known
  }

  /** The whole memory in one axis. */
  get whole(): NDArray {
    if (this.#top !== undefined) this.#merge()
    return express(this.#base, flatView(this.elements.length))!
  }

  #merge(): void {
    const { view, value } = this.#top!
    const length = this.elements.length
    const base = express(this.#base, flatView(length))!
    const places = positions(view)
    const [first] = places
    const isRun = places.every((at, i) => at === first! + i)
    const written = reshape(value, [places.length])
    const merged = isRun ? run(base, first!, written, length) : scattered(base, places, written, length)
    const { view: around } = this.#base
    this.#base = isRowMajor(around)
      ? { view: around, value: toShape(merged, around.shape) }
      : { view: flatView(length), value: merged }
    this.#top = undefined
  }
}

/** Elements side by side replaced. */
function run(base: NDArray, from: number, written: NDArray, length: number): NDArray {
  const end = from + written.shape[0]!
  return concat([
    ...(from > 0 ? [slice(base, [0], [from])] : []),
    written,
    ...(end < length ? [slice(base, [end], [length])] : []),
  ])
}

/** Elements anywhere replaced. */
function scattered(base: NDArray, places: Int32Array, written: NDArray, length: number): NDArray {
  const from = new Int32Array(length)
  const isWritten = Array.from({ length }, () => false)
  places.forEach((at, i) => {
    from[at] = i
    isWritten[at] = true
  })
  return where(array(isWritten), take(written, array(from), { axis: 0 }), base)
}
