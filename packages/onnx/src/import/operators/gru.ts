import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { plus } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { product, rows, type TurnOf } from './recurrent-weights.ts'

/** Gated recurrent units; the rows of the weights are those of the update gate, the reset gate and the new state. */
export const gruTurn: TurnOf = (call, { recurrent, recurrentBias }, [f, g]) => {
  const hidden = sizesOf(recurrent)[1]!
  const twice = plus(hidden, hidden)
  const all = plus(twice, hidden)
  const isLinearFirst = call.flag('linear_before_reset')
  const gateWeights = rows(recurrent, 0, twice)
  const newWeights = rows(recurrent, twice, all)
  const biased = (x: NDArray, from: typeof hidden, to: typeof hidden): NDArray =>
    recurrentBias === undefined ? x : td.add(x, rows(recurrentBias, from, to))
  return (entered, states) => {
    const before = states[0]!
    const [own, forNew] = [td.slice(entered, [null, 0], [null, twice]), td.slice(entered, [null, twice], [])]
    const gates = f!(biased(td.add(own, product(before, gateWeights)), 0, twice))
    const update = td.slice(gates, [null, 0], [null, hidden])
    const reset = td.slice(gates, [null, hidden], [])
    const remembered = isLinearFirst
      ? td.multiply(reset, biased(product(before, newWeights), twice, all))
      : biased(product(td.multiply(reset, before), newWeights), twice, all)
    const made = g!(td.add(forNew, remembered))
    return [td.add(td.multiply(td.subtract(1, update), made), td.multiply(update, before))]
  }
}
