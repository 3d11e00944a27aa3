import { shown } from '../program-text.ts'
import { loop, lower, type TfjsLowering } from './lower.ts'

/** Activations in one step each, where their parts would round or cancel. */
export const activations: readonly TfjsLowering[] = [
  lower('silu', (e, [x]) =>
    loop(e, 'x0 * F.sigmoid(x0)', [x], x.type, (info) => `tf.mul(${info}, tf.sigmoid(${info}))`),
  ),
  lower('gelu', (e, [x], { approximate }) =>
    loop(
      e,
      approximate ? 'F.geluOfTanh(x0)' : 'F.gelu(x0)',
      [x],
      x.type,
      (info) => `tf.mul(${info}, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(${info}, Math.SQRT1_2)))))`,
    ),
  ),
  lower('softplus', (e, [x], { beta, threshold }) =>
    loop(
      e,
      'N[0] * x0 > N[1] ? x0 : F.logAddExp(N[0] * x0, 0) / N[0]',
      [x],
      x.type,
      (info) => `tf.div(tf.softplus(tf.mul(${info}, ${shown(beta)})), ${shown(beta)})`,
      [beta, threshold ?? Infinity],
    ),
  ),
  lower('leakyRelu', (e, [x], { alpha }) =>
    loop(e, 'x0 > 0 ? x0 : x0 * N[0]', [x], x.type, (info) => `tf.leakyRelu(${info}, ${shown(alpha)})`, [
      Math.fround(alpha),
    ]),
  ),
  ...(['softmax', 'logSoftmax'] as const).map((op) =>
    lower(op, (e, [x], { axis }) => {
      const order = e.orders(x)[0]!
      const info = e.info(x, order)
      const at = order.indexOf(axis)
      const shape = e.shape(order.map((one) => x.shape[one]!))
      const exact = `T.softmax(${info}, ${shape}, ${at}, ${op === 'logSoftmax'})`
      const hasKernel = op === 'softmax' && e.device === 'wasm' && at === order.length - 1
      const text = hasKernel
        ? `T.unlessTiny(${e.kernelCall('Softmax', { logits: info }, { dim: String(at) })}, () => ${exact})`
        : exact
      return e.value(x.type, e.call(text, [info], `tf.${op}(${info}, ${at})`), order)
    }),
  ),
]
