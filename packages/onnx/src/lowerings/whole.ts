/** Composites that onnxruntime has whole and right. */
import { carrierOf } from '../carriers.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'

/** The kernels of float64 give numbers where NaN is right. */
const singleOnly = ([a]: readonly [{ readonly dtype: string }]): true | string =>
  a.dtype !== 'float64' || 'onnxruntime loses NaN in float64'

export const whole: readonly OnnxLowering[] = [
  lower('relu', (e, [a]) => {
    // A fused node where a kernel has it.
    if (carrierOf('Relu', a.dtype) === a.dtype) return e.node('Relu', [a], a)
    return x.max(e, a, x.number(e, a, 0))
  }),
  lower('relu6', (e, [a]) =>
    x.carried(e, 'Clip', [a], ([y]) => e.node('Clip', [y, x.number(e, y!, 0), x.number(e, y!, 6)], y!)),
  ),
  lower('reciprocal', (e, [a]) => x.reciprocal(e, a)),
  lower('softmax', (e, [a], { axis }) => e.node('Softmax', [a], a, { axis }), { supports: singleOnly }),
  lower('logSoftmax', (e, [a], { axis }) => e.node('LogSoftmax', [a], a, { axis }), {
    supports: singleOnly,
  }),
  lower('expandDims', (e, [a], { axis }) => x.unsqueeze(e, a, axis)),
  lower('flatten', (e, [a]) => x.flat(e, a)),
  lower('squeeze', (e, [a], { axis }) => x.squeeze(e, a, axis)),
]
