import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import { columns, rows, type TurnOf } from './recurrent-weights.ts'

/** A product with a bias, which may be left out. */
const biased = (product: NDArray, bias: NDArray | undefined): NDArray =>
  bias === undefined ? product : td.add(product, bias)

/** Gated recurrent units; the rows of the weights are those of the update gate, the reset gate and the new state. */
export const gruTurn: TurnOf = (call, { recurrent, recurrentBias }, [f, g]) => {
  const hidden = sizesOf(recurrent)[0]!
  const twice = plus(hidden, hidden)
  const all = plus(twice, hidden)
  const isLinearFirst = call.flag('linear_before_reset')
  const [gateWeights, newWeights] = [columns(recurrent, 0, twice), columns(recurrent, twice, all)]
  const biasOf = (from: SizeLike, to: SizeLike): NDArray | undefined =>
    recurrentBias && rows(recurrentBias, from, to)
  const [gateBias, newBias] = [biasOf(0, twice), biasOf(twice, all)]
  return (entered, states) => {
    const before = states[0]!
    const [own, forNew] = [columns(entered, 0, twice), columns(entered, twice, all)]
    const gates = f!(biased(td.add(own, td.matmul(before, gateWeights)), gateBias))
    const [update, reset] = [columns(gates, 0, hidden), columns(gates, hidden, twice)]
    const remembered = isLinearFirst
      ? td.multiply(reset, biased(td.matmul(before, newWeights), newBias))
      : biased(td.matmul(td.multiply(reset, before), newWeights), newBias)
    const made = g!(td.add(forNew, remembered))
    return [td.add(td.multiply(td.subtract(1, update), made), td.multiply(update, before))]
  }
}
