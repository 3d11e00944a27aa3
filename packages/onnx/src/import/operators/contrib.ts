import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { floorDiv } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { contribArrays } from './contrib-arrays.ts'
import { contribAttention } from './contrib-attention.ts'
import { biased, contribFused } from './contrib-fused.ts'
import { contribQuantized } from './contrib-quantized.ts'
import { embedding } from './embedding.ts'
import { experts } from './experts.ts'
import { partsOf } from './heads.ts'
import { gates } from './gates.ts'
import { stateful } from './stateful.ts'
import { lowBitProducts } from './low-bit-products.ts'

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

const biasSplitGelu: Operator = (call) => {
  const x = biased(call.array(0), call.array(1))
  const half = floorDiv(sizesOf(x).at(-1)!, 2)!
  const [left, right] = partsOf(x, [half, half]) as readonly [NDArray, NDArray]
  return td.multiply(left, td.gelu(right))
}

const fastGelu: Operator = (call) => td.gelu(biased(call.array(0), call.optional(1)), { approximate: true })

const quickGelu = (call: NodeCall): NDArray => {
  const x = call.array(0)
  return td.multiply(x, td.sigmoid(td.multiply(x, call.float('alpha', 1.702))))
}

/** Operators of onnxruntime's own domain. */
export const contrib: Operators = {
  ...contribArrays,
  ...contribAttention,
  ...contribFused,
  ...contribQuantized,
  ...embedding,
  ...experts,
  ...lowBitProducts,
  ...gates,
  ...stateful,
  BiasGelu: (call) => td.gelu(td.add(call.array(0), call.array(1))),
  BiasSplitGelu: biasSplitGelu,
  FastGelu: fastGelu,
  Gelu: (call) => td.gelu(call.array(0)),
  QuickGelu: quickGelu,
  SimplifiedLayerNormalization: simplifiedLayerNormalization,
  SkipLayerNormalization: skipNormalization(true),
  SkipSimplifiedLayerNormalization: skipNormalization(false),
}
