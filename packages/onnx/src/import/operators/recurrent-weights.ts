import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { plus } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import type { Activation } from './recurrent-activations.ts'

/** Weights of one direction. */
export interface Weights {
  /** What goes in to all gates, of all steps: `[steps, batch, gates * hidden]`. */
  readonly entered: NDArray
  /** `[hidden, gates * hidden]` */
  readonly recurrent: NDArray
  /** The bias that goes with it, where it is not part of what goes in. */
  readonly recurrentBias: NDArray | undefined
  readonly peepholes: NDArray | undefined
}

/** What one step makes of what enters it and of the states before; the first state is the result. */
export type Turn = (entered: NDArray, states: readonly NDArray[]) => readonly NDArray[]

/** What a kind of layer does, for one direction. */
export type TurnOf = (call: NodeCall, weights: Weights, activations: readonly Activation[]) => Turn

/** Weights of one direction: `[directions, ...]` gives `[...]`. */
export const ofDirection = (array: NDArray, direction: number): NDArray =>
  td.squeeze(td.slice(array, [direction], [direction + 1]), 0)

/** A part of the first axis. */
export const rows = (array: NDArray, from: SizeLike, to: SizeLike): NDArray => td.slice(array, [from], [to])

/** A part of the last axis of a matrix. */
export const columns = (array: NDArray, from: SizeLike, to: SizeLike): NDArray =>
  td.slice(array, [null, from], [null, to])

export function weightsOf(
  call: NodeCall,
  x: NDArray,
  direction: number,
  { gates, keepsBias = false }: { readonly gates: number; readonly keepsBias?: boolean },
): Weights {
  // Turned once, not at each step.
  const [weight, recurrent] = [1, 2].map((i) =>
    td.matrixTranspose(ofDirection(call.array(i), direction)),
  ) as [NDArray, NDArray]
  const both = call.has(3) ? ofDirection(call.array(3), direction) : undefined
  const hidden = sizesOf(recurrent)[0]!
  const count = Array.from({ length: gates }).reduce<SizeLike>((sum) => plus(sum, hidden), 0)
  const entered = td.matmul(x, weight)
  const [enters, stays] = both ? [rows(both, 0, count), rows(both, count, plus(count, count))] : []
  const biased = enters === undefined ? entered : td.add(entered, enters)
  return {
    entered: stays === undefined || keepsBias ? biased : td.add(biased, stays),
    recurrent,
    recurrentBias: keepsBias ? stays : undefined,
    peepholes: call.has(7) ? ofDirection(call.array(7), direction) : undefined,
  }
}
