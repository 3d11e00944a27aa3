import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type OneNode, tensor } from './one-node.ts'

const f = (shape: readonly number[], ...values: readonly number[]) => tensor('float32', shape, values)
const floats = (shape: readonly number[], ...values: readonly number[]) => ({
  dtype: 'float32',
  shape,
  values,
})
const node = (
  op: string,
  operands: OneNode['operands'],
  attributes: OneNode['attributes'] = {},
): OneNode => ({
  op,
  opset: 27,
  operands,
  attributes,
  gives: ['float32', 'float32'],
})

// onnxruntime does not know them: numbers of onnx.reference 1.23.
describe('operators that give a state', () => {
  const [q, k] = [f([1, 2, 4], 1, 2, 3, -1, 0.5, 2, 1, 1), f([1, 2, 2], 0.5, -1, 1, 0.25)]
  const v = f([1, 2, 2], 2, 1, -3, 4)
  const past = f([1, 1, 2, 2], 1, 0, 0.5, -1)
  const heads = { q_num_heads: 2, kv_num_heads: 1 }
  const [x, w] = [f([1, 2, 3], 1, 2, 3, -1, 0, 2), f([2, 1, 2], 1, 2, -1, 0.5)]
  agree({
    'LinearAttention that forgets and corrects': {
      ...node('LinearAttention', [q, k, v, past, f([1, 2, 1], -0.5, -1), f([1, 2, 1], 0.5, 2)], heads),
      expected: [
        floats(
          [1, 2, 4],
          -0.202896282,
          -1.066432476,
          2.839972019,
          0.776663005,
          -4.946265697,
          5.305041313,
          -5.80302953,
          6.954327106,
        ),
        floats([1, 1, 2, 2], -6.278913021, 8.111564636, -1.927809954, 1.723339558),
      ],
    },
    'LinearAttention without a state before': {
      ...node('LinearAttention', [q, k, v], { ...heads, update_rule: 'linear', scale: attr.float(1) }),
      expected: [
        floats([1, 2, 4], -3, -1.5, 5, 2.5, -6.5, 2.25, -4.75, 4.5),
        floats([1, 1, 2, 2], -2, 4.5, -2.75, 0),
      ],
    },
    'CausalConvWithState with all operands': {
      ...node('CausalConvWithState', [x, w, f([2], 0.5, -1), f([1, 2, 1], 4, 5)], { activation: 'silu' }),
      expected: [
        floats([1, 2, 3], 6.490242004, 5.477614403, 8.498270988, -0.009757685, 0, 0),
        floats([1, 2, 1], 3, 2),
      ],
    },
    'CausalConvWithState without a state before': {
      ...node('CausalConvWithState', [x, w]),
      expected: [floats([1, 2, 3], 2, 5, 8, -0.5, 1, 1), floats([1, 2, 1], 3, 2)],
    },
  })
})
