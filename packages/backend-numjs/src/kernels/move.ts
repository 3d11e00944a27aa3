import type { Cells } from './elements.ts'

interface Copied extends Cells {
  subarray(from: number, to: number): Copied
  set(from: Copied, at: number): void
  fill(value: unknown): void
}

/** Copies rows of `width` elements to their place in rows of `rowLength`. */
export function concat(
  x: Copied,
  out: Copied,
  rows: number,
  width: number,
  rowLength: number,
  offset: number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * width
    const to = row * rowLength + offset
    if (width > 64) out.set(x.subarray(from, from + width), to)
    else for (let i = 0; i < width; i++) out[to + i] = x[from + i]
  }
}

/** Copies `x` into the middle of `out`, which `value` fills elsewhere. */
export function pad(
  x: Copied,
  out: Copied,
  value: unknown,
  shape: readonly number[],
  outShape: readonly number[],
  before: readonly number[],
): void {
  const rank = shape.length
  out.fill(value)
  if (x.length === 0) return
  const width = rank === 0 ? 1 : shape[rank - 1]!
  const index = new Int32Array(rank)
  for (let from = 0; from < x.length; from += width) {
    let to = 0
    for (let axis = 0; axis < rank; axis++) to = to * outShape[axis]! + index[axis]! + before[axis]!
    for (let i = 0; i < width; i++) out[to + i] = x[from + i]
    for (let axis = rank - 2; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
}

/** Elements of one axis at indices; negative ones count from the end, those outside mean the nearest element. */
export function take(
  x: Cells,
  indices: Cells<number | bigint>,
  out: Cells,
  outer: number,
  size: number,
  inner: number,
  count: number,
): void {
  let to = 0
  for (let block = 0; block < outer; block++) {
    for (let i = 0; i < count; i++) {
      let place = Number(indices[i])
      if (place < 0) place += size
      place = Math.min(Math.max(place, 0), size - 1)
      const from = (block * size + place) * inner
      for (let j = 0; j < inner; j++) out[to++] = x[from + j]
    }
  }
}

/** Elements of each line along an axis, at the indices of the same line. */
export function takeAlong(
  x: Cells,
  indices: Cells<number | bigint>,
  out: Cells,
  shape: readonly number[],
  fromSteps: readonly number[],
  indexSteps: readonly number[],
  size: number,
  stride: number,
): void {
  const rank = shape.length
  const index = new Int32Array(rank)
  let from = 0
  let at = 0
  for (let to = 0; to < out.length; to++) {
    let place = Number(indices[at])
    if (place < 0) place += size
    place = Math.min(Math.max(place, 0), size - 1)
    out[to] = x[from + place * stride]
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += fromSteps[axis]!
      at += indexSteps[axis]!
      if (++index[axis]! < shape[axis]!) break
      index[axis] = 0
      from -= fromSteps[axis]! * shape[axis]!
      at -= indexSteps[axis]! * shape[axis]!
    }
  }
}

/**
 * A copy of rows into which updates are brought, one after the other: `kind` is 0 to replace, 1 to add, 2 and 3 to multiply,
 * 4 to keep the least and 5 the largest. Negative indices count from the end, those outside name no row.
 */
export function scatter(
  x: Copied,
  indices: Cells<number | bigint>,
  updates: Cells,
  out: Copied,
  rows: number,
  inner: number,
  kind: number,
): void {
  const [to, from] = [out as unknown as Cells<number>, updates as Cells<number>]
  out.set(x, 0)
  for (let i = 0; i < indices.length; i++) {
    let place = Number(indices[i])
    if (place < 0) place += rows
    if (!(place >= 0 && place < rows)) continue
    const start = place * inner
    for (let j = 0; j < inner; j++) {
      const update = from[i * inner + j]!
      const old = to[start + j]!
      if (kind === 0) to[start + j] = update
      else if (kind === 1) to[start + j] = old + update
      else if (kind === 2) to[start + j] = old * update
      // Products of 32-bit integers, whose last bits a double does not hold.
      else if (kind === 3) to[start + j] = Math.imul(old, update)
      // oxlint-disable-next-line no-self-compare -- only NaN differs from itself, also among bigints
      else if (old === old && (kind === 4 ? !(old <= update) : !(old >= update))) to[start + j] = update
    }
  }
}
