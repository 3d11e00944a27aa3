import type { HostArray } from '../op.ts'
import { isBigInt, isInteger } from '../types/dtype.ts'
import { broadcastStrides, forEachIndex } from './kernels.ts'

type Number1 = (x: number) => number | boolean
type Number2 = (x: number, y: number) => number | boolean
type BigInt1 = (x: bigint) => bigint | boolean
type BigInt2 = (x: bigint, y: bigint) => bigint | boolean

/** The scalar functions of an elementwise op; the typed array that receives the result rounds or wraps it. */
interface Scalars<N, B> {
  readonly number: N
  /** For integers of at most 32 bits. Default: `number`. */
  readonly int?: N
  /** For bool, whose elements are 0 and 1. Default: `number`. */
  readonly bool?: N
  /** For 64-bit integers. Default: `int` or `number`, after conversion. */
  readonly bigint?: B
}

type Writable = { [i: number]: number | bigint }
type AnyScalar = (...x: (number | bigint)[]) => number | bigint | boolean

function apply<N, B>(scalars: Scalars<N, B>, inputs: readonly HostArray[], out: HostArray): void {
  const { dtype } = inputs[0]!
  const exact = isBigInt(dtype) && scalars.bigint !== undefined
  const lossy = isBigInt(dtype) && !exact
  const ofNumbers =
    (dtype === 'bool' ? scalars.bool : isInteger(dtype) ? scalars.int : undefined) ?? scalars.number
  const scalar = (exact ? scalars.bigint : ofNumbers) as AnyScalar
  const store = out.data as Writable
  const toBigInt = isBigInt(out.dtype)
  const strides = inputs.map((input) => broadcastStrides(input.shape, out.shape))
  forEachIndex(out.shape, strides, (at, places) => {
    const args = inputs.map((input, k) => (lossy ? Number(input.data[places[k]!]) : input.data[places[k]!]!))
    const result = scalar(...args)
    const value = typeof result === 'boolean' ? Number(result) : result
    store[at] = toBigInt && typeof value === 'number' ? BigInt(value) : value
  })
}

type Out = readonly [HostArray, ...HostArray[]]

/** Kernel of an op of one array. */
export const unary =
  (scalars: Scalars<Number1, BigInt1>) =>
  (inputs: readonly [HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)

/** Kernel of an op of two arrays, which share a dtype and broadcast. */
export const binary =
  (scalars: Scalars<Number2, BigInt2>) =>
  (inputs: readonly [HostArray, HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)
