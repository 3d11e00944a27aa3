import type { ArrayValue } from '../op.ts'
import type { SliceBounds } from '../types/slice.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { astype } from './astype.ts'
import { equal } from './compare.ts'
import { onesLike } from './fills.ts'
import { padOrCut, unsliced } from './gradient-axes.ts'
import { indexAt } from './copies.ts'
import { slice } from './movement.ts'
import { pad } from './pad.ts'
import type { Windows } from './windows.ts'

/** What the windows of an array have at each place in them: as many arrays as a window has places. */
function taps(
  padded: ArrayValue,
  out: ArrayValue,
  kernel: readonly number[],
  { strides, dilations }: Windows,
) {
  const count = kernel.reduce((n, size) => n * size, 1)
  return Array.from({ length: count }, (_, tap) => {
    const from = indexAt(kernel, tap).map((place, i) => place * dilations[i]!)
    const bounds: SliceBounds = {
      starts: [null, null, ...from],
      stops: [null, null, ...from.map((start, i) => start + (out.shape[i + 2]! - 1) * strides[i]! + 1)],
      steps: [1, 1, ...strides],
    }
    return {
      take: (x: ArrayValue): ArrayValue => slice(x, bounds.starts, bounds.stops, bounds.steps),
      putBack: (part: ArrayValue): ArrayValue => unsliced(part, padded, bounds),
    }
  })
}

const total = (parts: readonly ArrayValue[]): ArrayValue => parts.reduce((sum, part) => add(sum, part))

function widths(pads: readonly number[]): readonly [before: readonly number[], after: readonly number[]] {
  const rank = pads.length / 2
  return [
    [0, 0, ...pads.slice(0, rank)],
    [0, 0, ...pads.slice(rank)],
  ]
}

function cut(x: ArrayValue, pads: readonly number[]): ArrayValue {
  const [before, after] = widths(pads)
  return padOrCut(
    x,
    before.map((width) => -width),
    after.map((width) => -width),
  )
}

/** The largest elements of each window share its gradient. */
export function ofMaxPooling(
  x: ArrayValue,
  out: ArrayValue,
  g: ArrayValue,
  kernel: readonly number[],
  windows: Windows,
): ArrayValue {
  const padded = pad(x, widths(windows.pads).flat(), { constantValues: -Infinity })
  const places = taps(padded, out, kernel, windows)
  const best = places.map(({ take }) => astype(equal(take(padded), out), g.dtype))
  const share = divide(g, total(best))
  return cut(total(places.map(({ putBack }, i) => putBack(multiply(best[i]!, share)))), windows.pads)
}

/** All elements of a window have the same part of its gradient. */
export function ofAvgPooling(
  x: ArrayValue,
  out: ArrayValue,
  g: ArrayValue,
  kernel: readonly number[],
  windows: Windows,
  countIncludePad: boolean,
): ArrayValue {
  const padded = pad(onesLike(x), widths(windows.pads).flat())
  const places = taps(padded, out, kernel, windows)
  const count = countIncludePad ? places.length : total(places.map(({ take }) => take(padded)))
  const share = divide(g, count)
  return cut(total(places.map(({ putBack }) => putBack(share))), windows.pads)
}
