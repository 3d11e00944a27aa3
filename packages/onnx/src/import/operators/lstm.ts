import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { times } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { product, rows, type TurnOf } from './recurrent-weights.ts'

/**
 * Long short-term memory; the rows of the weights are those of the input gate, the output gate, the forget gate and the new
 * content, those of the peepholes of the first three.
 */
export const lstmTurn: TurnOf = (call, { recurrent, recurrentBias, peepholes }, [f, g, h]) => {
  const hidden = sizesOf(recurrent)[1]!
  const isCoupled = call.flag('input_forget')
  /** A gate that sees the cell through its peephole. */
  const peeking = (gate: NDArray, cell: NDArray, place: number): NDArray =>
    peepholes === undefined
      ? gate
      : td.add(gate, td.multiply(rows(peepholes, times(hidden, place), times(hidden, place + 1)), cell))
  return (entered, states) => {
    const [before, cell] = states as readonly [NDArray, NDArray]
    const raw = td.add(entered, product(before, recurrent))
    const total = recurrentBias === undefined ? raw : td.add(raw, recurrentBias)
    const gate = (place: number): NDArray =>
      td.slice(total, [null, times(hidden, place)], [null, times(hidden, place + 1)])
    const enter = f!(peeking(gate(0), cell, 0))
    const forget = isCoupled ? td.subtract(1, enter) : f!(peeking(gate(2), cell, 2))
    const kept = td.add(td.multiply(forget, cell), td.multiply(enter, g!(gate(3))))
    const leave = f!(peeking(gate(1), kept, 1))
    return [td.multiply(leave, h!(kept)), kept]
  }
}
