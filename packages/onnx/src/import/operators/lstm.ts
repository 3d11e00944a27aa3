import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { times } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { columns, rows, type TurnOf } from './recurrent-weights.ts'

/**
 * Long short-term memory; the rows of the weights are those of the input gate, the output gate, the forget gate and the new
 * content, those of the peepholes of the first three.
 */
export const lstmTurn: TurnOf = (call, { recurrent, multiplied, peepholes }, [f, g, h]) => {
  const hidden = sizesOf(recurrent)[0]!
  const isCoupled = call.flag('input_forget')
  const eyes = peepholes && [0, 1, 2].map((i) => rows(peepholes, times(hidden, i), times(hidden, i + 1)))
  /** A gate that sees the cell through its peephole. */
  const peeking = (gate: NDArray, cell: NDArray, place: number): NDArray =>
    eyes === undefined ? gate : td.add(gate, td.multiply(eyes[place]!, cell))
  return (entered, states) => {
    const [before, cell] = states as readonly [NDArray, NDArray]
    const total = td.add(entered, multiplied?.(before) ?? td.matmul(before, recurrent))
    const gate = (place: number): NDArray => columns(total, times(hidden, place), times(hidden, place + 1))
    const enter = f!(peeking(gate(0), cell, 0))
    const forget = isCoupled ? td.subtract(1, enter) : f!(peeking(gate(2), cell, 2))
    const kept = td.add(td.multiply(forget, cell), td.multiply(enter, g!(gate(3))))
    const leave = f!(peeking(gate(1), kept, 1))
    return [td.multiply(leave, h!(kept)), kept]
  }
}
