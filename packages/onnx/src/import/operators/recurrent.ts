import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { Operator, Operators } from '../node-call.ts'
import { activationsOf } from './recurrent-activations.ts'
import { ofDirection, type Turn, type TurnOf, type WeightsOf, weightsOf } from './recurrent-weights.ts'
import { sizesOf } from '../tensor.ts'
import { gruTurn } from './gru.ts'
import { lstmTurn } from './lstm.ts'

interface Kind {
  readonly gates: number
  /** Whether the recurrent bias is not simply added to what goes in. */
  readonly keepsBias?: boolean
  /** Names of the activations of one direction. */
  readonly activations: readonly string[]
  /** Operands of the first states. */
  readonly states: readonly number[]
  readonly turnOf: TurnOf
  readonly weightsOf?: WeightsOf
}

/** Runs the steps of one direction. */
function runDirection(
  turn: Turn,
  entered: NDArray,
  initial: readonly NDArray[],
  lengths: NDArray | undefined,
  reverse: boolean,
): { readonly outputs: NDArray; readonly states: readonly NDArray[] } {
  if (lengths === undefined) {
    const [states, outputs] = td.scan(
      (before: readonly NDArray[], row: NDArray) => {
        const after = turn(row, before)
        return [after, after[0]!] as const
      },
      initial,
      entered,
      { reverse },
    )
    return { outputs: outputs as NDArray, states: states as readonly NDArray[] }
  }
  const steps = td.arange(0, sizesOf(entered)[0]!, 1, { dtype: 'int32' })
  // A sequence that has ended keeps its states, and gives zeros.
  const runs = td.less(td.expandDims(steps, 1), td.expandDims(td.astype(lengths, 'int32'), 0))
  const [states, outputs] = td.scan(
    (before: readonly NDArray[], [row, isRunning]: readonly [NDArray, NDArray]) => {
      const isOn = td.expandDims(isRunning, 1)
      const made = turn(row, before)
      const after = made.map((state, i) => td.where(isOn, state, before[i]!))
      return [after, td.where(isOn, made[0]!, td.zerosLike(made[0]!))] as const
    },
    initial,
    [entered, runs] as const,
    { reverse },
  )
  return { outputs: outputs as NDArray, states: states as readonly NDArray[] }
}

export const layer =
  (kind: Kind): Operator =>
  (call) => {
    const { activations, states, turnOf } = kind
    const ofKind = kind.weightsOf ?? weightsOf
    const direction = call.string('direction', 'forward')
    // The default of the first GRU was misspelled.
    if (!['forward', 'foward', 'reverse', 'bidirectional'].includes(direction))
      return call.refuse(`it knows no direction '${direction}'`)
    const isBatchFirst = call.int('layout', 0) === 1
    const ordered = (array: NDArray): NDArray => (isBatchFirst ? td.swapaxes(array, 0, 1) : array)
    const x = ordered(call.array(0))
    const batch = sizesOf(x)[1]!
    const functions = activationsOf(call, activations, direction === 'bidirectional' ? 2 : 1)
    const runs = functions.map((ofOne, i) => {
      const weights = ofKind(call, x, i, kind)
      const hidden = sizesOf(weights.recurrent)[0]!
      const initial = states.map((operand) =>
        call.has(operand)
          ? ofDirection(ordered(call.array(operand)), i)
          : td.zeros([batch, hidden], { dtype: x.dtype }),
      )
      const isReverse = direction === 'reverse' || i === 1
      return runDirection(turnOf(call, weights, ofOne), weights.entered, initial, call.optional(4), isReverse)
    })
    const outputs = runs.map((run) => run.outputs)
    const lasts = states.map((_, i) => runs.map((run) => run.states[i]!))
    return [
      td.stack(
        outputs.map((one) => (isBatchFirst ? td.swapaxes(one, 0, 1) : one)),
        {
          axis: isBatchFirst ? 2 : 1,
        },
      ),
      ...lasts.map((ofAll) => td.stack(ofAll, { axis: isBatchFirst ? 1 : 0 })),
    ]
  }

const rnnTurn: TurnOf =
  (_, { recurrent }, [f]) =>
  (entered, [before]) => [f!(td.add(entered, td.matmul(before!, recurrent)))]

export const longShort: Kind = {
  gates: 4,
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  states: [5, 6],
  turnOf: lstmTurn,
}

export const recurrent: Operators = {
  RNN: layer({ gates: 1, activations: ['Tanh'], states: [5], turnOf: rnnTurn }),
  GRU: layer({ gates: 3, keepsBias: true, activations: ['Sigmoid', 'Tanh'], states: [5], turnOf: gruTurn }),
  LSTM: layer(longShort),
}
