import { countOf, hostArray } from '../numerics/host.ts'
import type { FloatDtype } from '../numerics/ulp.ts'
import type { HostArray } from '../op.ts'
import { isComplex, partDType } from '../types/dtype.ts'
import { type Bounded, type Spread, unknown } from './bounded.ts'
import { isFlushing } from './flushing.ts'
import { limits } from './steps.ts'
import { type Output, valueOf } from './truth.ts'

const samples = 8
/** How much further than the samples a right result may be. */
const margin = 8
/** A block whose samples differ by more of its size depends on rounding: a singular matrix, equal eigenvalues. */
const illConditioned = 0.02

/** Numbers from -1 to 1, the same at each run. */
function noise(seed: number): () => number {
  let state = seed * 0x9e3779b9 + 1
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 31 - 1
  }
}

/** Numbers of one matrix, which the last two axes are; complex ones are pairs. */
const blockOf = ({ dtype, shape }: HostArray): number =>
  Math.max(1, countOf(shape.slice(-2))) * (isComplex(dtype) ? 2 : 1)

const largestFinite = (data: ArrayLike<number>, start: number, count: number): number => {
  let most = 0
  for (let i = start; i < start + count; i++)
    if (Number.isFinite(data[i])) most = Math.max(most, Math.abs(data[i]!))
  return most
}

/** An input that is off by a share of the largest element of each matrix, and by what is not known of it. */
function disturbed({ value, spread }: Bounded, share: number, random: () => number): HostArray {
  if (value.dtype !== 'float64' && value.dtype !== 'complex128') return value
  const from = value.data as Float64Array
  const block = blockOf(value)
  const data = from.slice()
  for (let start = 0; start < data.length; start += block) {
    const reach = share * largestFinite(from, start, block)
    for (let i = start; i < start + block; i++) {
      const width = spread === undefined ? 0 : Math.max(spread.hi[i]! - from[i]!, from[i]! - spread.lo[i]!)
      data[i] = from[i]! + (reach + (Number.isFinite(width) ? width : 0)) * random()
    }
  }
  return hostArray(value.dtype, value.shape, data)
}

/**
 * Bounds of what solves or factorizes matrices: the results for matrices that are off by rounding.
 *
 * Nothing is known of a block where these differ a lot.
 */
export function backwardBound(output: Output, share: number, value: HostArray): Bounded {
  const { type, inputs } = output
  const dtype = partDType(type.dtype) as FloatDtype
  const isOpen = inputs.some(
    (input) => input?.spread?.nan.includes(1) === true || input?.spread?.hi.some((x) => !Number.isFinite(x)),
  )
  if (isOpen) return unknown(type.dtype, value, 'anything: an input is not known well enough')
  const others = Array.from({ length: samples }, (_, seed) => {
    const random = noise(seed)
    return valueOf(
      output,
      inputs.map((input) => input && disturbed(input, share, random)),
    ).data as Float64Array
  })
  const center = value.data as Float64Array
  const count = center.length
  const spread: Spread = {
    lo: center.slice(),
    hi: center.slice(),
    nan: new Uint8Array(count),
    rule: `matrices that are off by ${share} of their largest element`,
  }
  const block = blockOf(value)
  for (let start = 0; start < count; start += block)
    bound({ center, others, spread, dtype, share, start, block })
  return { dtype: type.dtype, shape: value.shape, value, spread }
}

interface Block {
  readonly center: Float64Array
  readonly others: readonly Float64Array[]
  readonly spread: Spread
  readonly dtype: FloatDtype
  readonly share: number
  readonly start: number
  readonly block: number
}

function bound({ center, others, spread, dtype, share, start, block }: Block): void {
  const { max, normal, tiny } = limits[dtype]
  const most = largestFinite(center, start, block)
  let [far, isSure] = [0, most < max / 2]
  for (let i = start; i < start + block; i++)
    for (const other of others) {
      if (Object.is(center[i], other[i]) || center[i] === other[i]) continue
      const distance = Math.abs(center[i]! - other[i]!)
      if (Number.isFinite(distance)) far = Math.max(far, distance)
      else isSure = false
    }
  isSure &&= far <= illConditioned * most
  const error = margin * far + share * most + (isFlushing() ? normal : tiny)
  for (let i = start; i < start + block; i++) {
    if (!isSure) spread.nan[i] = 1
    spread.lo[i] = isSure ? center[i]! - error : -Infinity
    spread.hi[i] = isSure ? center[i]! + error : Infinity
  }
}
