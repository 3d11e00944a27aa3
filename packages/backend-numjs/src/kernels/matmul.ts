import type { Cells, Numbers } from './elements.ts'

/**
 * `out[b] = x[b] * y[b]` for a batch of matrices.
 *
 * Tiles of 2 x 4 sums stay in registers; the rows of x and the columns of y are packed as doubles first, so that the
 * inner loop converts nothing. `xAt` and `yAt` hold the first element of each matrix of the batch; `left` and `right`
 * have room for what is packed.
 */
export function matmul(
  x: Numbers,
  y: Numbers,
  out: Numbers,
  [m, k, n]: readonly [number, number, number],
  [xRow, xColumn, yRow, yColumn]: readonly [number, number, number, number],
  xAt: ArrayLike<number>,
  yAt: ArrayLike<number>,
  left: Float64Array,
  right: Float64Array,
): void {
  const pairs = (m + 1) >> 1
  const small = m * n * k < 512 || n === 1
  const byRows = !small && m < 4 && yColumn === 1
  for (let batch = 0; batch < xAt.length; batch++) {
    const x0 = xAt[batch]!
    const y0 = yAt[batch]!
    const out0 = batch * m * n
    if (small) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0
          let other = 0
          let a = x0 + i * xRow
          let b = y0 + j * yColumn
          let l = 1
          for (; l < k; l += 2) {
            sum += x[a]! * y[b]!
            other += x[a + xColumn]! * y[b + yRow]!
            a += 2 * xColumn
            b += 2 * yRow
          }
          if (l === k) sum += x[a]! * y[b]!
          out[out0 + i * n + j] = sum + other
        }
      }
      continue
    }
    if (byRows) {
      // Few rows: y is read once in the order of memory, without packing.
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) right[j] = 0
        for (let l = 0; l < k; l++) {
          const a = x[x0 + i * xRow + l * xColumn]!
          const b = y0 + l * yRow
          for (let j = 0; j < n; j++) right[j]! += a * y[b + j]!
        }
        for (let j = 0; j < n; j++) out[out0 + i * n + j] = right[j]!
      }
      continue
    }
    for (let pair = 0; pair < pairs; pair++) {
      const top = x0 + 2 * pair * xRow
      // The last row of an odd count is multiplied twice and stored once.
      const bottom = 2 * pair + 1 < m ? top + xRow : top
      let to = pair * 2 * k
      for (let l = 0; l < k; l++) {
        left[to++] = x[top + l * xColumn]!
        left[to++] = x[bottom + l * xColumn]!
      }
    }
    for (let j = 0; j < n; j += 4) {
      const columns = n - j < 4 ? n - j : 4
      for (let c = 0; c < 4; c++) {
        let from = y0 + (j + (c < columns ? c : 0)) * yColumn
        for (let l = 0, to = c; l < k; l++, to += 4) {
          right[to] = y[from]!
          from += yRow
        }
      }
      for (let pair = 0; pair < pairs; pair++) {
        let s00 = 0
        let s01 = 0
        let s02 = 0
        let s03 = 0
        let s10 = 0
        let s11 = 0
        let s12 = 0
        let s13 = 0
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
        const to = out0 + 2 * pair * n + j
        out[to] = s00
        if (columns > 1) out[to + 1] = s01
        if (columns > 2) out[to + 2] = s02
        if (columns > 3) out[to + 3] = s03
        if (2 * pair + 1 < m) {
          out[to + n] = s10
          if (columns > 1) out[to + n + 1] = s11
          if (columns > 2) out[to + n + 2] = s12
          if (columns > 3) out[to + n + 3] = s13
        }
      }
    }
  }
}

/** As `matmul`, modulo 2^32. */
export function matmulIntegers(
  x: Numbers,
  y: Numbers,
  out: Numbers,
  [m, k, n]: readonly [number, number, number],
  [xRow, xColumn, yRow, yColumn]: readonly [number, number, number, number],
  xAt: ArrayLike<number>,
  yAt: ArrayLike<number>,
): void {
  let to = 0
  for (let batch = 0; batch < xAt.length; batch++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        let a = xAt[batch]! + i * xRow
        let b = yAt[batch]! + j * yColumn
        for (let l = 0; l < k; l++) {
          sum = (sum + Math.imul(x[a]!, y[b]!)) | 0
          a += xColumn
          b += yRow
        }
        out[to++] = sum
      }
    }
  }
}

/** As `matmul`, for 64-bit integers; the array that stores a sum wraps it. */
export function matmulBigInts(
  x: Cells<bigint>,
  y: Cells<bigint>,
  out: Cells<bigint>,
  [m, k, n]: readonly [number, number, number],
  [xRow, xColumn, yRow, yColumn]: readonly [number, number, number, number],
  xAt: ArrayLike<number>,
  yAt: ArrayLike<number>,
): void {
  let to = 0
  for (let batch = 0; batch < xAt.length; batch++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0n
        let a = xAt[batch]! + i * xRow
        let b = yAt[batch]! + j * yColumn
        for (let l = 0; l < k; l++) {
          sum += x[a]! * y[b]!
          a += xColumn
          b += yRow
        }
        out[to++] = sum
      }
    }
  }
}
