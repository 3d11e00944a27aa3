import type { Cells, Numbers } from './elements.ts'

type Sortable = Cells<number | bigint> & {
  sort(): void
  slice(): Sortable
  subarray(from: number, to: number): Sortable
}

/** Sorts each line; NaN comes last in both directions. */
export function sort(
  x: Sortable,
  out: Cells<number | bigint>,
  [outer, size, inner]: readonly [number, number, number],
  descending: boolean,
): void {
  const line = x.subarray(0, size).slice()
  for (let block = 0; block < outer; block++) {
    for (let at = 0; at < inner; at++) {
      const start = block * size * inner + at
      for (let i = 0; i < size; i++) line[i] = x[start + i * inner]!
      line.sort()
      let end = size
      if (descending) while (end > 0 && line[end - 1] !== line[end - 1]) end--
      for (let i = 0; i < size; i++) out[start + i * inner] = line[descending && i < end ? end - 1 - i : i]!
    }
  }
}

/** The first `count` indices that sort each line, and the elements there where `values` is not null; NaN comes last. */
export function argsort(
  x: Cells<number | bigint>,
  values: Cells<number | bigint> | null,
  indices: Numbers,
  [outer, size, inner, count]: readonly [number, number, number, number],
  descending: boolean,
): void {
  const order = new Int32Array(size)
  for (let block = 0; block < outer; block++) {
    for (let at = 0; at < inner; at++) {
      const start = block * size * inner + at
      for (let i = 0; i < size; i++) order[i] = i
      order.sort((i, j) => {
        const a = x[start + i * inner]!
        const b = x[start + j * inner]!
        if (a === b) return i - j
        if (a !== a) return b !== b ? i - j : 1
        if (b !== b) return -1
        return a < b === descending ? 1 : -1
      })
      const to = block * count * inner + at
      for (let i = 0; i < count; i++) {
        indices[to + i * inner] = order[i]!
        if (values !== null) values[to + i * inner] = x[start + order[i]! * inner]!
      }
    }
  }
}

/** Index of the first largest (or smallest) element of each line; the first NaN is before all others. */
export function argbest(
  x: Cells<number | bigint>,
  out: Numbers,
  [outer, size, inner]: readonly [number, number, number],
  largest: boolean,
): void {
  for (let block = 0; block < outer; block++) {
    for (let at = 0; at < inner; at++) {
      const start = block * size * inner + at
      let best = x[start]!
      let index = 0
      for (let i = 1; i < size && best === best; i++) {
        const element = x[start + i * inner]!
        if ((largest ? element > best : element < best) || element !== element) {
          best = element
          index = i
        }
      }
      out[block * inner + at] = index
    }
  }
}

/** Where each element has to be put into the sorted `x`; NaN is after all others. */
export function searchsorted(
  x: Cells<number | bigint>,
  elements: Cells<number | bigint>,
  out: Numbers,
  right: boolean,
): void {
  for (let at = 0; at < elements.length; at++) {
    const element = elements[at]!
    let low = 0
    let high = x.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = x[middle]!
      const isBefore = right
        ? !(element < other || (other !== other && element === element))
        : other < element || (element !== element && other === other)
      if (isBefore) low = middle + 1
      else high = middle
    }
    out[at] = low
  }
}
