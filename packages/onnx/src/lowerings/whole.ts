/** Composites that onnxruntime has whole and right. */
import { carrierOf, runs } from '../carriers.ts'
import * as x from '../expressions.ts'
import type { OnnxOp } from '../kernel-types.gen.ts'
import { lower, type OnnxLowering } from '../lower.ts'

const takes =
  (kernel: OnnxOp) =>
  ([a]: readonly [{ readonly dtype: string }]): true | string =>
    runs(kernel, a.dtype)

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
  lower('softmax', (e, [a], { axis }) => e.node('Softmax', [a], a, { axis }), { supports: takes('Softmax') }),
  lower('logSoftmax', (e, [a], { axis }) => e.node('LogSoftmax', [a], a, { axis }), {
    supports: takes('LogSoftmax'),
  }),
  lower('expandDims', (e, [a], { axis }) => x.unsqueeze(e, a, axis)),
  lower('squeeze', (e, [a], { axis }) => x.squeeze(e, a, axis)),
]
