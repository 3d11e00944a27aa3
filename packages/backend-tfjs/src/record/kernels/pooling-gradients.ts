import {
  add,
  array,
  divide,
  equal,
  full,
  logicalAnd,
  logicalNot,
  logicalOr,
  multiply,
  type NDArray,
  reshape,
  where,
  zerosLike,
} from '@tendril/core/fn'
import type {
  AvgPool3DGradAttrs,
  AvgPoolGradAttrs,
  MaxPool3DGradAttrs,
  MaxPoolGradAttrs,
} from '@tensorflow/tfjs-core'
import { type Family, kernel, refuse } from '../kernel.ts'
import { channelsFirst, fitted, spread, type Windows } from '../spatial.ts'
import { product } from '../values.ts'
import { spreadBack } from './convolutions.ts'
import { atPlace, countsOf, firstAxis, padded, placesOf, pool2d, pool3d } from './pooling.ts'

/** Which of equal largest elements of a window get what came back. */
type Winners = 'first' | 'last' | 'all'

/** For each place of the windows, which of them have it for a winner: those where `is` holds, or the first or last of them. */
export function winnersAt(
  places: readonly (readonly number[])[],
  is: (place: readonly number[]) => NDArray,
  winners: Winners,
): ReadonlyMap<readonly number[], NDArray> {
  const order = winners === 'last' ? places.toReversed() : places
  let taken: NDArray | undefined
  return new Map(
    order.map((place) => {
      const holds = is(place)
      const wins = taken === undefined || winners === 'all' ? holds : logicalAnd(holds, logicalNot(taken))
      taken = taken === undefined ? holds : logicalOr(taken, holds)
      return [place, wins] as const
    }),
  )
}

/** What came back, brought to the places of the winners. */
export function backToWinners(
  dy: NDArray,
  windows: Windows,
  winners: ReadonlyMap<readonly number[], NDArray>,
): NDArray {
  const from = firstAxis(windows)
  const shares = [...winners].map(([place, wins]) => {
    const lead = place.map((i, axis) => i * windows.dilations[axis]! - windows.before[axis]!)
    const apart = spread(where(wins, dy, zerosLike(dy)), windows.strides, from)
    return fitted(apart, lead, windows.inputs, from)
  })
  return shares.reduce((total, share) => add(total, share))
}

/** What came back goes to the place of each window that held the largest element. */
function maxGradient(
  dy: NDArray,
  input: NDArray,
  output: NDArray,
  windows: Windows,
  winners: Winners,
): NDArray {
  const wide = padded(input, windows, -Infinity)
  const is = (place: readonly number[]): NDArray => equal(atPlace(wide, windows, place), output)
  return backToWinners(dy, windows, winnersAt(placesOf(windows), is, winners))
}

/** What came back, spread evenly over its window: at the borders over the whole one, or over the elements in it. */
function avgGradient(dy: NDArray, windows: Windows, over: 'window' | 'elements'): NDArray {
  const channels = channelsFirst(dy, windows).shape[1]!
  const ones = full([channels, 1, ...windows.kernel], 1, { dtype: 'float32' })
  if (over === 'window') return spreadBack(multiply(dy, 1 / product(windows.kernel)), ones, windows, channels)
  const counts = Float32Array.from(countsOf(windows), (count) => Math.max(count, 1))
  const sizes = dy.shape.map((_, axis) => windows.outputs[axis - firstAxis(windows)] ?? 1)
  return spreadBack(divide(dy, reshape(array(counts), sizes)), ones, windows, channels)
}

const ofMax2d = (winners: Winners) =>
  kernel(['dy', 'input', 'output'], ([dy, input, output], attrs: MaxPoolGradAttrs) =>
    maxGradient(dy, input, output, pool2d(input, attrs), winners),
  )
const ofMax3d = (winners: Winners) =>
  kernel(['dy', 'input', 'output'], ([dy, input, output], attrs: MaxPool3DGradAttrs) =>
    maxGradient(dy, input, output, pool3d(input, attrs), winners),
  )
const ofAvg2d = (over: 'window' | 'elements') =>
  kernel(['dy', 'input'], ([dy, input], attrs: AvgPoolGradAttrs) =>
    avgGradient(dy, pool2d(input, attrs), over),
  )
const ofAvg3d = (over: 'window' | 'elements') =>
  kernel(['dy', 'input'], ([dy, input], attrs: AvgPool3DGradAttrs) =>
    avgGradient(dy, pool3d(input, attrs), over),
  )

/** Gradients of pooling, as tfjs' backend in plain JavaScript computes them. */
export const poolingGradients: Family = {
  AvgPool3DGrad: ofAvg3d('window'),
  AvgPoolGrad: ofAvg2d('window'),
  MaxPool3DGrad: ofMax3d('last'),
  MaxPoolGrad: ofMax2d('first'),
}

/** Of equal sums, and of windows that lie in padding, the wasm backend chooses by rules of its own. */
const unknownChoice = kernel(['x', 'filter', 'dy'], () =>
  refuse('on tfjs:wasm it chooses other places than elsewhere'),
)

/** Those that other backends of tfjs compute in another way, by the names of the backends. */
export const gradientsByBackend: Readonly<Record<string, Family>> = {
  wasm: {
    Dilation2DBackpropFilter: unknownChoice,
    Dilation2DBackpropInput: unknownChoice,
    MaxPoolGrad: ofMax2d('last'),
  },
  tensorflow: {
    AvgPool3DGrad: ofAvg3d('elements'),
    AvgPoolGrad: ofAvg2d('elements'),
    MaxPool3DGrad: ofMax3d('all'),
  },
}
