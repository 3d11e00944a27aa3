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

const inner = (shape: readonly number[], axis: number): number =>
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
  const width = inner(shape, axis)
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
  const step = inner(shape, axis)
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
  const step = inner(shape, axis)
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

/** Windows over three spatial axes, channels last. */
export interface WindowPlan {
  readonly x: readonly number[]
  readonly out: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly before: readonly number[]
  readonly dilations: readonly number[]
}

/** Calls `visit` for each window, and in it `tap` with the place in `x` of each element that lies inside. */
function forEachWindow(
  plan: WindowPlan,
  begin: () => void,
  visit: (from: number, tap: number) => void,
  end: (at: number) => void,
): void {
  const [, depth, height, width, channels] = plan.x as [number, number, number, number, number]
  const [batch, outDepth, outHeight, outWidth, outChannels] = plan.out as [number, number, number, number, number]
  const [kernelDepth, kernelHeight, kernelWidth] = plan.kernel as [number, number, number]
  const [strideZ, strideY, strideX] = plan.strides as [number, number, number]
  const [beforeZ, beforeY, beforeX] = plan.before as [number, number, number]
  const [stepZ, stepY, stepX] = plan.dilations as [number, number, number]
  let at = 0
  for (let n = 0; n < batch; n++) {
    for (let oz = 0; oz < outDepth; oz++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          begin()
          for (let kz = 0; kz < kernelDepth; kz++) {
            const z = oz * strideZ - beforeZ + kz * stepZ
            if (z < 0 || z >= depth) continue
            for (let ky = 0; ky < kernelHeight; ky++) {
              const y = oy * strideY - beforeY + ky * stepY
              if (y < 0 || y >= height) continue
              for (let kx = 0; kx < kernelWidth; kx++) {
                const x = ox * strideX - beforeX + kx * stepX
                if (x < 0 || x >= width) continue
                const from = (((n * depth + z) * height + y) * width + x) * channels
                visit(from, (kz * kernelHeight + ky) * kernelWidth + kx)
              }
            }
          }
          end(at)
          at += outChannels
        }
      }
    }
  }
}

/** Largest element or average of each window; places outside the array count for `avgOfAll` only. */
export function poolElements(x: Elements, out: Elements, kind: string, plan: WindowPlan): void {
  const channels = plan.x[4]!
  const window = plan.kernel.reduce((n, size) => n * size, 1)
  const isMax = kind === 'max'
  const totals = new Float64Array(channels)
  let count = 0
  forEachWindow(
    plan,
    () => {
      totals.fill(isMax ? -Infinity : 0)
      count = 0
    },
    (from) => {
      count++
      if (isMax) for (let c = 0; c < channels; c++) totals[c] = Math.max(totals[c]!, x[from + c]!)
      else for (let c = 0; c < channels; c++) totals[c]! += x[from + c]!
    },
    (at) => {
      const by = isMax ? 1 : kind === 'avg' ? count : window
      for (let c = 0; c < channels; c++) out[at + c] = totals[c]! / by
    },
  )
}

/** Convolution with filters `[...kernel, in / groups, out]`. */
export function convolveElements(
  x: Elements,
  w: Elements,
  bias: Elements | undefined,
  out: Elements,
  groups: number,
  plan: WindowPlan,
): void {
  const filters = plan.out[4]!
  const inner = plan.x[4]! / groups
  const outer = filters / groups
  const totals = new Float64Array(filters)
  forEachWindow(
    plan,
    () => {
      if (bias === undefined) totals.fill(0)
      else totals.set(bias)
    },
    (from, tap) => {
      for (let g = 0; g < groups; g++) {
        const first = g * outer
        let c = 0
        // Four channels at a time read and write each total once.
        for (; c + 3 < inner; c += 4) {
          const place = from + g * inner + c
          const [x0, x1, x2, x3] = [x[place]!, x[place + 1]!, x[place + 2]!, x[place + 3]!]
          const row0 = (tap * inner + c) * filters + first
          const [row1, row2, row3] = [row0 + filters, row0 + 2 * filters, row0 + 3 * filters]
          for (let o = 0; o < outer; o++) {
            totals[first + o]! += x0 * w[row0 + o]! + x1 * w[row1 + o]! + (x2 * w[row2 + o]! + x3 * w[row3 + o]!)
          }
        }
        for (; c < inner; c++) {
          const element = x[from + g * inner + c]!
          const row = (tap * inner + c) * filters + first
          for (let o = 0; o < outer; o++) totals[first + o]! += element * w[row + o]!
        }
      }
    },
    (at) => out.set(totals, at),
  )
}
