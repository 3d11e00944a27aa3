import {
  differentBits,
  distance,
  epsilon,
  type FloatDtype,
  type HostArray,
  indexOf,
  isFloat,
  type Mismatch,
  NDArray,
  printMismatch,
  sameType,
} from '@tendril/core/testing'

/** Two ways to compute one thing may differ by this many steps of the largest number in the result. */
const stepsOfLargest = 100

export type Comparable = NDArray | HostArray

const hostOf = (array: Comparable): HostArray =>
  array instanceof NDArray ? { dtype: array.dtype, shape: array.shape, data: array.dataSync() } : array

/**
 * Compares two computations of the same thing, as tests of properties do: `softmax(add(x, c))` and `softmax(x)`.
 *
 * Dtype and shape are exact, and so are bools and integers; NaN equals NaN, an infinity only itself. Floats may differ
 * by 100 steps of the largest number in `want`. What one op may be off is judged by `conformance`.
 *
 * @throws Error that names the first element that differs
 * @example expectClose(softmax(add(x, 10)), softmax(x))
 */
export function expectClose(got: Comparable, want: Comparable): void {
  const [a, b] = [hostOf(got), hostOf(want)]
  const wrongType = sameType(a, b)
  if (wrongType !== undefined) throw new Error(`expectClose: ${wrongType}`)
  const mismatch = isFloat(b.dtype) ? apart(a, b) : differentBits(a, b)
  if (mismatch !== undefined) throw new Error(printMismatch('expectClose', mismatch))
}

function apart(got: HostArray, want: HostArray): Mismatch | undefined {
  const sizes = Array.from(want.data as ArrayLike<number>, Math.abs).filter(Number.isFinite)
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0)
  const allowed = stepsOfLargest * epsilon[want.dtype as FloatDtype] * largest
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [Number(got.data[i]), Number(want.data[i])]
    if (Object.is(a, b) || Math.abs(a - b) <= allowed) continue
    return {
      index: indexOf(want.shape, i),
      got: a,
      want: b,
      ulps: distance(want.dtype, a, b),
      allowed: `${stepsOfLargest} steps of the largest number, ${allowed}`,
    }
  }
  return undefined
}
