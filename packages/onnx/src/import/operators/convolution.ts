import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { floorDiv, minus, numbers, plus, product, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { col2im, folded } from './folding.ts'
import { deformConv } from './deform-conv.ts'
import { each, padded, reachOf, spaceOf, type Windows, windowsOf } from './windows.ts'

/** Sizes of the window: as the node says them, or those of the weights. */
export const kernelOf = (call: NodeCall, weights: NDArray): readonly number[] => {
  const rank = weights.ndim - 2
  return call.given('kernel_shape') ? each(call, 'kernel_shape', rank, 1) : weights.shape.slice(2)
}

const conv: Operator = (call) => {
  const [x, weights] = [call.array(0), call.array(1)]
  const windows = windowsOf(call, spaceOf(x), kernelOf(call, weights), (i) => x.shape[i + 2]!)
  const { array, pads } = padded(x, windows, 0)
  const { strides, dilations } = windows
  const groups = call.int('group', 1)
  return td.convolution(array, weights, strides, pads, dilations, call.optional(2), { groups })
}

/** What is cut from each end of the spatial axes, and how much longer they are made at the end. */
interface Cut {
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly grown: readonly SizeLike[]
}

function cutOf(call: NodeCall, x: NDArray, reach: readonly number[]): Cut {
  const rank = reach.length
  const strides = each(call, 'strides', rank, 1)
  const grown = each(call, 'output_padding', rank, 0)
  const autoPad = call.string('auto_pad', 'NOTSET')
  const given = call.ints('output_shape', [])
  const isSame = autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER'
  if (given.length === 0 && !isSame) {
    const pads = autoPad === 'VALID' ? [] : call.ints('pads', [])
    const side = (from: number): number[] => reach.map((_, i) => pads[from + i] ?? 0)
    return { before: side(0), after: side(rank), grown }
  }
  // Some files list the sizes of batch and channels too.
  const isGiven = given.length > 0
  // The sizes cancel each other but where the file says those of the result.
  const space: readonly SizeLike[] = isGiven ? x.shape.slice(2) : spaceOf(x)
  const sizes: readonly SizeLike[] = isGiven
    ? given.slice(-rank)
    : space.map((size, i) => times(size, strides[i]!))
  const totals = space.map((size, i) => {
    const whole = plus(times(minus(size, 1), strides[i]!), grown[i]! + reach[i]!)
    return minus(whole, sizes[i]!)
  })
  const cut = numbers(totals)
  const half = cut.map((total) => Math.floor(Math.max(total, 0) / 2))
  const rest = cut.map((total, i) => Math.max(total, 0) - half[i]!)
  return {
    before: autoPad === 'SAME_UPPER' ? half : rest,
    after: autoPad === 'SAME_UPPER' ? rest : half,
    grown: cut.map((total, i) => grown[i]! + Math.max(-total, 0)),
  }
}

const transposes = [td.conv1dTranspose, td.conv2dTranspose, td.conv3dTranspose]

const convTranspose: Operator = (call) => {
  const [x, weights] = [call.array(0), call.array(1)]
  const rank = x.ndim - 2
  const kernel = kernelOf(call, weights)
  const strides = each(call, 'strides', rank, 1)
  const dilations = each(call, 'dilations', rank, 1)
  const reach = kernel.map((size, i) => reachOf(size, dilations[i]!))
  const cut = cutOf(call, x, reach)
  const groups = call.int('group', 1)
  const bias = call.optional(2)
  const transposed = transposes[rank - 1]
  if (transposed === undefined) {
    const sums = spread([x, weights], { kernel, strides, dilations, ...cut }, groups)
    return bias === undefined ? sums : td.add(sums, td.expandDims(bias, spatialAxes(rank)))
  }
  const padding = cut.before.map((width, i) => [width, cut.after[i]!])
  return transposed(x, weights, bias, { strides, dilations, padding, outputPadding: cut.grown, groups })
}

/** The spatial axes of an array without items. */
const spatialAxes = (rank: number): readonly number[] => Array.from({ length: rank }, (_, i) => i + 1)

/** Each element times a window, added up where the windows lie: for any number of axes. */
function spread(
  [x, weights]: readonly [NDArray, NDArray],
  windows: Windows & { readonly grown: readonly SizeLike[] },
  groups: number,
): NDArray {
  const { kernel, strides, dilations, before, after, grown } = windows
  const [items, channels, ...positions] = sizesOf(x) as readonly [SizeLike, SizeLike, ...SizeLike[]]
  const ofGroup = sizesOf(weights)[1]!
  const inner = floorDiv(channels, groups)!
  const rows = td.reshape(weights, [groups, inner, times(ofGroup, product(kernel))])
  const columns = td.reshape(x, [items, groups, inner, product(positions)])
  const blocks = td.matmul(td.matrixTranspose(rows), columns)
  const space = positions.map((size, i) => {
    const whole = plus(times(minus(size, 1), strides[i]!), reachOf(kernel[i]!, dilations[i]!))
    return plus(minus(whole, plus(before[i]!, after[i]!)), grown[i]!)
  })
  return folded(blocks, [items, times(ofGroup, groups), ...space], positions, windows)
}

export const convolution: Operators = {
  Conv: conv,
  ConvTranspose: convTranspose,
  DeformConv: deformConv,
  Col2Im: col2im,
}
