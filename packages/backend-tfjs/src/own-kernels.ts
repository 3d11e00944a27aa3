import type { Elements } from './device.ts'

/** Sizes and steps of a product of two stacks of matrices; a stack of one is used for every place of the other. */
export interface MatrixPlan {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Steps of the batch, the outer and the summed axis. */
  readonly a: readonly [number, number, number]
  readonly b: readonly [number, number, number]
}

/** Product of integer matrices, which wraps at 32 bits. */
export function multiplyIntegers(a: Int32Array, b: Int32Array, out: Int32Array, plan: MatrixPlan): void {
  const { batch, rows, inner, columns } = plan
  let at = 0
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0
        let p = n * plan.a[0] + i * plan.a[1]
        let q = n * plan.b[0] + j * plan.b[1]
        for (let k = 0; k < inner; k++) {
          sum = (sum + Math.imul(a[p]!, b[q]!)) | 0
          p += plan.a[2]
          q += plan.b[2]
        }
        out[at++] = sum
      }
    }
  }
}

/** The steps of matrices that lie as they are read, or with their last two axes swapped. */
export function matrixPlan(
  batch: number,
  rows: number,
  inner: number,
  columns: number,
  manyA: boolean,
  swappedA: boolean,
  manyB: boolean,
  swappedB: boolean,
): MatrixPlan {
  return {
    batch,
    rows,
    inner,
    columns,
    a: [manyA ? rows * inner : 0, swappedA ? 1 : inner, swappedA ? rows : 1],
    b: [manyB ? inner * columns : 0, swappedB ? inner : 1, swappedB ? 1 : columns],
  }
}

const innerSize = (shape: readonly number[], axis: number): number =>
  shape.slice(axis + 1).reduce((n, size) => n * size, 1)

/** Elements of `x` at `indices` along an axis; negative ones count from the end, others outside take the nearest. */
export function takeElements(
  x: Elements,
  shape: readonly number[],
  axis: number,
  indices: Elements,
  out: Elements,
): void {
  const size = shape[axis]!
  const width = innerSize(shape, axis)
  const lines = x.length / (size * width)
  let at = 0
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < indices.length; i++) {
      const from = indices[i]! < 0 ? indices[i]! + size : indices[i]!
      const start = (line * size + Math.min(Math.max(from, 0), size - 1)) * width
      if (width === 1) out[at] = x[start]!
      else out.set(x.subarray(start, start + width), at)
      at += width
    }
  }
}

/** Running sums or products along an axis; `extra` is 1 where they begin with the neutral element. */
export function scanElements(
  x: Elements,
  shape: readonly number[],
  axis: number,
  out: Elements,
  isSum: boolean,
  extra: 0 | 1,
): void {
  const size = shape[axis]!
  const step = innerSize(shape, axis)
  const lines = size === 0 ? 0 : x.length / (size * step)
  const isFloat = x instanceof Float32Array
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < step; i++) {
      let from = line * size * step + i
      let to = line * (size + extra) * step + i
      let total = isSum ? 0 : 1
      if (extra === 1) {
        out[to] = total
        to += step
      }
      for (let k = 0; k < size; k++) {
        const element = x[from]!
        total = isSum ? total + element : isFloat ? total * element : Math.imul(total, element)
        if (!isFloat) total |= 0
        out[to] = total
        from += step
        to += step
      }
    }
  }
}

/** The place of the largest or smallest element along an axis; the first NaN comes before all. */
export function placeElements(
  x: Elements,
  shape: readonly number[],
  axis: number,
  out: Elements,
  isMax: boolean,
): void {
  const size = shape[axis]!
  const step = innerSize(shape, axis)
  for (let at = 0; at < out.length; at++) {
    const start = Math.floor(at / step) * size * step + (at % step)
    let best = 0
    for (let k = 0; k < size; k++) {
      const [element, than] = [x[start + k * step]!, x[start + best * step]!]
      if (element !== element) {
        best = k
        break
      }
      if (isMax ? element > than : element < than) best = k
    }
    out[at] = best
  }
}

/** Exponentials divided by their sum along an axis, the largest taken out first; or the logarithms of that. */
export function softmaxElements(
  x: Elements,
  shape: readonly number[],
  axis: number,
  out: Elements,
  inLogs: boolean,
): void {
  const size = shape[axis]!
  const step = innerSize(shape, axis)
  const powers = new Float64Array(size)
  for (let line = 0; line < x.length / size; line++) {
    const start = Math.floor(line / step) * size * step + (line % step)
    let top = -Infinity
    for (let i = 0; i < size; i++) top = Math.max(top, x[start + i * step]!)
    let total = 0
    for (let i = 0; i < size; i++) {
      const below = x[start + i * step]! - top
      const power = Math.exp(below)
      powers[i] = inLogs ? below : power
      total += power
    }
    const logOfTotal = Math.log(total)
    for (let i = 0; i < size; i++)
      out[start + i * step] = inLogs ? powers[i]! - logOfTotal : powers[i]! / total
  }
}
