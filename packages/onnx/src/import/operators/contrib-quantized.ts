import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { Tensor } from '../tensor.ts'
import { activation } from './activation.ts'
import { axisOf } from './axes.ts'
import { channelsFirst, channelsLast, ofChannelsLast, withFirst } from './channels-last.ts'
import { biased, turned } from './contrib-fused.ts'
import { dynamicQuantizeLstm } from './dynamic-lstm.ts'
import { pooling } from './pooling.ts'
import { dequantizeLinear, quantization, quantizeLinear, requantized } from './quantization.ts'
import { asColumn, centred, dequantized, dynamicRange, integerProduct, saturated } from './quantizing.ts'

/** An operator of floats on integers that stand for such. */
const onQuantized =
  (fn: (a: NDArray, b: NDArray) => NDArray): Operator =>
  (call) => {
    const a = dequantized(call.array(0), call.array(1), call.optional(2))
    const b = dequantized(call.array(3), call.array(4), call.optional(5))
    const [scale, zero] = [call.array(6), call.optional(7)]
    return saturated(td.divide(fn(a, b), scale), zero, call.tensor(0).dtype)
  }

/** The same of one array. */
const onQuantizedOne =
  (fn: (x: NDArray, call: NodeCall) => NDArray): Operator =>
  (call) => {
    const x = dequantized(call.array(0), call.array(1), call.optional(2))
    return saturated(td.divide(fn(x, call), call.array(3)), call.optional(4), call.tensor(0).dtype)
  }

/** Arrays with a scale and a zero point each, after those of the result. */
const qLinearConcat: Operator = (call) => {
  const [scale, zero] = [call.array(0), call.array(1)]
  const parts = Array.from({ length: Math.floor((call.count - 2) / 3) }, (_, i) =>
    dequantized(call.array(2 + 3 * i), call.array(3 + 3 * i), call.optional(4 + 3 * i)),
  )
  return saturated(td.divide(td.concat(parts, { axis: call.int('axis') }), scale), zero, zero.dtype)
}

/** Means of the channels, which are the second axis or the last one. */
const globalMean = (x: NDArray, call: NodeCall): NDArray => {
  const first = call.flag('channels_last') ? 1 : 2
  return td.mean(x, { axis: Array.from({ length: x.ndim - 2 }, (_, i) => first + i), keepdims: true })
}

const qGemm: Operator = (call) => {
  const [transA, transB] = [call.flag('transA'), call.flag('transB')]
  const [a, b] = [turned(call.array(0), transA), turned(call.array(3), transB)]
  const sums = integerProduct(a, call.optional(2), b, call.optional(5))
  const whole = biased(sums, call.optional(6))
  const scale = td.multiply(td.multiply(call.array(1), call.array(4)), call.float('alpha', 1))
  if (!call.has(7)) return td.multiply(td.astype(whole, 'float32'), scale)
  const one = td.full([], 1, { dtype: 'float32' })
  const yScale = td.reshape(call.array(7), [])
  return requantized(
    whole,
    [scale, one, yScale],
    call.optional(8),
    call.maybe(8)?.dtype ?? call.tensor(0).dtype,
  )
}

const toFloat = (sums: NDArray, a: NDArray, b: NDArray, bias: NDArray | undefined): NDArray =>
  biased(td.multiply(td.multiply(td.astype(sums, 'float32'), asColumn(a)!), b), bias)

const dynamicQuantizeMatMul: Operator = (call) => {
  const x = call.array(0)
  const [scale, zero] = dynamicRange(x)
  const quantized = saturated(td.divide(x, scale), zero, 'uint8')
  const sums = integerProduct(quantized, zero, call.array(1), call.optional(3))
  return toFloat(sums, scale, call.array(2), call.optional(4))
}

const matMulIntegerToFloat: Operator = (call) => {
  const sums = integerProduct(call.array(0), call.optional(4), call.array(1), call.optional(5))
  return toFloat(sums, call.array(2), call.array(3), call.optional(6))
}

/** Means of windows of what integers stand for. */
const averagePool = (x: NDArray, call: NodeCall): NDArray => {
  const isLast = call.flag('channels_last')
  const operands = [Tensor.of(isLast ? channelsFirst(x) : x)]
  const y = pooling['AveragePool']!(call.with({ operands })) as NDArray
  return isLast ? channelsLast(y) : y
}

const mean = (x: NDArray, call: NodeCall): NDArray => {
  const axis = call.ints('axes', []).map((one) => axisOf(call, one, x.ndim))
  return td.mean(x, { ...(axis.length > 0 && { axis }), keepdims: call.flag('keepdims', true) })
}

/** Softmax as a version of ONNX' operator has it. */
const softmax = (x: NDArray, call: NodeCall): NDArray =>
  activation['Softmax']!(withFirst(call, x).with({ opset: call.int('opset') })) as NDArray

const where: Operator = (call) => {
  const part = (i: number): NDArray => dequantized(call.array(i), call.array(i + 1), call.array(i + 2))
  const chosen = td.where(call.array(0), part(1), part(4))
  return saturated(td.divide(chosen, call.array(7)), call.array(8), call.tensor(1).dtype)
}

const isChannelsLast = (call: NodeCall): boolean => call.flag('channels_last')

/** A product of integers of 16 bits, in 32. */
const wideProduct = (call: NodeCall): NDArray => {
  const [a, b] = [call.array(0), call.array(1)]
  const dtype = a.dtype === 'uint16' && b.dtype === 'uint16' ? 'uint32' : 'int32'
  return td.matmul(td.astype(a, dtype), td.astype(b, dtype))
}

/** Operators on integers that stand for floats. */
export const contribQuantized: Operators = {
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLSTM: dynamicQuantizeLstm,
  DynamicQuantizeMatMul: dynamicQuantizeMatMul,
  MatMulInteger16: wideProduct,
  MatMulIntegerToFloat: matMulIntegerToFloat,
  MulInteger: (call) =>
    td.multiply(centred(call.array(0), call.optional(1)), centred(call.array(2), call.optional(3))),
  QGemm: qGemm,
  QLinearAdd: onQuantized((a, b) => td.add(a, b)),
  QLinearAveragePool: onQuantizedOne(averagePool),
  QLinearConcat: qLinearConcat,
  QLinearConv: ofChannelsLast(quantization['QLinearConv']!, isChannelsLast),
  QLinearGlobalAveragePool: onQuantizedOne(globalMean),
  QLinearLeakyRelu: onQuantizedOne((x, call) => td.leakyRelu(x, { alpha: call.float('alpha', 0.01) })),
  QLinearMul: onQuantized((a, b) => td.multiply(a, b)),
  QLinearReduceMean: onQuantizedOne(mean),
  QLinearSigmoid: onQuantizedOne((x) => td.sigmoid(x)),
  QLinearSoftmax: onQuantizedOne(softmax),
  QLinearWhere: where,
  QuantizeLinear: quantizeLinear,
}
