import { convert } from '../numerics/convert.ts'
import { hostArray } from '../numerics/host.ts'
import type { HostArray } from '../op.ts'
import { broadcastStrides, forEachIndex } from '../ops/kernels.ts'
import { type DType, isComplex, isFloat } from '../types/dtype.ts'
import { type Bounded, type Spread, unknown } from './bounded.ts'
import { partsOf } from './parts.ts'
import { type Output, valueOf } from './truth.ts'

const vague = 'anything: an input is not known well enough'
const rule = 'what bounded inputs allow'

/** One way to choose elements within the bounds of an input; a number is the part of the way from `lo` to `hi`. */
type Side = 'lo' | 'hi' | 'lo hi' | 'hi lo' | 'whole' | 'nan' | number

/** Functions that rise and fall between bounds are seen at these places too. */
const between: readonly Side[] = [0.21, 0.47, 0.83]

/** What results may be where inputs are known within bounds: the hull of those of the bounds. */
export function cornersOf(output: Output, value: HostArray): Bounded {
  const { op, inputs, type } = output
  const center: Bounded = { dtype: type.dtype, shape: value.shape, value }
  const doubtful = inputs.flatMap((input, at) => (input?.spread === undefined ? [] : [at]))
  if (op.def.traits.elementwise) {
    const inside = between.map((side) => doubtful.map(() => side))
    const choices = [...combined(doubtful, inputs), ...inside]
    const spread = hullOf(value, cornersWith(output, doubtful, choices))
    for (const at of doubtful) openWide(inputs[at]!, center.shape, spread)
    return { ...center, spread: withSlack(spread, isRounded(type.dtype)) }
  }
  // Other ops are exact here: they move floats or choose among them, so a bound of the input is one of the result.
  const follows = isRounded(type.dtype) && doubtful.every((at) => isRounded(inputs[at]!.dtype))
  if (!follows) return unknown(type.dtype, value, vague)
  const together = sidesOf(doubtful.map((at) => inputs[at]!)).map((side) => doubtful.map(() => side))
  return { ...center, spread: hullOf(value, cornersWith(output, doubtful, together)) }
}

const isRounded = (dtype: DType): boolean => isFloat(dtype) || isComplex(dtype)

/** The whole number between bounds, where functions turn or jump: zero before others. */
const wholeIn = (low: number, high: number): number | undefined => {
  if (low < 0 && high > 0) return 0
  const whole = Math.ceil(low)
  return low < high && whole <= high ? whole : undefined
}

/** The sides that differ: whole numbers where bounds lie around them, NaN where it may be. */
const sidesOf = (inputs: readonly Bounded[]): readonly Side[] => {
  const spreads = inputs.map((input) => input.spread!)
  const aroundWhole = spreads.some(({ lo, hi }) => lo.some((low, i) => wholeIn(low, hi[i]!) !== undefined))
  const perhapsNaN = spreads.some(({ nan }) => nan.includes(1))
  const pairs: readonly Side[] = inputs.some(({ dtype }) => isComplex(dtype)) ? ['lo hi', 'hi lo'] : []
  return [
    'lo',
    'hi',
    ...pairs,
    ...(aroundWhole ? ['whole' as const] : []),
    ...(perhapsNaN ? ['nan' as const] : []),
  ]
}

/** Every choice of a side for each doubtful input. */
const combined = (
  doubtful: readonly number[],
  inputs: readonly (Bounded | null)[],
): readonly (readonly Side[])[] =>
  doubtful.reduce<readonly (readonly Side[])[]>(
    (choices, at) => choices.flatMap((choice) => sidesOf([inputs[at]!]).map((side) => [...choice, side])),
    [[]],
  )

function cornersWith(
  output: Output,
  doubtful: readonly number[],
  choices: readonly (readonly Side[])[],
): readonly HostArray[] {
  return choices.map((choice) => {
    const sides = new Map(doubtful.map((at, k) => [at, choice[k]!]))
    const inputs = output.inputs.map(
      (input, at) => input && (sides.has(at) ? sideOf(input, sides.get(at)!) : input.value),
    )
    return valueOf(output, inputs)
  })
}

function sideOf({ value, spread, shape }: Bounded, side: Side): HostArray {
  const { lo, hi, nan } = spread!
  const data = Float64Array.from(lo, (low, i) => {
    if (side === 'lo') return low
    if (side === 'hi') return hi[i]!
    // A complex number whose parts lie at different ends.
    if (side === 'lo hi') return i % 2 === 0 ? low : hi[i]!
    if (side === 'hi lo') return i % 2 === 0 ? hi[i]! : low
    if (side === 'nan' && nan[i] === 1) return NaN
    if (typeof side === 'number' && Number.isFinite(hi[i]! - low)) return low + side * (hi[i]! - low)
    return (side === 'whole' ? wholeIn(low, hi[i]!) : undefined) ?? Number(value.data[i])
  })
  return isComplex(value.dtype)
    ? hostArray(value.dtype, shape, data)
    : convert(hostArray('float64', shape, data), value.dtype)
}

function hullOf(value: HostArray, corners: readonly HostArray[]): Spread {
  const lo = Float64Array.from(value.data as ArrayLike<number | bigint> as ArrayLike<number>, Number)
  const hi = lo.slice()
  const nan = new Uint8Array(lo.length)
  for (const { data } of corners) {
    for (let i = 0; i < lo.length; i++) {
      const reached = Number(data[i])
      if (Number.isNaN(reached)) nan[i] = 1
      // From NaN the bounds grow as from nothing.
      else if (Number.isNaN(lo[i]!)) lo[i] = hi[i] = reached
      else {
        lo[i] = Math.min(lo[i]!, reached)
        hi[i] = Math.max(hi[i]!, reached)
      }
    }
  }
  // NaN beside a number is one of two right results; NaN alone is the only one.
  lo.forEach((low, i) => {
    nan[i] = !Number.isNaN(low) && (nan[i] === 1 || Number.isNaN(Number(value.data[i]))) ? 1 : 0
  })
  return { lo, hi, nan, rule }
}

/** Between corners a function may go a little further than at them, though hardly to the other sign. */
function withSlack(spread: Spread, floats: boolean): Spread {
  if (!floats) return spread
  const { lo, hi } = spread
  for (let i = 0; i < lo.length; i++) {
    const [low, high] = [lo[i]!, hi[i]!]
    const slack = high - low > 0 && Number.isFinite(high - low) ? 0.5 * (high - low) : 0
    // Without it bounds stay as they are, with the sign of a zero.
    if (slack === 0) continue
    lo[i] = low >= 0 ? Math.max(0, low - slack) : low - slack
    hi[i] = high <= 0 ? Math.min(0, high + slack) : high + slack
  }
  return spread
}

/** An input whose bounds say little: a function may do anything between them. */
const isWide = (truth: number, lo: number, hi: number): boolean =>
  lo !== hi && !Number.isNaN(lo) && !(hi - lo <= 0.05 * Math.max(1, Math.abs(truth)))

/** Leaves results open that depend on an element of `input` of which little is known. */
function openWide({ value, spread, shape: from }: Bounded, shape: readonly number[], out: Spread): void {
  const count = shape.reduce((n, size) => n * size, 1)
  const [given, made] = [partsOf(value.dtype), count === 0 ? 1 : out.lo.length / count]
  forEachIndex(shape, [broadcastStrides(from, shape)], (at, [place]) => {
    const parts = Array.from({ length: given }, (_, i) => given * place! + i)
    if (!parts.some((i) => isWide(Number(value.data[i]), spread!.lo[i]!, spread!.hi[i]!))) return
    out.lo.fill(-Infinity, made * at, made * (at + 1))
    out.hi.fill(Infinity, made * at, made * (at + 1))
    out.nan.fill(1, made * at, made * (at + 1))
  })
}
