import type { TfjsEmitter } from '../../emitter.ts'
import { commonOrder, fallback, lower, type TfjsLowering } from '../../lowerings/lower.ts'
import { reducedOrder } from '../../lowerings/reductions.ts'
import { same } from '../../lowerings/unary.ts'
import { shown } from '../../program-text.ts'
import type { Value } from '../../value.ts'

interface Axes {
  readonly axis: readonly number[] | null
  readonly keepdims: boolean
}

const reduction =
  (kind: string) =>
  (e: TfjsEmitter, [x]: readonly [Value], { axis, keepdims }: Axes): Value => {
    const reduced = axis ?? x.shape.map((_, i) => i)
    if (reduced.length === 0) return same(e, x)
    const type = e.node.outputs[0]!
    const order = e.orders(x)[0]!
    const info = e.info(x, order)
    const axes = order.flatMap((one, i) => (reduced.includes(one) ? [i] : []))
    const left = reducedOrder(order, reduced, keepdims)
    const plan = e.bind(
      `T.reductionPlan(${e.shape(order.map((one) => x.shape[one]!))}, ${e.fixed(axes)})`,
      'p',
    )
    const shape = e.shape(left.map((one) => type.shape[one]!))
    const text = `T.reduce('${kind}', ${info}, ${plan}, ${shape}, '${type.dtype}')`
    return e.value(type, e.call(text, [info], `tf.${kind}(${info}, ${shown(axes)}, ${keepdims})`), left)
  }

const place =
  (isMax: boolean) =>
  (
    e: TfjsEmitter,
    [x]: readonly [Value],
    { axis, keepdims }: { readonly axis: number | null; readonly keepdims: boolean },
  ): Value => {
    const type = e.node.outputs[0]!
    const isFlat = axis === null || x.rank === 0
    const info = isFlat ? e.reshaped(e.info(x), [x.size], x.type.dtype) : e.info(x)
    const at = isFlat ? 0 : axis
    const found = e.call(
      `T.place(${info}, ${at}, ${isMax})`,
      [info],
      `tf.${isMax ? 'argMax' : 'argMin'}(${info}, ${at})`,
    )
    return e.value(type, isFlat || keepdims ? e.reshaped(found, type.shape, 'int32') : found)
  }

/** Reductions, and movement that tfjs' kernels do otherwise. */
export const parts: readonly TfjsLowering[] = [
  ...(['sum', 'prod', 'max', 'min', 'any', 'all'] as const).map((op) => lower(op, reduction(op) as never)),
  lower('argmax', place(true)),
  lower('argmin', place(false)),
  lower('takeAlongAxis', (e, [x, indices], { axis }) => {
    const type = e.node.outputs[0]!
    const [info, at] = [e.info(x), e.info(indices)]
    const text = `T.takeAlong(${info}, ${at}, ${axis}, ${e.shape(type.shape)})`
    return e.value(type, e.call(text, [info, at], `tf.gather(${info}, ${at}, ${axis}, ${axis})`))
  }),
  lower('concat', (e, [arrays], { axis }) => {
    const type = e.node.outputs[0]!
    if (arrays.length === 1 && axis !== null) return same(e, arrays[0]!)
    const order = axis === null ? [0] : commonOrder(e, arrays, type.shape.length)
    const infos = arrays.map((x) =>
      axis === null ? e.reshaped(e.info(x), [x.size], type.dtype) : e.info(x, order),
    )
    const at = axis === null ? 0 : order.indexOf(axis)
    const list = infos.join(', ')
    return e.value(type, e.call(`T.concat([${list}], ${at})`, infos, `tf.concat([${list}], ${at})`), order)
  }),
  lower('pad', (e, inputs, params, node) => {
    const [x] = inputs
    const { padWidth, mode, constantValues } = params
    const type = e.node.outputs[0]!
    const widths = padWidth as readonly number[]
    if (mode !== 'constant' || widths.some((width) => width < 0))
      return fallback.emit(e, inputs, params, node)
    if (widths.every((width) => width === 0)) return same(e, x)
    const order = e.orders(x)[0]!
    const info = e.info(x, order)
    const before = e.shape(order.map((axis) => widths[axis]!))
    const shape = e.shape(order.map((axis) => type.shape[axis]!))
    const pairs = order.map((axis) => [widths[axis]!, widths[axis + x.rank]!])
    const text = `T.pad(${info}, ${before}, ${shape}, ${e.lifted(constantValues)})`
    const spelling = `tf.pad(${info}, ${shown(pairs)}, ${shown(constantValues)})`
    return e.value(type, e.call(text, [info], spelling), order)
  }),
]
