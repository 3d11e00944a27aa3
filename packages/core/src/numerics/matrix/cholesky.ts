import { allFinite } from './scale.ts'

/**
 * The lower triangle that gives the matrix when multiplied by its transpose; the upper part of `a` is not read.
 *
 * NaN where the matrix is not positive definite or an element is not finite.
 */
export function choleskyFactor(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let rest = a[i * n + j]!
      for (let k = 0; k < j; k++) rest -= out[i * n + k]! * out[j * n + k]!
      if (i > j) out[i * n + j] = rest / out[j * n + j]!
      else if (rest > 0) out[i * n + i] = Math.sqrt(rest)
      else return out.fill(NaN)
    }
  }
  return allFinite(out) ? out : out.fill(NaN)
}
