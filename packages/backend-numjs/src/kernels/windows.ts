import type { Numbers } from './elements.ts'

/**
 * Convolution of padded items: `positions` holds where each window begins, `taps` where its elements lie from there.
 *
 * Windows of four positions are packed side by side and multiplied by pairs of filters, as in `matmul`.
 */
export function convolution(
  x: Numbers,
  w: Numbers,
  bias: Numbers | null,
  out: Numbers,
  positions: Int32Array,
  taps: Int32Array,
  [items, groups, filters, itemStep, groupStep]: readonly [number, number, number, number, number],
  left: Float64Array,
  right: Float64Array,
): void {
  const k = taps.length
  const count = positions.length
  const pairs = (filters + 1) >> 1
  for (let group = 0; group < groups; group++) {
    const w0 = group * filters * k
    if (filters > 1) {
      for (let pair = 0; pair < pairs; pair++) {
        const top = w0 + 2 * pair * k
        // The last row of an odd count is multiplied twice and stored once.
        const bottom = 2 * pair + 1 < filters ? top + k : top
        let to = pair * 2 * k
        for (let l = 0; l < k; l++) {
          left[to++] = w[top + l]!
          left[to++] = w[bottom + l]!
        }
      }
    }
    for (let item = 0; item < items; item++) {
      const x0 = item * itemStep + group * groupStep
      const out0 = (item * groups + group) * filters * count
      if (filters === 1) {
        const start = bias === null ? 0 : bias[group]!
        for (let p = 0; p < count; p++) {
          const from = x0 + positions[p]!
          let sum = start
          for (let l = 0; l < k; l++) sum += x[from + taps[l]!]! * w[w0 + l]!
          out[out0 + p] = sum
        }
        continue
      }
      for (let p = 0; p < count; p += 4) {
        const columns = count - p < 4 ? count - p : 4
        const p0 = x0 + positions[p]!
        const p1 = columns > 1 ? x0 + positions[p + 1]! : p0
        const p2 = columns > 2 ? x0 + positions[p + 2]! : p0
        const p3 = columns > 3 ? x0 + positions[p + 3]! : p0
        for (let l = 0, to = 0; l < k; l++, to += 4) {
          const tap = taps[l]!
          right[to] = x[p0 + tap]!
          right[to + 1] = x[p1 + tap]!
          right[to + 2] = x[p2 + tap]!
          right[to + 3] = x[p3 + tap]!
        }
        for (let pair = 0; pair < pairs; pair++) {
          const filter = group * filters + 2 * pair
          const both = 2 * pair + 1 < filters
          let s00 = bias === null ? 0 : bias[filter]!
          let s01 = s00
          let s02 = s00
          let s03 = s00
          let s10 = bias === null || !both ? 0 : bias[filter + 1]!
          let s11 = s10
          let s12 = s10
          let s13 = s10
          let a = pair * 2 * k
          for (let b = 0; b < 4 * k; b += 4) {
            const a0 = left[a]!
            const a1 = left[a + 1]!
            a += 2
            const b0 = right[b]!
            const b1 = right[b + 1]!
            const b2 = right[b + 2]!
            const b3 = right[b + 3]!
            s00 += a0 * b0
            s01 += a0 * b1
            s02 += a0 * b2
            s03 += a0 * b3
            s10 += a1 * b0
            s11 += a1 * b1
            s12 += a1 * b2
            s13 += a1 * b3
          }
          const to = out0 + 2 * pair * count + p
          out[to] = s00
          if (columns > 1) out[to + 1] = s01
          if (columns > 2) out[to + 2] = s02
          if (columns > 3) out[to + 3] = s03
          if (both) {
            out[to + count] = s10
            if (columns > 1) out[to + count + 1] = s11
            if (columns > 2) out[to + count + 2] = s12
            if (columns > 3) out[to + count + 3] = s13
          }
        }
      }
    }
  }
}

/** Largest element under each window of each plane. */
export function maxPooling(
  x: Numbers,
  out: Numbers,
  positions: Int32Array,
  taps: Int32Array,
  planes: number,
  planeStep: number,
): void {
  let to = 0
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < positions.length; p++) {
      const from = plane * planeStep + positions[p]!
      let best = -Infinity
      for (let l = 0; l < taps.length; l++) best = Math.max(best, x[from + taps[l]!]!)
      out[to++] = best
    }
  }
}

/** Mean of the elements under each window of each plane; `counts` holds what each window's sum is divided by. */
export function avgPooling(
  x: Numbers,
  out: Numbers,
  positions: Int32Array,
  taps: Int32Array,
  planes: number,
  planeStep: number,
  counts: Float64Array,
): void {
  let to = 0
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < positions.length; p++) {
      const from = plane * planeStep + positions[p]!
      let sum = 0
      for (let l = 0; l < taps.length; l++) sum += x[from + taps[l]!]!
      out[to++] = sum / counts[p]!
    }
  }
}
