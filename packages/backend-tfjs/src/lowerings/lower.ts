import { type ConcreteType, type Lowering, lowerWith, type NodeInfo } from '@tendril/core/adapter'
import type { TfjsEmitter } from '../emitter.ts'
import { type Info, isPlain, type Order, plainOrder, safe, type Value } from '../value.ts'

export const lower = lowerWith<TfjsEmitter, Value>()
export type TfjsLowering = Lowering<TfjsEmitter, Value>

const isEmpty = (type: ConcreteType | null): boolean => type !== null && type.shape.includes(0)

/** Whether an array of the node has no elements; tfjs' kernels read past the end of such. */
export const hasEmpty = ({ inputs, outputs }: NodeInfo): boolean =>
  inputs.some(isEmpty) || outputs.some(isEmpty)

/** Serves every op: its own kernel in core, run on the host. */
export const fallback: TfjsLowering = {
  op: '*',
  emit: (e, inputs, _params, node) =>
    e.host(
      node,
      inputs.flatMap((value) => value ?? null),
    ),
}

/** The lowering, for arrays that have elements; others go to the host, which has nothing to compute. */
export const guarded = (lowering: TfjsLowering): TfjsLowering => ({
  ...lowering,
  emit: (e, inputs, params, node) => (hasEmpty(node) ? fallback : lowering).emit(e, inputs, params, node),
})

/** Operands as they meet in one order of axes. */
export interface Met {
  readonly infos: readonly Info[]
  readonly shapes: readonly (readonly number[])[]
  readonly order: Order
  /** Sizes of the result as they lie in memory. */
  readonly shape: readonly number[]
}

/** Brings operands that broadcast to `type` into one order: that of a moved operand, so that nothing moves twice. */
export function meet(e: TfjsEmitter, operands: readonly Value[], type: ConcreteType): Met {
  const rank = type.shape.length
  const order = commonOrder(e, operands, rank)
  const met = operands.map((value) => arranged(e, value, order))
  return {
    infos: met.map(({ info }) => info),
    shapes: met.map(({ shape }) => shape),
    order,
    shape: order.map((axis) => type.shape[axis]!),
  }
}

export function commonOrder(e: TfjsEmitter, operands: readonly Value[], rank: number): Order {
  let best: { order: Order; size: number } | undefined
  for (const value of operands) {
    if (value.rank !== rank) continue
    const orders = e.orders(value)
    if (orders.some(isPlain) && (rank < 3 || orders.length === 1)) continue
    const order = orders.find((one) => !isPlain(one))!
    if (best === undefined || value.size > best.size) best = { order, size: value.size }
  }
  return best?.order ?? plainOrder(rank)
}

/** An operand as it lies for a result whose axes have this order. */
export function arranged(
  e: TfjsEmitter,
  value: Value,
  order: Order,
): { info: Info; shape: readonly number[] } {
  if (value.rank === 0 || isPlain(order)) return { info: e.info(value), shape: value.shape }
  const offset = order.length - value.rank
  const own = order.filter((axis) => axis >= offset).map((axis) => axis - offset)
  const info = e.info(value, own)
  const shape = order.map((axis) => (axis < offset ? 1 : value.shape[axis - offset]!))
  return { info: offset === 0 ? info : e.reshaped(info, shape, value.type.dtype), shape }
}

/** Whether an array may hold NaN, as an expression that looks at the elements only where their size is not known. */
export const mayHoldNaN = (info: Info): string =>
  info.bound === undefined ? `T.hasNaN(${info})` : `!(${info.bound} < ${safe}) && T.hasNaN(${info})`

/** A value made of operands by a loop over their elements; `expression` is of `x0`, `x1`, …, numbers N and functions F. */
export function loop(
  e: TfjsEmitter,
  expression: string,
  operands: readonly Value[],
  type: ConcreteType,
  spelling: (...infos: readonly Info[]) => string,
  numbers: readonly number[] = [],
): Value {
  const { infos, shapes, order, shape } = meet(e, operands, type)
  const run = e.bind(`T.loopOf(${JSON.stringify(expression)}, ${operands.length})`, 'f')
  const out = e.shape(shape)
  const plan = e.bind(`T.plan([${shapes.map((own) => e.shape(own)).join(', ')}], ${out})`, 'p')
  const lifted = numbers.map((number) => e.lifted(number)).join(', ')
  const extra = numbers.length === 0 ? '' : `, ${e.bind(`[${lifted}]`, 'n')}`
  const text = `T.loop(${run}, ${plan}, ${out}, '${type.dtype}', [${infos.join(', ')}]${extra})`
  return e.value(type, e.call(text, infos, spelling(...infos)), order)
}
