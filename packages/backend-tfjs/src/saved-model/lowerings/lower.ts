import { type Lowering, lowerWith } from '@tendril/core/adapter'
import type { TfEmitter } from '../emitter.ts'
import type { TfType } from '../program.ts'
import type { TfRef } from '../ref.ts'

export const lower = lowerWith<TfEmitter, TfRef>()
export type TfLowering = Lowering<TfEmitter, TfRef>

export const constantLike = (e: TfEmitter, x: TfRef, value: number): TfRef => e.scalar(value, x.dtype)

export const unary = (e: TfEmitter, op: string, x: TfRef, dtype: TfType = x.dtype): TfRef =>
  x.isMoved ? e.channelsSecond(e.node(op, [x.last!], dtype, x.last!.shape)) : e.node(op, [x], dtype, x.shape)

export const binary = (e: TfEmitter, op: string, x: TfRef, y: TfRef, dtype: TfType = x.dtype): TfRef =>
  e.elementwise(op, [x, y], dtype)

export const compare = (e: TfEmitter, op: string, x: TfRef, y: TfRef): TfRef => binary(e, op, x, y, 'bool')

/** `a ? x : y` */
export function select(e: TfEmitter, condition: TfRef, x: TfRef, y: TfRef): TfRef {
  if (e.runtime === 'tensorflow' || x.dtype !== 'bool')
    return e.elementwise('SelectV2', [condition, x, y], x.dtype)
  // The wasm kernel takes truth values for numbers of four bytes.
  const both = (a: TfRef, b: TfRef): TfRef => e.elementwise('LogicalAnd', [a, b], 'bool')
  return e.elementwise('LogicalOr', [both(condition, x), both(unary(e, 'LogicalNot', condition), y)], 'bool')
}

/** The result of one operator on each element, or on those that meet. */
export const each =
  (op: string) =>
  (e: TfEmitter, inputs: readonly TfRef[]): TfRef =>
    inputs.length === 1 ? unary(e, op, inputs[0]!, e.out.dtype) : e.elementwise(op, inputs, e.out.dtype)

/** Comparisons have no kernel for truth values. */
export const ordered = (e: TfEmitter, x: TfRef): TfRef =>
  x.dtype === 'bool' ? elementwiseCast(e, x, 'int32') : x

/** A conversion that leaves the elements where they lie. */
export const elementwiseCast = (e: TfEmitter, x: TfRef, dtype: TfType): TfRef => {
  if (x.dtype === dtype) return x
  if (!x.isMoved) return e.cast(x, dtype)
  return e.channelsSecond(e.cast(x.last!, dtype))
}

/** A function of floats computed in float64, where there is one: float32 kernels may be some units off in the last place. */
export const inDoubles =
  (body: (e: TfEmitter, ...inputs: readonly TfRef[]) => TfRef) =>
  (e: TfEmitter, inputs: readonly TfRef[]): TfRef => {
    if (!e.hasDoubles) return body(e, ...inputs)
    const result = body(e, ...inputs.map((x) => elementwiseCast(e, x, 'float64')))
    return elementwiseCast(e, result, 'float32')
  }

export const isNaN = (e: TfEmitter, x: TfRef): TfRef => compare(e, 'NotEqual', x, x)
