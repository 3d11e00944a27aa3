import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall } from '../node-call.ts'
import { plus, times } from '../sizes.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'
import type { Activation } from './recurrent-activations.ts'

/** Weights of one direction. */
export interface Weights {
  /** What goes in to all gates, of all steps: `[steps, batch, gates * hidden]`. */
  readonly entered: NDArray
  /** `[hidden, gates * hidden]` */
  readonly recurrent: NDArray
  /** What a state is multiplied to, where that is no plain product. */
  readonly multiplied?: (state: NDArray) => NDArray
  /** The bias that goes with it, where it is not part of what goes in. */
  readonly recurrentBias: NDArray | undefined
  readonly peepholes: NDArray | undefined
}

/** What one step makes of what enters it and of the states before; the first state is the result. */
export type Turn = (entered: NDArray, states: readonly NDArray[]) => readonly NDArray[]

/** What a kind of layer does, for one direction. */
export type TurnOf = (call: NodeCall, weights: Weights, activations: readonly Activation[]) => Turn

/** Makes the weights of one direction. */
export type WeightsOf = (
  call: NodeCall,
  x: NDArray,
  direction: number,
  kind: { readonly gates: number; readonly keepsBias?: boolean },
) => Weights

/** Weights of one direction: `[directions, ...]` gives `[...]`. */
export const ofDirection = (array: NDArray, direction: number): NDArray =>
  td.squeeze(td.slice(array, [direction], [direction + 1]), 0)

/** A part of the first axis. */
export const rows = (array: NDArray, from: SizeLike, to: SizeLike): NDArray => td.slice(array, [from], [to])

/** A part of the last axis of a matrix. */
export const columns = (array: NDArray, from: SizeLike, to: SizeLike): NDArray =>
  td.slice(array, [null, from], [null, to])

export const weightsOf: WeightsOf = (call, x, direction, { gates, keepsBias = false }) => {
  // Turned once, not at each step.
  const [weight, recurrent] = [1, 2].map((i) =>
    td.matrixTranspose(ofDirection(call.array(i), direction)),
  ) as [NDArray, NDArray]
  const { enters, stays } = biasesOf(call, direction, times(sizesOf(recurrent)[0]!, gates))
  const biased = plusOf(td.matmul(x, weight), enters)
  return {
    entered: keepsBias ? biased : plusOf(biased, stays),
    recurrent,
    recurrentBias: keepsBias ? stays : undefined,
    peepholes: peepholesOf(call, direction),
  }
}

export const plusOf = (x: NDArray, y: NDArray | undefined): NDArray => (y === undefined ? x : td.add(x, y))

/** What is added to what enters, and what to states. */
export function biasesOf(
  call: NodeCall,
  direction: number,
  count: SizeLike,
): { readonly enters: NDArray | undefined; readonly stays: NDArray | undefined } {
  if (!call.has(3)) return { enters: undefined, stays: undefined }
  const both = ofDirection(call.array(3), direction)
  return { enters: rows(both, 0, count), stays: rows(both, count, plus(count, count)) }
}

export const peepholesOf = (call: NodeCall, direction: number): NDArray | undefined =>
  call.has(7) ? ofDirection(call.array(7), direction) : undefined
