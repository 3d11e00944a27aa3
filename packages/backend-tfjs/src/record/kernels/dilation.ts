import {
  add,
  equal,
  maximum,
  type NDArray,
  reshape,
  slice,
  stack,
  sum,
  where,
  zerosLike,
} from '@tendril/core/fn'
import { backend_util, type Dilation2DAttrs } from '@tensorflow/tfjs-core'
import { type Family, kernel } from '../kernel.ts'
import { type Windows, windows2d } from '../spatial.ts'
import { toDType } from '../values.ts'
import { atPlace, padded, placesOf } from './pooling.ts'
import { backToWinners, winnersAt } from './pooling-gradients.ts'

const windowsOf = (x: NDArray, filter: NDArray, { strides, pad, dilations }: Dilation2DAttrs): Windows =>
  windows2d(
    backend_util.computeDilation2DInfo(
      [...x.shape] as unknown as [number, number, number, number],
      [...filter.shape] as unknown as [number, number, number],
      strides,
      pad,
      'NHWC',
      dilations,
    ),
  )

/** The sums of a window and a filter, by places of the window. */
function sumsOf(x: NDArray, filter: NDArray, windows: Windows): ReadonlyMap<readonly number[], NDArray> {
  const wide = padded(toDType(x, 'float32'), windows, -Infinity)
  return new Map(
    placesOf(windows).map((place) => {
      const [row, column] = place as [number, number]
      const weight = reshape(slice(filter, [row, column], [row + 1, column + 1]), [filter.shape[2]!])
      return [place, add(atPlace(wide, windows, place), weight)] as const
    }),
  )
}

const largest = (sums: ReadonlyMap<readonly number[], NDArray>): NDArray =>
  [...sums.values()].reduce((best, one) => maximum(best, one))

/** For each place, which windows have their largest sum there; of equal ones the first. */
function winnersOf(x: NDArray, filter: NDArray, windows: Windows): ReadonlyMap<readonly number[], NDArray> {
  const sums = sumsOf(x, filter, windows)
  const best = largest(sums)
  return winnersAt([...sums.keys()], (place) => equal(sums.get(place)!, best), 'first')
}

/** Largest sums of a window and a filter, for each channel. */
export const dilation: Family = {
  Dilation2D: kernel(['x', 'filter'], ([x, filter], attrs: Dilation2DAttrs) =>
    largest(sumsOf(x, filter, windowsOf(x, filter, attrs))),
  ),
  Dilation2DBackpropFilter: kernel(['x', 'filter', 'dy'], ([x, filter, dy], attrs: Dilation2DAttrs) => {
    const winners = winnersOf(x, filter, windowsOf(x, filter, attrs))
    const shares = [...winners.values()].map((wins) =>
      sum(where(wins, dy, zerosLike(dy)), { axis: [0, 1, 2] }),
    )
    return reshape(stack(shares), filter.shape)
  }),
  Dilation2DBackpropInput: kernel(['x', 'filter', 'dy'], ([x, filter, dy], attrs: Dilation2DAttrs) => {
    const windows = windowsOf(x, filter, attrs)
    return backToWinners(dy, windows, winnersOf(x, filter, windows))
  }),
}
