import { type Places, reserve } from '../runtime/random-stream.ts'

/** The draws of one call: where in the stream each of them stands, as other calls may draw between two pieces. */
export class CallDraws {
  /** The first draw of each part, and its place. */
  readonly #parts: { readonly from: number; readonly place: number }[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The place of the first draw. */
  get first(): number {
    return this.#parts[0]!.place
  }

  get places(): Places {
    if (this.#parts.length <= 1) return this.#parts[0]?.place ?? 0
    return (draw) => {
      const { from, place } = this.#parts.findLast((part) => part.from <= draw)!
      return place + draw - from
    }
  }

  /** Takes places for all draws up to so many. */
  reserve(count: number): void {
    if (count <= this.#count) return
    const place = reserve(count - this.#count)
    const last = this.#parts.at(-1)
    if (last === undefined || last.place + this.#count - last.from !== place)
      this.#parts.push({ from: this.#count, place })
    this.#count = count
  }

  /** Notes the next draw, which was made elsewhere. */
  note(draw: number, place: number): void {
    this.#parts.push({ from: draw, place })
    this.#count = draw + 1
  }
}
