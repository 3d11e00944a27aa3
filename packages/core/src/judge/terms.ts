import { countOf, hostArray } from '../numerics/host.ts'
import { isComplex } from '../types/dtype.ts'
import type { HostArray } from '../op.ts'
import { type Bounded, type Spread, unknown } from './bounded.ts'
import type { Row } from './equal.ts'
import { isFlushing } from './flushing.ts'
import { floatOf, partsOf } from './parts.ts'
import { limits } from './steps.ts'
import { type Output, valueOf } from './truth.ts'

/** The op applied to inputs made of the bounds of its own; integers stay as they are. */
const applied = (output: Output, make: (truth: number, error: number) => number): HostArray =>
  valueOf(
    output,
    output.inputs.map((input) => {
      if (input === null || !isRounded(input.value)) return input && input.value
      const { value, spread } = input
      const width = partsOf(value.dtype)
      const data = Float64Array.from(value.data as Float64Array, (truth, i) => {
        if (i % width === 1) return 0
        // A complex number is at most as large as its parts together.
        const places = width === 1 ? [i] : [i, i + 1]
        const parts = places.map((place) => value.data[place] as number)
        const errors = places.map((place, k) =>
          spread === undefined || !Number.isFinite(parts[k]) ? 0 : errorAt(parts[k]!, spread, place),
        )
        const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
        return make(width === 1 ? truth : sum(parts.map(magnitude)), sum(errors))
      })
      return hostArray(value.dtype, value.shape, data)
    }),
  )

const isRounded = ({ dtype }: HostArray): boolean => dtype === 'float64' || isComplex(dtype)

const errorAt = (truth: number, { lo, hi, nan }: Spread, i: number): number =>
  nan[i] === 1 ? Infinity : Math.max(hi[i]! - truth, truth - lo[i]!)
const magnitude = (truth: number): number => (Number.isFinite(truth) ? Math.abs(truth) : 0)

/**
 * Bounds of sums and products of terms: `share * sqrt(k) * sum|terms|` and what the inputs may be off.
 *
 * The op itself tells the terms: applied to magnitudes it gives their sum, applied to ones their number.
 */
export function termsBound(
  output: Output,
  { share, atOnce }: Extract<Row, { kind: 'terms' }>,
  value: HostArray,
): Bounded {
  const { type, inputs } = output
  const { dtype } = type
  const width = partsOf(dtype)
  const { max, normal, tiny } = limits[floatOf(dtype)]
  const smallest = isFlushing() ? normal : tiny
  const certain = inputs.every((input) => input?.spread === undefined)
  const uncertainInteger = inputs.some((input) => input?.spread !== undefined && !isRounded(input.value))
  if (uncertainInteger) return unknown(dtype, value, 'anything: an input is not known well enough')
  const first = (make: Parameters<typeof applied>[1]): Float64Array => {
    const sums = applied(output, make).data as Float64Array
    return atOnce ? sums.map((_, __, all) => all.reduce((a, b) => Math.max(a, Math.abs(b)), 0)) : sums
  }
  const exactSum = first(magnitude)
  const largest = certain ? exactSum : first((truth, error) => magnitude(truth) + error)
  const reach = first((truth, error) => Math.max(1, magnitude(truth) + error))
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
    // Bounds of complex numbers stand in the place of the real part.
    const at = i - (i % width)
    const k = Math.max(ones[at]!, perResult)
    let error = share * Math.sqrt(k) * largest[at]! + (largest[at]! - exactSum[at]!) + k * smallest
    // A product may pass through numbers that are too small for the dtype.
    if (least[at]! > 0 && least[at]! < normal) error += largest[at]!
    // Where a part is infinite, what becomes of the other depends on the order.
    const isOpen = width === 2 && !(Number.isFinite(value.data[at]) && Number.isFinite(value.data[at + 1]))
    const overflows = !(reach[at]! <= max) || isOpen
    if (overflows) nan[i] = 1
    lo[i] = overflows ? -Infinity : truth - error
    hi[i] = overflows ? Infinity : truth + error
  }
  const rule = `1e-6 * sqrt(k) * sum|terms| in float32, as much in ${dtype}`
  return { dtype, shape: value.shape, value, spread: { lo, hi, nan, rule } }
}
