import type { Elements } from './device.ts'

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
  const [batch, outDepth, outHeight, outWidth, outChannels] = plan.out as [
    number,
    number,
    number,
    number,
    number,
  ]
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
            totals[first + o]! +=
              x0 * w[row0 + o]! + x1 * w[row1 + o]! + (x2 * w[row2 + o]! + x3 * w[row3 + o]!)
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
