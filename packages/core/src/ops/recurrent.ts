import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, same, times } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { add, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { tanh } from './hyperbolic.ts'
import { linear } from './layers.ts'
import { split } from './parts.ts'
import { statesOver } from './recorded-loops.ts'
import { relu } from './rectifiers.ts'
import { sigmoid } from './special.ts'
import { meets } from './type-rules.ts'

interface Sizes {
  readonly steps: Dim
  readonly items: Dim
  readonly hidden: Dim
}

type Layer = readonly [
  x: TensorType,
  weightIh: TensorType,
  weightHh: TensorType,
  biasIh: TensorType | undefined,
  biasHh: TensorType | undefined,
]

/** Sizes of a layer whose weights hold `gates` blocks of rows. */
function layerSizes(
  op: string,
  gates: number,
  [x, weightIh, weightHh, ...biases]: Layer,
  states: readonly TensorType[],
): Sizes {
  const refuse = (because: string, shapes = [x.shape, weightIh.shape, weightHh.shape]): never => {
    throw new ShapeError({ op, shapes, because })
  }
  if (x.shape.length !== 3 || weightIh.shape.length !== 2 || weightHh.shape.length !== 2)
    return refuse('they are [steps, batch, in], [gates * hidden, in] and [gates * hidden, hidden]')
  const [steps, items, width] = x.shape as readonly [Dim, Dim, Dim]
  const hidden = weightHh.shape[1]!
  const rows = times(hidden, gates)
  const fits =
    same(weightIh.shape[1]!, width) && same(weightIh.shape[0]!, rows) && same(weightHh.shape[0]!, rows)
  if (!fits) return refuse(`the weights are [${gates} * hidden, in] and [${gates} * hidden, hidden]`)
  for (const bias of biases) {
    if (bias !== undefined && !(bias.shape.length === 1 && same(bias.shape[0]!, rows)))
      return refuse('a bias has one element for each row of the weights', [weightIh.shape, bias.shape])
  }
  for (const { shape } of states) {
    if (shape.length !== 2 || !same(shape[0]!, items) || !same(shape[1]!, hidden))
      return refuse('states are [batch, hidden]', [x.shape, shape])
  }
  return { steps, items, hidden }
}

const sequence = (x: TensorType, { steps, items, hidden }: Sizes): TensorType =>
  tensorType(x.dtype, [steps, items, hidden])
const state = (x: TensorType, { items, hidden }: Sizes): TensorType => tensorType(x.dtype, [items, hidden])

/**
 * A recurrent layer: each state is made of the input and the state before.
 *
 * Shapes: `x: [t, n, in]`, `hidden: [n, h]`, `weightIh: [h, in]`, `weightHh: [h, h]`, biases `[h]` give `outputs:
 * [t, n, h]` and the last states. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source PyTorch, `RNN`; ivy, `rnn`
 * @example rnn(array([[[1]], [[2]]]), array([[0]]), array([[1]]), array([[1]]), { nonlinearity: 'relu' }).outputs   // [[[1]], [[3]]]
 */
export const rnn = /* @__PURE__ */ defineOp({
  name: 'rnn',
  doc: 'A recurrent layer: each state is made of the input and the state before.',
  inputs: ['x', 'hidden', 'weightIh', 'weightHh', 'biasIh?', 'biasHh?'],
  params: { nonlinearity: /* @__PURE__ */ p.oneOf(['tanh', 'relu'], 'tanh') },
  outputs: ['outputs', 'hidden'],
  cast: (types) => meets('rnn', 'floating')(types),
  infer: ([x, hidden, weightIh, weightHh, biasIh, biasHh]) => {
    const sizes = layerSizes('rnn', 1, [x, weightIh, weightHh, biasIh, biasHh], [hidden])
    return [sequence(x, sizes), state(x, sizes)]
  },
  decompose: ([x, hidden, weightIh, weightHh, biasIh, biasHh], { nonlinearity }): readonly ArrayValue[] => {
    // What each step adds by itself: all of them in one product.
    const steps = linear(x, weightIh, biasIh)
    const [states, [last]] = statesOver(steps, [hidden], (step, [before]) => {
      const total = add(step, linear(before, weightHh, biasHh))
      return [nonlinearity === 'tanh' ? tanh(total) : relu(total)]
    })
    return [states, last]
  },
})

/**
 * A layer of gated recurrent units.
 *
 * The rows of the weights are those of the reset gate, the update gate and the new state.
 *
 * Shapes: `x: [t, n, in]`, `hidden: [n, h]`, `weightIh: [3 h, in]`, `weightHh: [3 h, h]`, biases `[3 h]` give
 * `outputs: [t, n, h]` and the last states. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source PyTorch, `GRU`
 * @example gru(array([[[0]]]), array([[1]]), zeros([3, 1]), zeros([3, 1])).hidden   // [[0.5]]
 */
export const gru = /* @__PURE__ */ defineOp({
  name: 'gru',
  doc: 'A layer of gated recurrent units.',
  inputs: ['x', 'hidden', 'weightIh', 'weightHh', 'biasIh?', 'biasHh?'],
  params: {},
  outputs: ['outputs', 'hidden'],
  cast: (types) => meets('gru', 'floating')(types),
  infer: ([x, hidden, weightIh, weightHh, biasIh, biasHh]) => {
    const sizes = layerSizes('gru', 3, [x, weightIh, weightHh, biasIh, biasHh], [hidden])
    return [sequence(x, sizes), state(x, sizes)]
  },
  decompose: ([x, hidden, weightIh, weightHh, biasIh, biasHh]): readonly ArrayValue[] => {
    const steps = linear(x, weightIh, biasIh)
    const [states, [last]] = statesOver(steps, [hidden], (step, [earlier]) => {
      const own = split(step, 3, { axis: 1 }) as readonly ArrayValue[]
      const before = split(linear(earlier, weightHh, biasHh), 3, { axis: 1 }) as readonly ArrayValue[]
      const reset = sigmoid(add(own[0]!, before[0]!))
      const update = sigmoid(add(own[1]!, before[1]!))
      const made = tanh(add(own[2]!, multiply(reset, before[2]!)))
      return [add(multiply(subtract(1, update), made), multiply(update, earlier))]
    })
    return [states, last]
  },
})

/**
 * A layer of long short-term memory.
 *
 * The rows of the weights are those of the input gate, the forget gate, the new content and the output gate.
 *
 * Shapes: `x: [t, n, in]`, `hidden: [n, h]`, `cell: [n, h]`, `weightIh: [4 h, in]`, `weightHh: [4 h, h]`, biases
 * `[4 h]` give `outputs: [t, n, h]` and the last states. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool arrays
 * @source PyTorch, `LSTM`; ivy, `lstm`
 * @example lstm(array([[[0]]]), array([[0]]), array([[1]]), zeros([4, 1]), zeros([4, 1])).cell   // [[0.5]]
 */
export const lstm = /* @__PURE__ */ defineOp({
  name: 'lstm',
  doc: 'A layer of long short-term memory.',
  inputs: ['x', 'hidden', 'cell', 'weightIh', 'weightHh', 'biasIh?', 'biasHh?'],
  params: {},
  outputs: ['outputs', 'hidden', 'cell'],
  cast: (types) => meets('lstm', 'floating')(types),
  infer: ([x, hidden, cell, weightIh, weightHh, biasIh, biasHh]) => {
    const sizes = layerSizes('lstm', 4, [x, weightIh, weightHh, biasIh, biasHh], [hidden, cell])
    return [sequence(x, sizes), state(x, sizes), state(x, sizes)]
  },
  decompose: ([x, hidden, cell, weightIh, weightHh, biasIh, biasHh]): readonly ArrayValue[] => {
    const steps = linear(x, weightIh, biasIh)
    const [states, [last, kept]] = statesOver(steps, [hidden, cell], (step, [earlier, before]) => {
      const gates = split(add(step, linear(earlier, weightHh, biasHh)), 4, {
        axis: 1,
      }) as readonly ArrayValue[]
      const [enter, forget, made, leave] = gates as readonly [ArrayValue, ArrayValue, ArrayValue, ArrayValue]
      const content = add(multiply(sigmoid(forget), before), multiply(sigmoid(enter), tanh(made)))
      return [multiply(sigmoid(leave), tanh(content)), content]
    })
    return [states, last, kept]
  },
})
