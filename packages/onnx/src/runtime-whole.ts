import type { NodeProto } from './gen/onnx_pb.ts'
import { changed } from './import/changed.ts'
import type { ImportedNode } from './kept-nodes.ts'

const all = Infinity

/**
 * Operators that onnxruntime runs as an imported model has them, as what they are imported as takes longer: how many of
 * their first operands may be values, where onnxruntime has to know the others when it opens a session. Those whose
 * kernels give wrong elements are not among them: MaxPool and TopK of NaN, Max and Clip of int64, ScatterND with threads;
 * and of batches the normalization, whose small results are off by more than 4 ulp.
 */
const operandsOf: Readonly<Record<string, number>> = {
  AveragePool: all,
  ConvInteger: all,
  DeformConv: all,
  DequantizeLinear: all,
  DynamicQuantizeLinear: all,
  GRU: all,
  GatherElements: all,
  GatherND: all,
  GridSample: all,
  GroupNormalization: all,
  HardSigmoid: all,
  InstanceNormalization: all,
  LRN: all,
  LSTM: all,
  LayerNormalization: all,
  LeakyRelu: all,
  MatMulInteger: all,
  QLinearConv: all,
  QLinearMatMul: all,
  QuantizeLinear: all,
  RNN: all,
  Resize: 1,
  RoiAlign: all,
  ScatterElements: all,
  'com.microsoft:DynamicQuantizeLSTM': all,
  'com.microsoft:DynamicQuantizeMatMul': all,
  'com.microsoft:MatMulBnb4': 1,
  'com.microsoft:MatMulIntegerToFloat': all,
  'com.microsoft:MatMulNBits': 1,
  'com.microsoft:QAttention': all,
  'com.microsoft:QGemm': all,
  'com.microsoft:QLinearAdd': all,
  'com.microsoft:QLinearAveragePool': all,
  'com.microsoft:QLinearConcat': all,
  'com.microsoft:QLinearConv': all,
  'com.microsoft:QLinearGlobalAveragePool': all,
  'com.microsoft:QLinearLeakyRelu': all,
  'com.microsoft:QLinearMul': all,
  'com.microsoft:QLinearSigmoid': all,
  'com.microsoft:QLinearSoftmax': all,
  'com.microsoft:QLinearWhere': all,
  'com.microsoft:QMoE': 2,
}

/** Attributes that allow fewer digits than there are. */
const leftOut: Readonly<Record<string, string>> = {
  'com.microsoft:MatMulNBits': 'accuracy_level',
  'com.microsoft:QMoE': 'accuracy_level',
}

/** A node of a model as onnxruntime runs it; undefined for one that is better spelled by what it is imported as. */
export function runsWhole({ node, operands }: ImportedNode): NodeProto | undefined {
  const { opType, attribute } = node
  if (!Object.hasOwn(operandsOf, opType)) return undefined
  const others = operands.slice(operandsOf[opType])
  if (!others.every((operand) => operand === undefined || 'array' in operand)) return undefined
  const left = leftOut[opType]
  return left === undefined
    ? node
    : changed(node, { attribute: attribute.filter(({ name }) => name !== left) })
}
