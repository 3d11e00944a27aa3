import type { HostArray } from '../op.ts'
import { isBigInt, type TypedArray } from '../types/dtype.ts'
import { rowMajorStrides } from '../types/shape.ts'

type Number1 = (x: number) => number | boolean
type Number2 = (x: number, y: number) => number | boolean
type Number3 = (x: number, y: number, z: number) => number | boolean
type BigInt1 = (x: bigint) => bigint | boolean
type BigInt2 = (x: bigint, y: bigint) => bigint | boolean
type BigInt3 = (x: bigint, y: bigint, z: bigint) => bigint | boolean

/** The scalar functions of an elementwise op; the typed array that receives the result rounds or wraps it. */
interface Scalars<N, B> {
  readonly number: N
  /** Where doubles are not exact: 32-bit integers. Default: `number`. */
  readonly int32?: N
  /** For 64-bit integers. Default: `number`, after conversion. */
  readonly bigint?: B
}

type Writable = { [i: number]: number | bigint }

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
      strides.forEach((steps, k) => (places[k]! += steps[axis]!))
      if (index[axis]! < shape[axis]!) break
      strides.forEach((steps, k) => (places[k]! -= steps[axis]! * shape[axis]!))
      index[axis] = 0
    }
  }
}

type AnyScalar = (...x: (number | bigint)[]) => number | bigint | boolean

function apply<N, B>(scalars: Scalars<N, B>, inputs: readonly HostArray[], out: HostArray): void {
  const dtype = inputs[0]!.dtype
  const big = isBigInt(dtype)
  const exact = dtype === 'int32' || dtype === 'uint32' ? (scalars.int32 ?? scalars.number) : scalars.number
  const scalar = (big && scalars.bigint !== undefined ? scalars.bigint : exact) as AnyScalar
  const lossy = big && scalars.bigint === undefined
  const store = out.data as Writable
  const toBigInt = isBigInt(out.dtype)
  const strides = inputs.map((input) => broadcastStrides(input.shape, out.shape))
  forEachIndex(out.shape, strides, (at, places) => {
    const args = inputs.map((input, k) => (lossy ? Number(input.data[places[k]!]) : input.data[places[k]!]!))
    const value = scalar(...args)
    store[at] =
      typeof value === 'boolean'
        ? value
          ? 1
          : 0
        : toBigInt && typeof value === 'number'
          ? BigInt(Math.trunc(value))
          : value
  })
}

type Out = readonly [HostArray, ...HostArray[]]
export const unary =
  (scalars: Scalars<Number1, BigInt1>) =>
  (inputs: readonly [HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)
export const binary =
  (scalars: Scalars<Number2, BigInt2>) =>
  (inputs: readonly [HostArray, HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)
export const ternary =
  (scalars: Scalars<Number3, BigInt3>) =>
  (inputs: readonly [HostArray, HostArray, HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)

/** Copies elements from places that `from` tells for each place of the result. */
export function gather(x: HostArray, out: HostArray, from: (at: number) => number): void {
  const [source, store] = [x.data, out.data as Writable]
  for (let at = 0; at < out.data.length; at++) store[at] = source[from(at)]!
}

/** Sets one element, as the dtype stores it. */
export const put = (data: TypedArray, at: number, value: number | bigint): void =>
  void ((data as Writable)[at] = value)
