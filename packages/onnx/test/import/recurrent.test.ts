import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type Case, some, tensor } from './one-node.ts'

/** Small numbers, with which activations do not saturate. */
function small(...shape: readonly number[]) {
  const operand = some('float32', ...shape)
  const count = operand.values.length
  return { ...operand, values: operand.values.map((value) => (Number(value) * 2) / count) }
}

const [steps, batch, width, hidden] = [4, 3, 2, 5]
const x = small(steps, batch, width)
const lengths = tensor('int32', [batch], [4, 1, 3])

interface Kind {
  readonly gates: number
  readonly states: number
  readonly peepholes?: boolean
}

const kinds: Readonly<Record<string, Kind>> = {
  RNN: { gates: 1, states: 1 },
  GRU: { gates: 3, states: 1 },
  LSTM: { gates: 4, states: 2, peepholes: true },
}

/** A layer of a kind, with as many directions. */
function layer(
  op: string,
  directions: number,
  attributes: Case['attributes'],
  more: { bias?: boolean; lengths?: boolean; states?: boolean; peepholes?: boolean; opset?: number } = {},
): Case {
  const { gates, states } = kinds[op]!
  const rows = gates * hidden
  const state = small(directions, batch, hidden)
  const operands = [
    x,
    small(directions, rows, width),
    small(directions, rows, hidden),
    more.bias === true ? small(directions, 2 * rows) : null,
    more.lengths === true ? lengths : null,
    more.states === true ? state : null,
    ...(states > 1 ? [more.states === true ? state : null] : []),
    ...(more.peepholes === true ? [small(directions, 3 * hidden)] : []),
  ]
  return {
    op,
    opset: more.opset ?? 22,
    operands,
    attributes: { hidden_size: hidden, ...attributes },
    gives: Array.from({ length: states + 1 }, () => 'float32' as const),
  }
}

const both = { direction: 'bidirectional' }

for (const [op, { peepholes = false }] of Object.entries(kinds)) {
  const all = { bias: true, states: true, peepholes }
  describe(`layers of ${op}`, () => {
    agree({
      forward: layer(op, 1, {}),
      reverse: layer(op, 1, { direction: 'reverse' }, all),
      'both directions': layer(op, 2, both, all),
      'sequences of several lengths': layer(op, 2, both, { ...all, lengths: true }),
      clipped: layer(op, 1, { clip: attr.float(0.3) }, all),
      'an old version': layer(op, 1, {}, { bias: true, opset: 7 }),
    })
  })
}

describe('activations', () => {
  const names = attr.strings
  agree({
    'of RNN, by numbers': layer('RNN', 2, {
      ...both,
      activations: names(['LeakyRelu', 'ScaledTanh']),
      activation_alpha: attr.floats([0.3, 1.5]),
      activation_beta: attr.floats([0.7]),
    }),
    'of GRU': layer('GRU', 1, { activations: names(['HardSigmoid', 'Softsign']), linear_before_reset: 0 }),
    'of GRU in both directions': layer('GRU', 2, {
      ...both,
      activations: names(['Sigmoid', 'Affine', 'HardSigmoid', 'Elu']),
      activation_alpha: attr.floats([0.9, 0.4, 1.2]),
      activation_beta: attr.floats([0.1, 0.4]),
    }),
    'of LSTM': layer('LSTM', 1, { activations: names(['Sigmoid', 'Relu', 'Softplus']) }),
    'of LSTM with thresholds': layer('LSTM', 1, {
      activations: names(['HardSigmoid', 'ThresholdedRelu', 'Tanh']),
      activation_alpha: attr.floats([0.3, 0.1]),
      activation_beta: attr.floats([0.6]),
    }),
  })
})

describe('others', () => {
  agree({
    'a GRU that is linear before its reset': layer(
      'GRU',
      2,
      { ...both, linear_before_reset: 1 },
      { bias: true },
    ),
    'an LSTM whose gates are coupled': layer('LSTM', 1, { input_forget: 1 }, { bias: true, peepholes: true }),
  })
})
