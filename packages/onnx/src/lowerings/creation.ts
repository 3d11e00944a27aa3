import { isPoly, type Scalar } from '@tendril/core/adapter'
import type { OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

/** 0, 1, … below a size. */
function counting(e: OnnxEmitter, size: number): OnnxRef {
  const stop = x.squeeze(e, e.sizes([size]), [0])
  return e.node('Range', [e.scalar('int64', 0), stop, e.scalar('int64', 1)], { dtype: 'int64', rank: 1 })
}

const column = (e: OnnxEmitter, size: number): OnnxRef => x.unsqueeze(e, counting(e, size), [1])

/** A size that is no number yet as an array without axes, or what `otherwise` gives. */
const sizeOr = (e: OnnxEmitter, size: unknown, dtype: string, otherwise: () => OnnxRef): OnnxRef =>
  isPoly(size) ? e.cast(x.squeeze(e, e.sizes([size as never]), [0]), dtype as OnnxDType) : otherwise()

/** start + i * step, computed in int64 or float64. */
function steps(e: OnnxEmitter, count: number, start: number, step: number, dtype: OnnxDType): OnnxRef {
  const whole = !dtype.startsWith('float')
  const inner = whole ? 'int64' : 'float64'
  const of = (value: number): OnnxRef =>
    sizeOr(e, value, inner, () => e.literal(whole ? BigInt(value) : value, inner))
  const places = e.cast(counting(e, count), inner)
  // Programs of the runtime take the numbers at each call.
  const grown = !e.exact && step === 1 ? places : x.mul(e, places, of(step))
  return !e.exact && start === 0 ? grown : x.add(e, of(start), grown)
}

/** `linspace` of a count that is no number: as it is with one, each end divided on its own, in float64. */
function openLine(e: OnnxEmitter, start: number, stop: number, num: number, endpoint: boolean): OnnxRef {
  const count = x.squeeze(e, e.sizes([num]), [0])
  const parts = endpoint ? x.sub(e, count, e.scalar('int64', 1)) : count
  const [from, to] = [start, stop].map((end) => e.scalar('float64', end)) as [OnnxRef, OnnxRef]
  const wide = e.cast(parts, 'float64')
  const step = x.sub(e, x.div(e, to, wide), x.div(e, from, wide))
  const places = counting(e, num)
  const moved = x.add(e, from, x.mul(e, e.cast(places, 'float64'), step))
  // One number alone is the start, which nothing parts.
  const line = x.where(e, x.equal(e, places, e.scalar('int64', 0)), from, moved)
  if (!endpoint) return line
  const isLast = x.and(e, x.equal(e, places, parts), x.greater(e, parts, e.scalar('int64', 0)))
  return x.where(e, isLast, to, line)
}

const element = (value: Scalar, dtype: string): Scalar =>
  dtype === 'int64' || dtype === 'uint64' ? BigInt(value) : typeof value === 'bigint' ? Number(value) : value

/** One number of the program in the sizes of an array. */
function constantLike(
  e: OnnxEmitter,
  a: OnnxRef,
  value: number,
  { dtype }: { readonly dtype: string },
): OnnxRef {
  const number = e.scalar(e.carried(dtype as OnnxDType), value)
  return e.node('Expand', [number, x.shapeOf(e, a)], { dtype: number.dtype, rank: a.rank })
}

export const creation: readonly OnnxLowering[] = [
  lower('full', (e, _inputs, { fillValue }, { outputs: [type] }) => {
    const { dtype, shape } = type!
    const value = sizeOr(e, fillValue, dtype, () => e.literal(element(fillValue, dtype), dtype))
    return e.node('Expand', [value, e.sizes(shape)], { dtype: value.dtype, rank: shape.length })
  }),
  lower('fullLike', (e, [a], { fillValue }, { outputs: [type] }) => {
    const value = e.literal(element(fillValue, type!.dtype), type!.dtype)
    return e.node('Expand', [value, x.shapeOf(e, a)], { dtype: value.dtype, rank: a.rank })
  }),
  lower('zerosLike', (e, [a], _params, { outputs: [type] }) => constantLike(e, a, 0, type!)),
  lower('onesLike', (e, [a], _params, { outputs: [type] }) => constantLike(e, a, 1, type!)),
  lower('emptyLike', (e, [a], _params, { outputs: [type] }) => constantLike(e, a, 0, type!)),
  lower('arange', (e, _inputs, { start, stop, step }, { outputs: [type] }) => {
    const dtype = type!.dtype as OnnxDType
    return e.cast(steps(e, type!.shape[0]!, stop === null ? 0 : start, step, dtype), e.carried(dtype))
  }),
  lower('linspace', (e, _inputs, { start, stop, num, endpoint }, { outputs: [type] }) => {
    const dtype = type!.dtype as OnnxDType
    if (isPoly(num)) return e.cast(openLine(e, start, stop, num, endpoint), e.carried(dtype))
    const parts = endpoint ? num - 1 : num
    // Each end is divided on its own, as the difference of two large numbers overflows.
    const step = parts > 0 ? stop / parts - start / parts : 0
    const line = steps(e, num, start, step, dtype)
    if (!endpoint) return e.cast(line, e.carried(dtype))
    const last = e.sizes([parts > 0 ? parts : -1])
    const isLast = x.equal(e, counting(e, num), last)
    return e.cast(x.where(e, isLast, e.literal(stop, 'float64'), line), e.carried(dtype))
  }),
  lower('eye', (e, _inputs, { k }, { outputs: [type] }) => {
    const [rows, columns] = type!.shape as readonly [number, number]
    const isOn = x.equal(e, counting(e, columns), x.add(e, column(e, rows), e.sizes([k])))
    return e.cast(isOn, e.carried(type!.dtype as OnnxDType))
  }),
]
