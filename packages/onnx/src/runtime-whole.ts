import type { ImportedNode } from './kept-nodes.ts'

const all = Infinity

/**
 * Operators that onnxruntime runs as an imported model has them, as what they are imported as takes longer: how many of
 * their first operands may be values, where onnxruntime has to know the others when it opens a session.
 */
const operandsOf: Readonly<Record<string, number>> = {
  AveragePool: all,
  BatchNormalization: 1,
  Clip: 1,
  ConvInteger: all,
  DeformConv: all,
  DequantizeLinear: all,
  DynamicQuantizeLinear: all,
  GRU: all,
  GatherElements: all,
  GatherND: all,
  GlobalMaxPool: all,
  GridSample: all,
  GroupNormalization: all,
  HardSigmoid: all,
  InstanceNormalization: all,
  LRN: all,
  LSTM: all,
  LayerNormalization: all,
  MatMulInteger: all,
  Max: all,
  MaxPool: all,
  Min: all,
  QLinearConv: all,
  QLinearMatMul: all,
  QuantizeLinear: all,
  RNN: all,
  Resize: 1,
  RoiAlign: all,
  ScatterElements: all,
  ScatterND: all,
  TopK: 1,
}

/** Whether onnxruntime runs a node of a model as it is. */
export const runsWhole = ({ node, operands }: ImportedNode): boolean =>
  operands
    .slice(operandsOf[node.opType] ?? 0)
    .every((operand) => operand === undefined || 'array' in operand) && Object.hasOwn(operandsOf, node.opType)
