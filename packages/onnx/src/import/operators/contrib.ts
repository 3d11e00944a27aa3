import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { numbers } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { contribAttention } from './contrib-attention.ts'
import { biased, contribFused, turned } from './contrib-fused.ts'
import { embedding } from './embedding.ts'
import { lowBitProducts } from './low-bit-products.ts'
import { dequantizeLinear, quantizeLinear, requantized } from './quantization.ts'
import { asColumn, dequantized, dynamicRange, integerProduct, saturated } from './quantizing.ts'

/** The sum of what comes in beside its own stream, normalized over the last axis. */
const skipNormalization =
  (isCentred: boolean): Operator =>
  (call) => {
    const [x, skip, weight] = [call.array(0), call.array(1), call.array(2)]
    const [shift, bias] = isCentred ? [call.optional(3), call.optional(4)] : [undefined, call.optional(3)]
    const sum = biased(td.add(x, skip), bias)
    const eps = call.float('epsilon', 1e-12)
    const normal = isCentred
      ? shift === undefined
        ? td.layerNorm(sum, weight, { eps })
        : td.layerNorm(sum, weight, shift, { eps })
      : td.rmsNorm(sum, weight, { eps })
    const statistics = call.wants(1) || call.wants(2) ? statisticsOf(sum, eps, isCentred) : [null, null]
    return [normal, ...statistics, sum]
  }

function statisticsOf(x: NDArray, eps: number, isCentred: boolean): readonly NDArray[] {
  const wide = td.astype(x, x.dtype === 'float64' ? 'float64' : 'float32')
  const mean = td.mean(wide, { axis: -1, keepdims: true })
  const centred = isCentred ? td.subtract(wide, mean) : wide
  const variance = td.mean(td.square(centred), { axis: -1, keepdims: true })
  return [mean, td.rsqrt(td.add(variance, eps))]
}

/** Normalization by the root mean square over the axes from one on; onnxruntime has it in ONNX' own domain as well. */
export const simplifiedLayerNormalization: Operator = (call) => {
  const [x, weight] = [call.array(0), call.array(1)]
  const first = call.int('axis', -1)
  const from = first < 0 ? first + x.ndim : first
  const axis = Array.from({ length: x.ndim - from }, (_, i) => from + i)
  const eps = call.float('epsilon', 1e-5)
  const normal = td.rmsNorm(x, weight, { axis, eps })
  if (!call.wants(1)) return normal
  const squares = td.mean(td.square(td.astype(x, 'float32')), { axis, keepdims: true })
  return [normal, td.rsqrt(td.add(squares, eps))]
}

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

const biasSplitGelu: Operator = (call) => {
  const x = biased(call.array(0), call.array(1))
  const [size] = numbers([sizesOf(x).at(-1)!])
  const [left, right] = td.split(x, [size! / 2], { axis: -1 }) as [NDArray, NDArray]
  return td.multiply(left, td.gelu(right))
}

const fastGelu: Operator = (call) => td.gelu(biased(call.array(0), call.optional(1)), { approximate: true })

const quickGelu = (call: NodeCall): NDArray => {
  const x = call.array(0)
  return td.multiply(x, td.sigmoid(td.multiply(x, call.float('alpha', 1.702))))
}

/** Operators of onnxruntime's own domain. */
export const contrib: Operators = {
  ...contribAttention,
  ...contribFused,
  ...embedding,
  ...lowBitProducts,
  BiasGelu: (call) => td.gelu(td.add(call.array(0), call.array(1))),
  BiasSplitGelu: biasSplitGelu,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeMatMul: dynamicQuantizeMatMul,
  FastGelu: fastGelu,
  Gelu: (call) => td.gelu(call.array(0)),
  MatMulIntegerToFloat: matMulIntegerToFloat,
  QGemm: qGemm,
  QLinearAdd: onQuantized((a, b) => td.add(a, b)),
  QLinearConcat: qLinearConcat,
  QLinearGlobalAveragePool: onQuantizedOne(globalMean),
  QLinearLeakyRelu: onQuantizedOne((x, call) => td.leakyRelu(x, { alpha: call.float('alpha', 0.01) })),
  QLinearMul: onQuantized((a, b) => td.multiply(a, b)),
  QLinearSigmoid: onQuantizedOne((x) => td.sigmoid(x)),
  QuantizeLinear: quantizeLinear,
  QuickGelu: quickGelu,
  SimplifiedLayerNormalization: simplifiedLayerNormalization,
  SkipLayerNormalization: skipNormalization(true),
  SkipSimplifiedLayerNormalization: skipNormalization(false),
}
