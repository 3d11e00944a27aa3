import type { TfjsEmitter } from '../emitter.ts'
import type { Attrs } from '../program-text.ts'
import { type Order, type Value } from '../value.ts'
import { fallback, lower, type TfjsLowering } from './lower.ts'
import { same } from './unary.ts'

/** How a reduction over axes of the value reads where its axes lie in another order. */
export function reducedOrder(order: Order, axis: readonly number[], keepdims: boolean): Order {
  if (keepdims) return order
  const left = order.filter((one) => !axis.includes(one))
  const from = [...left].sort((a, b) => a - b)
  return left.map((one) => from.indexOf(one))
}

/** A kernel that reduces over several axes; `attr` is what it calls them. */
function reduction(
  e: TfjsEmitter,
  x: Value,
  axis: readonly number[],
  keepdims: boolean,
  kernel: string,
  name: string,
  attr = 'axis',
): Value {
  const order = e.orders(x)[0]!
  const info = e.info(x, order)
  const axes = order.flatMap((one, i) => (axis.includes(one) ? [i] : []))
  const attrs: Attrs = { [attr]: e.fixed(axes), keepDims: String(keepdims) }
  const spelling = `tf.${name}(${info}, ${e.fixed(axes)}, ${keepdims})`
  const type = e.node.outputs[0]!
  let reduced = e.kernel(kernel, { x: info }, attrs, spelling)
  const left = reducedOrder(order, axis, keepdims)
  // Some kernels forget keepDims in the shape they answer.
  if (keepdims)
    reduced = e.reshaped(
      reduced,
      left.map((one) => type.shape[one]!),
      type.dtype,
    )
  return e.value(type, reduced, left)
}

const allAxes = (x: Value): readonly number[] => x.shape.map((_, i) => i)

type Params = { readonly axis: readonly number[] | null; readonly keepdims: boolean }

const reduce =
  (kernel: string, name: string, attr?: string) =>
  (e: TfjsEmitter, [x]: readonly [Value], { axis, keepdims }: Params): Value => {
    const axes = axis ?? allAxes(x)
    return axes.length === 0 ? same(e, x) : reduction(e, x, axes, keepdims, kernel, name, attr)
  }

/** The place of the largest or smallest element; the kernels pass over NaN, which is to be found first. */
const place =
  (kernel: string, name: string) =>
  (
    e: TfjsEmitter,
    [x]: readonly [Value],
    { axis, keepdims }: { readonly axis: number | null; readonly keepdims: boolean },
  ): Value => {
    if (x.rank === 0) return host(e, [x])
    const type = e.node.outputs[0]!
    const info = axis === null ? e.reshaped(e.info(x), [x.size], x.type.dtype) : e.info(x)
    const call = e.kernelCall(kernel, { x: info }, { axis: String(axis ?? 0) })
    const exact = `T.place(${info}, ${axis ?? 0}, ${kernel === 'ArgMax'})`
    const text = x.type.dtype === 'float32' ? `T.hasNaN(${info}) ? ${exact} : ${call}` : call
    const found = e.call(text, [info], `tf.${name}(${info}, ${axis ?? 0})`)
    return e.value(type, keepdims ? e.reshaped(found, type.shape, 'int32') : found)
  }

const host = (e: TfjsEmitter, operands: readonly Value[]): Value =>
  (fallback.emit(e, operands, {}, e.node) as readonly Value[])[0]!

export const reductions: readonly TfjsLowering[] = [
  lower('sum', reduce('Sum', 'sum')),
  lower('max', reduce('Max', 'max', 'reductionIndices')),
  lower('min', reduce('Min', 'min')),
  lower('any', reduce('Any', 'any')),
  lower('all', reduce('All', 'all')),
  lower('prod', (e, inputs, params) =>
    // The cpu kernel multiplies integers as doubles, which lose the low bits.
    inputs[0].type.dtype === 'int32' && e.device === 'cpu'
      ? host(e, inputs)
      : reduce('Prod', 'prod')(e, inputs, params),
  ),
  lower('argmax', place('ArgMax', 'argMax')),
  lower('argmin', place('ArgMin', 'argMin')),
  ...(['cumulativeSum', 'cumulativeProd'] as const).map((op) =>
    lower(op, (e, [x], { axis, includeInitial }) => {
      const type = e.node.outputs[0]!
      const info = e.info(x)
      const name = op === 'cumulativeSum' ? 'cumsum' : 'cumprod'
      const text = `T.scan(${info}, ${axis ?? 0}, ${e.shape(type.shape)}, '${name}', ${includeInitial})`
      return e.value(type, e.call(text, [info], `tf.${name}(${info}, ${axis ?? 0})`))
    }),
  ),
]
