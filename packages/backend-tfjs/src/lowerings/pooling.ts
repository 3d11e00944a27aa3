import type { TfjsEmitter } from '../emitter.ts'
import { shown } from '../program-text.ts'
import { channelsLast, type Info, type Value } from '../value.ts'
import { fallback, lower, mayHoldNaN, type TfjsLowering } from './lower.ts'
import { asPlane, plane, planePads, unplaned, windowPlan, type Windows } from './windows.ts'

type Kind = 'max' | 'avg' | 'avgOfAll'

/** Whether the wasm kernel does the same: it knows no dilations, and counts no places outside. */
const isFast = (e: TfjsEmitter, kind: Kind, { strides, dilations, pads }: Windows): boolean =>
  e.device === 'wasm' &&
  strides.length <= 2 &&
  dilations.every((step) => step === 1) &&
  (kind !== 'avgOfAll' || pads.every((width) => width === 0))

function pooled(e: TfjsEmitter, x: Value, kind: Kind, windows: Windows): Value {
  const { kernel, strides } = windows
  const type = e.node.outputs[0]!
  const order = channelsLast(x.rank)
  const shape = e.shape(order.map((axis) => type.shape[axis]!))
  const plan = windowPlan(e, x.shape, type.shape, windows)
  const exact = (info: Info): string => `T.pool(${info}, ${shape}, '${kind}', ${plan})`
  const pad = planePads(e, windows)
  const name = kind === 'max' ? 'maxPool' : 'avgPool'
  const spelling = (info: Info): string =>
    `tf.${name}(${info}, ${shown(kernel)}, ${shown(strides)}, ${pad.spelling})`
  if (!isFast(e, kind, windows)) {
    const info = e.info(x, order)
    return e.value(type, e.call(exact(info), [info], spelling(info)), order)
  }
  const info = plane(e, x)
  const attrs = {
    filterSize: e.shape(asPlane(kernel, 1)),
    strides: e.fixed(asPlane(strides, 1)),
    pad: pad.text,
  }
  // MaxPool passes over NaN, AvgPool makes it -Infinity.
  const text =
    kind === 'max'
      ? `${mayHoldNaN(info)} ? ${exact(info)} : ${e.kernelCall('MaxPool', { x: info }, attrs)}`
      : `T.orExact(${e.kernelCall('AvgPool', { x: info }, attrs)}, () => ${exact(info)})`
  const pool = e.call(text, [info], spelling(info))
  pool.bound = info.bound
  const result = unplaned(e, pool, type.shape)
  return e.value(type, result.info, result.order)
}

export const pooling: readonly TfjsLowering[] = [
  lower('maxPooling', (e, inputs, params, node) =>
    params.strides.length > 3 ? fallback.emit(e, inputs, params, node) : pooled(e, inputs[0], 'max', params),
  ),
  lower('avgPooling', (e, inputs, params, node) => {
    if (params.strides.length > 3) return fallback.emit(e, inputs, params, node)
    const dilations = params.strides.map(() => 1)
    return pooled(e, inputs[0], params.countIncludePad ? 'avgOfAll' : 'avg', { ...params, dilations })
  }),
]
