/** Recurrent layers as the operators of ONNX, in files only: elsewhere they are the loops that they mean. */
import { attr, type Attributes } from '../attributes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { singleOnly } from './layers.ts'

/** The blocks of rows in the order of ONNX, as the one direction that there is. */
function ordered(e: OnnxEmitter, rows: OnnxRef, order: readonly number[]): OnnxRef {
  if (order.length === 1) return x.unsqueeze(e, rows, [0])
  const blocks = e.nodes(
    'Split',
    [rows],
    order.map(() => rows),
    { axis: 0, num_outputs: order.length },
  )
  const joined = e.node(
    'Concat',
    order.map((i) => blocks[i]!),
    rows,
    { axis: 0 },
  )
  return x.unsqueeze(e, joined, [0])
}

/** Both biases as one line; one that is left out is 0. */
function biases(
  e: OnnxEmitter,
  pair: readonly (OnnxRef | undefined)[],
  order: readonly number[],
): OnnxRef | undefined {
  const given = pair.find((bias) => bias !== undefined)
  if (given === undefined) return undefined
  const none = (): OnnxRef => e.node('Expand', [x.number(e, given, 0), x.shapeOf(e, given)], given)
  const lines = pair.map((bias) => ordered(e, bias ?? none(), order))
  return e.node('Concat', lines, lines[0]!, { axis: 1 })
}

interface Layer {
  readonly operator: 'RNN' | 'GRU' | 'LSTM'
  /** Where the blocks of ours are that ONNX has first, second, …. */
  readonly order: readonly number[]
  readonly hidden: number
  readonly attributes?: Attributes
}

interface Operands {
  readonly x: OnnxRef
  readonly states: readonly OnnxRef[]
  readonly weights: readonly [OnnxRef, OnnxRef]
  readonly biases: readonly (OnnxRef | undefined)[]
}

function layer(e: OnnxEmitter, { operator, order, hidden, attributes }: Layer, of: Operands): OnnxRef[] {
  const [own, before] = of.weights.map((weight) => ordered(e, weight, order)) as [OnnxRef, OnnxRef]
  const states = of.states.map((state) => x.unsqueeze(e, state, [0]))
  const made = e.nodes(
    operator,
    [of.x, own, before, biases(e, of.biases, order), undefined, ...states],
    [{ ...of.x, rank: 4 }, ...states],
    { hidden_size: hidden, ...attributes },
  )
  return made.map((ref, i) => x.squeeze(e, ref, [i === 0 ? 1 : 0]))
}

export const recurrent: readonly OnnxLowering[] = [
  lower(
    'rnn',
    (e, [a, hidden, own, before, ...bias], { nonlinearity }, { inputs }) =>
      layer(
        e,
        {
          operator: 'RNN',
          order: [0],
          hidden: e.fixed(inputs[3]!.shape[1]!),
          attributes: { activations: attr.strings([nonlinearity === 'relu' ? 'Relu' : 'Tanh']) },
        },
        { x: a, states: [hidden], weights: [own, before], biases: [bias[0], bias[1]] },
      ),
    { supports: singleOnly },
  ),
  lower(
    'gru',
    (e, [a, hidden, own, before, ...bias], _params, { inputs }) =>
      layer(
        e,
        {
          operator: 'GRU',
          // ONNX has the update gate before the reset gate.
          order: [1, 0, 2],
          hidden: e.fixed(inputs[3]!.shape[1]!),
          attributes: { linear_before_reset: 1 },
        },
        { x: a, states: [hidden], weights: [own, before], biases: [bias[0], bias[1]] },
      ),
    { supports: singleOnly },
  ),
  lower(
    'lstm',
    (e, [a, hidden, cell, own, before, ...bias], _params, { inputs }) =>
      layer(
        e,
        // Of input, forget, content and output ONNX has the output second, then forget and content.
        { operator: 'LSTM', order: [0, 3, 1, 2], hidden: e.fixed(inputs[4]!.shape[1]!) },
        { x: a, states: [hidden, cell], weights: [own, before], biases: [bias[0], bias[1]] },
      ),
    { supports: singleOnly },
  ),
]
