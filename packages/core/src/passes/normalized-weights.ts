import { TendrilError } from '../errors.ts'
import type { ConstantArray } from '../ir/graph.ts'
import { allocate } from '../numerics/host.ts'
import type { DType, TypedArray } from '../types/dtype.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'

/** What is done to each channel of a product: `(y + bias - mean) / sqrt(variance + eps) * weight + shift`. */
export interface Normalization {
  readonly bias: ConstantArray | undefined
  readonly mean: ConstantArray
  readonly variance: ConstantArray
  readonly weight: ConstantArray | undefined
  readonly shift: ConstantArray | undefined
  readonly eps: number
}

/** The weights and the bias of the product that is normalized already. */
export interface NormalizedWeights {
  readonly weights: ConstantArray
  readonly bias: ConstantArray
}

interface Known {
  readonly axis: number
  readonly normalization: Normalization
  /** Held by the programs that use them; undefined where there are none to be had. */
  readonly made:
    | { readonly weights: WeakRef<ConstantArray>; readonly bias: WeakRef<ConstantArray> }
    | undefined
}

/** The last result for some weights, so that other sizes of a graph, and other engines, share it. */
const known = new WeakMap<ConstantArray, Known>()

/** Weights whose entries along `axis`, one for each channel, take up a normalization; undefined where numbers get lost. */
export function normalizedWeights(
  weights: ConstantArray,
  axis: number,
  normalization: Normalization,
): NormalizedWeights | undefined {
  const before = known.get(weights)
  if (before !== undefined && before.axis === axis && isSame(before.normalization, normalization)) {
    const [scaled, bias] = [before.made?.weights.deref(), before.made?.bias.deref()]
    if (scaled !== undefined && bias !== undefined) return { weights: scaled, bias }
    if (before.made === undefined) return undefined
  }
  const result = normalized(weights, axis, normalization)
  const made = result && { weights: new WeakRef(result.weights), bias: new WeakRef(result.bias) }
  known.set(weights, { axis, normalization, made })
  return result
}

const isSame = (a: Normalization, b: Normalization): boolean =>
  (Object.keys(a) as (keyof Normalization)[]).every((key) => Object.is(a[key], b[key]))

/** The smallest normal number, and the largest one. */
const limits: Readonly<Partial<Record<DType, readonly [smallest: number, largest: number]>>> = {
  float32: [2 ** -126, (2 - 2 ** -23) * 2 ** 127],
  float64: [2 ** -1022, Number.MAX_VALUE],
}

/** Beside a shift of this size, what underflows is nothing, even times 2 ** 40. */
const farFromZero = 2 ** -60

function normalized(
  array: ConstantArray,
  axis: number,
  { eps, ...parts }: Normalization,
): NormalizedWeights | undefined {
  const { dtype, shape } = array.type as ConcreteType
  const bounds = limits[dtype]
  // Results in half precision are rounded in between.
  if (bounds === undefined) return undefined
  let weights: TypedArray
  let bias: TypedArray
  let scales: Float64Array
  try {
    const channels = shape[axis]!
    ;({ scales, bias } = perChannel(channels, dtype, eps, parts))
    const inner = shape.slice(axis + 1).reduce((n, size) => n * size, 1)
    const scaled = scaledBy(array.host() as Float64Array, dtype, bounds, { scales, shifts: bias, inner })
    if (scaled === undefined) return undefined
    weights = scaled
  } catch (error) {
    // Arrays of asynchronous engines cannot be read here, and disposed ones nowhere.
    if (error instanceof TendrilError) return undefined
    throw error
  }
  return { weights: held(weights, array.type), bias: held(bias, tensorType(dtype, [shape[axis]!])) }
}

const held = (data: TypedArray, type: ConstantArray['type']): ConstantArray =>
  Object.freeze({ type, host: () => data })

/** The factor of each channel, and what is added to it. */
function perChannel(
  channels: number,
  dtype: DType,
  eps: number,
  { bias, mean, variance, weight, shift }: Omit<Normalization, 'eps'>,
): { readonly scales: Float64Array; readonly bias: TypedArray } {
  const [before, centre, spread, factor, after] = [bias, mean, variance, weight, shift].map((one) =>
    one?.host(),
  )
  const at = (data: TypedArray | undefined, c: number, other: number): number =>
    data === undefined ? other : Number(data[c])
  const scales = new Float64Array(channels)
  const added = allocate(dtype, channels)
  for (let c = 0; c < channels; c++) {
    const scale = at(factor, c, 1) / Math.sqrt(at(spread, c, 1) + eps)
    scales[c] = scale
    added[c] = (at(before, c, 0) - at(centre, c, 0)) * scale + at(after, c, 0)
  }
  return { scales, bias: added }
}

interface Channels {
  readonly scales: Float64Array
  readonly shifts: TypedArray
  /** Elements of the weights in a row that belong to one channel. */
  readonly inner: number
}

function scaledBy(
  weights: Float64Array,
  dtype: DType,
  [smallest, largest]: readonly [number, number],
  { scales, shifts, inner }: Channels,
): TypedArray | undefined {
  const made = allocate(dtype, weights.length) as Float64Array
  const channels = scales.length
  for (let from = 0, c = 0; from < weights.length; from += inner, c = c + 1 === channels ? 0 : c + 1) {
    const scale = scales[c]!
    const shift = Math.abs(Number(shifts[c]))
    // A comparison with NaN is false.
    if (!(shift <= largest)) return undefined
    const least = scale === 0 || shift >= farFromZero ? 0 : smallest
    for (let i = from; i < from + inner; i++) {
      made[i] = weights[i]! * scale
      const size = Math.abs(made[i]!)
      if (!(size <= largest) || (size < least && weights[i] !== 0)) return undefined
    }
  }
  return made
}
