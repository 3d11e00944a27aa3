import { countOf, hostArray } from '../numerics/host.ts'
import type { FloatDtype } from '../numerics/ulp.ts'
import type { HostArray } from '../op.ts'
import { type Bounded, type Spread, unknown } from './bounded.ts'
import { isFlushing } from './flushing.ts'
import { limits } from './steps.ts'
import { type Output, valueOf } from './truth.ts'

/** The op applied to inputs made of the bounds of its own; integers stay as they are. */
const applied = (output: Output, make: (truth: number, error: number) => number): HostArray =>
  valueOf(
    output,
    output.inputs.map((input) => {
      if (input === null || input.value.dtype !== 'float64') return input && input.value
      const { value, spread } = input
      const data = Float64Array.from(value.data as Float64Array, (truth, i) =>
        make(truth, spread === undefined || !Number.isFinite(truth) ? 0 : errorAt(truth, spread, i)),
      )
      return hostArray('float64', value.shape, data)
    }),
  )

const errorAt = (truth: number, { lo, hi, nan }: Spread, i: number): number =>
  nan[i] === 1 ? Infinity : Math.max(hi[i]! - truth, truth - lo[i]!)
const magnitude = (truth: number): number => (Number.isFinite(truth) ? Math.abs(truth) : 0)

/**
 * Bounds of sums and products of terms: `share * sqrt(k) * sum|terms|` and what the inputs may be off.
 *
 * The op itself tells the terms: applied to magnitudes it gives their sum, applied to ones their number.
 */
export function termsBound(output: Output, share: number, value: HostArray): Bounded {
  const { type, inputs } = output
  const dtype = type.dtype as FloatDtype
  const { max, normal, tiny } = limits[dtype]
  const smallest = isFlushing() ? normal : tiny
  const certain = inputs.every((input) => input?.spread === undefined)
  const uncertainInteger = inputs.some(
    (input) => input?.spread !== undefined && input.value.dtype !== 'float64',
  )
  if (uncertainInteger) return unknown(dtype, value, 'anything: an input is not known well enough')
  const exactSum = applied(output, magnitude).data as Float64Array
  const largest = certain
    ? exactSum
    : (applied(output, (truth, error) => magnitude(truth) + error).data as Float64Array)
  const reach = applied(output, (truth, error) => Math.max(1, magnitude(truth) + error)).data as Float64Array
  const least = applied(output, (truth) => Math.min(1, magnitude(truth))).data as Float64Array
  const ones = applied(output, () => 1).data as Float64Array
  const perResult = Math.max(
    1,
    ...inputs.map((input) => (input === null ? 0 : countOf(input.shape) / Math.max(1, countOf(value.shape)))),
  )
  const count = value.data.length
  const [lo, hi, nan] = [new Float64Array(count), new Float64Array(count), new Uint8Array(count)]
  for (let i = 0; i < count; i++) {
    const truth = (value.data as Float64Array)[i]!
    const k = Math.max(ones[i]!, perResult)
    let error = share * Math.sqrt(k) * largest[i]! + (largest[i]! - exactSum[i]!) + k * smallest
    // A product may pass through numbers that are too small for the dtype.
    if (least[i]! > 0 && least[i]! < normal) error += largest[i]!
    const overflows = !(reach[i]! <= max)
    if (overflows) nan[i] = 1
    lo[i] = overflows ? -Infinity : truth - error
    hi[i] = overflows ? Infinity : truth + error
  }
  const rule = `1e-6 * sqrt(k) * sum|terms| in float32, as much in ${dtype}`
  return { dtype, shape: value.shape, value, spread: { lo, hi, nan, rule } }
}
