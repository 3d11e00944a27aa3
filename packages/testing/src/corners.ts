import {
  broadcastStrides,
  convert,
  countOf,
  forEachIndex,
  type HostArray,
  hostArray,
  isFloat,
} from '@tendril/core/testing'
import { type Bounded, type Spread, unknown } from './bounded.ts'
import { type Output, valueOf } from './truth.ts'

const vague = 'anything: an input is not known well enough'

/** An input whose bounds say little; a function may do anything between them. */
const isWide = (truth: number, lo: number, hi: number, nan: number): boolean =>
  nan === 1 || !(hi - lo <= 0.05 * Math.max(1, Math.abs(truth)))

/** What results may be where inputs are known within bounds: those of the bounds, put together in every way. */
export function cornersOf(output: Output, value: HostArray): Bounded {
  const { op, inputs, type } = output
  const center: Bounded = { dtype: type.dtype, shape: value.shape, value }
  if (op.def.traits.elementwise) return elementwise(output, center)
  const doubtful = inputs.filter((input) => input?.spread !== undefined) as Bounded[]
  // Other ops are exact here: they move floats or choose among them, so a bound of the input is one of the result.
  const follows =
    isFloat(type.dtype) &&
    doubtful.every(({ dtype, spread }) => isFloat(dtype) && spread!.nan.every((flag) => flag === 0))
  if (!follows) return unknown(type.dtype, value, vague)
  const side = (pick: (spread: Spread) => Float64Array): Float64Array =>
    valueOf(
      output,
      inputs.map(
        (input) =>
          input && (input.spread ? hostArray('float64', input.shape, pick(input.spread)) : input.value),
      ),
    ).data as Float64Array
  const { rule } = doubtful[0]!.spread!
  return {
    ...center,
    spread: {
      lo: side(({ lo }) => lo),
      hi: side(({ hi }) => hi),
      nan: new Uint8Array(value.data.length),
      rule,
    },
  }
}

type Side = 'lo' | 'hi' | 'zero'
const sides: readonly Side[] = ['lo', 'hi', 'zero']

function elementwise(output: Output, center: Bounded): Bounded {
  const { inputs } = output
  const count = countOf(center.shape)
  const truth = Float64Array.from(
    center.value.data as ArrayLike<number | bigint> as ArrayLike<number>,
    Number,
  )
  const [lo, hi, nan] = [truth.slice(), truth.slice(), new Uint8Array(count)]
  const doubtful = inputs.flatMap((input, at) => (input?.spread === undefined ? [] : [at]))
  for (let combination = 0; combination < sides.length ** doubtful.length; combination++) {
    const chosen = new Map(
      doubtful.map((at, k) => [at, sides[Math.floor(combination / sides.length ** k) % sides.length]!]),
    )
    const corner = valueOf(
      output,
      inputs.map((input, at) => input && (chosen.has(at) ? sideOf(input, chosen.get(at)!) : input.value)),
    )
    for (let i = 0; i < count; i++) {
      const reached = Number(corner.data[i])
      if (Number.isNaN(reached)) nan[i] = 1
      else {
        // From NaN the bounds grow as from nothing.
        lo[i] = Number.isNaN(lo[i]!) ? reached : Math.min(lo[i]!, reached)
        hi[i] = Number.isNaN(hi[i]!) ? reached : Math.max(hi[i]!, reached)
      }
    }
  }
  for (const at of doubtful) openWide(inputs[at]!, center.shape, lo, hi, nan)
  truth.forEach((x, i) => {
    if (Number.isNaN(x) && !Number.isNaN(lo[i]!)) nan[i] = 1
    // Between corners a function may go a little further than at them.
    const slack = Number.isFinite(hi[i]! - lo[i]!) && isFloat(center.dtype) ? 0.5 * (hi[i]! - lo[i]!) : 0
    lo[i]! -= slack
    hi[i]! += slack
  })
  return { ...center, spread: { lo, hi, nan, rule: 'what bounded inputs allow' } }
}

function sideOf({ value, spread, shape }: Bounded, side: Side): HostArray {
  const { lo, hi } = spread!
  const data = Float64Array.from(lo, (low, i) => {
    if (side === 'lo') return low
    if (side === 'hi') return hi[i]!
    return low < 0 && hi[i]! > 0 ? 0 : Number(value.data[i])
  })
  return convert(hostArray('float64', shape, data), value.dtype)
}

/** Leaves results open that depend on an element of `input` of which little is known. */
function openWide(
  input: Bounded,
  shape: readonly number[],
  lo: Float64Array,
  hi: Float64Array,
  nan: Uint8Array,
): void {
  const { spread, value } = input
  forEachIndex(shape, [broadcastStrides(input.shape, shape)], (at, [from]) => {
    if (!isWide(Number(value.data[from!]), spread!.lo[from!]!, spread!.hi[from!]!, spread!.nan[from!]!))
      return
    lo[at] = -Infinity
    hi[at] = Infinity
    nan[at] = 1
  })
}
