import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { sizesOf } from '../tensor.ts'
import { dynamicRange, integerProduct, saturated } from './quantizing.ts'
import { layer, longShort } from './recurrent.ts'
import { biasesOf, ofDirection, peepholesOf, plusOf, type WeightsOf } from './recurrent-weights.ts'

/** Integers of a matrix, with a scale and a zero point for all or for each column. */
interface Integers {
  readonly matrix: NDArray
  readonly scale: NDArray
  readonly zero: NDArray
}

/** The product of floats that are turned to integers by their range, in floats again. */
function product(x: NDArray, { matrix, scale, zero }: Integers): NDArray {
  const [xScale, xZero] = dynamicRange(x)
  const integers = saturated(td.divide(x, xScale), xZero, 'uint8')
  const sums = integerProduct(integers, xZero, matrix, zero)
  return td.multiply(td.multiply(td.astype(sums, 'float32'), xScale), scale)
}

/** Zeros where all sequences have ended, of which no range is to tell. */
function running(call: NodeCall, x: NDArray): NDArray {
  if (!call.has(4)) return x
  const step = td.arange(0, sizesOf(x)[0]!, 1, { dtype: 'int32' })
  const isOn = td.less(step, td.max(td.astype(call.array(4), 'int32')))
  return td.where(td.expandDims(isOn, [1, 2]), x, 0)
}

/** Weights of integers that lie as a product takes them. */
const weightsOf: WeightsOf = (call, x, direction) => {
  const integers = (at: number, scaleAt: number): Integers => ({
    matrix: ofDirection(call.array(at), direction),
    scale: ofDirection(call.array(scaleAt), direction),
    zero: ofDirection(call.array(scaleAt + 1), direction),
  })
  const [weight, recurrent] = [integers(1, 8), integers(2, 10)]
  const { enters, stays } = biasesOf(call, direction, sizesOf(recurrent.matrix)[1]!)
  return {
    entered: plusOf(plusOf(product(running(call, x), weight), enters), stays),
    recurrent: recurrent.matrix,
    multiplied: (state) => product(state, recurrent),
    recurrentBias: undefined,
    peepholes: peepholesOf(call, direction),
  }
}

/** Long short-term memory of integers, to which its inputs and its states are turned at each step. */
export const dynamicQuantizeLstm = layer({ ...longShort, weightsOf })
