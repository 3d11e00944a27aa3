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
  /** `[gates * hidden, hidden]` */
  readonly recurrent: NDArray
  /** The bias that goes with it. */
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

/** `x @ weight^T` */
export const product = (x: NDArray, weight: NDArray): NDArray => td.matmul(x, td.matrixTranspose(weight))

export function weightsOf(call: NodeCall, x: NDArray, direction: number, gates: number): Weights {
  const [weight, recurrent] = [1, 2].map((i) => ofDirection(call.array(i), direction)) as [NDArray, NDArray]
  const both = call.has(3) ? ofDirection(call.array(3), direction) : undefined
  const hidden = sizesOf(recurrent)[1]!
  const count = Array.from({ length: gates }).reduce<SizeLike>((sum) => plus(sum, hidden), 0)
  const entered = product(x, weight)
  return {
    entered: both === undefined ? entered : td.add(entered, rows(both, 0, count)),
    recurrent,
    recurrentBias: both && rows(both, count, plus(count, count)),
    peepholes: call.has(7) ? ofDirection(call.array(7), direction) : undefined,
  }
}
