import { multiplyComplex } from '../numerics/complex.ts'
import type { HostArray } from '../op.ts'
import { type DType, isBigInt, isComplex, isFloat, type TypedArray } from '../types/dtype.ts'
import type { Complex } from '../types/promotion.ts'
import { rowMajorStrides } from '../types/shape.ts'

export type Writable = { [i: number]: number | bigint }

/** Steps of an operand along the axes of the result; 0 along broadcast ones. */
export function broadcastStrides(shape: readonly number[], result: readonly number[]): number[] {
  const own = rowMajorStrides(shape)
  const offset = result.length - shape.length
  return result.map((_, axis) => (axis < offset || shape[axis - offset] === 1 ? 0 : own[axis - offset]!))
}

/** Calls `visit` with the place in the result and in each operand, in row-major order. */
export function forEachIndex(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (at: number, places: readonly number[]) => void,
): void {
  const count = shape.reduce((n, size) => n * size, 1)
  const index = shape.map(() => 0)
  const places = strides.map(() => 0)
  for (let at = 0; at < count; at++) {
    visit(at, places)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      for (let k = 0; k < strides.length; k++) places[k]! += strides[k]![axis]!
      if (index[axis]! < shape[axis]!) break
      for (let k = 0; k < strides.length; k++) places[k]! -= strides[k]![axis]! * shape[axis]!
      index[axis] = 0
    }
  }
}

/** An element as kernels compute with it. */
export type Num = number | bigint | Complex

/** Numbers that one element takes: complex ones are pairs. */
export const widthOf = ({ dtype }: HostArray): number => (isComplex(dtype) ? 2 : 1)

/** The element at a place. */
export const elementAt = ({ dtype, data }: HostArray, at: number): Num =>
  isComplex(dtype) ? { re: data[2 * at] as number, im: data[2 * at + 1] as number } : data[at]!

interface Accumulation {
  readonly zero: Num
  readonly one: Num
  readonly add: (x: Num, y: Num) => Num
  readonly multiply: (x: Num, y: Num) => Num
}

const doubles = {
  zero: 0,
  one: 1,
  add: (x: number, y: number): number => x + y,
  multiply: (x: number, y: number): number => x * y,
}

const ints = { ...doubles, add: (x: number, y: number): number => (x + y) | 0, multiply: Math.imul }

const bigints = {
  zero: 0n,
  one: 1n,
  add: (x: bigint, y: bigint): bigint => x + y,
  multiply: (x: bigint, y: bigint): bigint => x * y,
}

const one: Complex = { re: 1, im: 0 }

const complexes = {
  zero: { re: 0, im: 0 },
  one,
  add: (x: Complex, y: Complex): Complex => ({ re: x.re + y.re, im: x.im + y.im }),
  // The 1 that products begin with is no factor: 0 times an infinite part would be NaN.
  multiply: (x: Complex, y: Complex): Complex => (x === one ? y : multiplyComplex(x, y)),
}

/** Sums and products of elements of a dtype: floats in double precision, integers modulo 2^32 or exact. */
export const accumulation = (dtype: DType): Accumulation =>
  (isBigInt(dtype)
    ? bigints
    : isFloat(dtype)
      ? doubles
      : isComplex(dtype)
        ? complexes
        : ints) as unknown as Accumulation

/** Sets one element, as the dtype stores it. */
export function put(data: TypedArray, at: number, value: Num): void {
  const to = data as Writable
  if (typeof value !== 'object') to[at] = value
  else {
    to[2 * at] = value.re
    to[2 * at + 1] = value.im
  }
}
