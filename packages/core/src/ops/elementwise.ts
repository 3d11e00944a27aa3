import type { HostArray } from '../op.ts'
import { isBigInt, isComplex, isInteger } from '../types/dtype.ts'
import type { Complex } from '../types/promotion.ts'
import { broadcastStrides, elementAt, forEachIndex, type Num, put } from './kernels.ts'

type Number1 = (x: number) => number | boolean
type Number2 = (x: number, y: number) => number | boolean | Complex
type BigInt1 = (x: bigint) => bigint | boolean
type BigInt2 = (x: bigint, y: bigint) => bigint | boolean
type Complex1 = (x: Complex) => Complex | number | boolean
type Complex2 = (x: Complex, y: Complex) => Complex | number | boolean

/** The scalar functions of an elementwise op; the typed array that receives the result rounds or wraps it. */
interface Scalars<N, B, C> {
  readonly number: N
  /** For integers of at most 32 bits. Default: `number`. */
  readonly int?: N
  /** For bool, whose elements are 0 and 1. Default: `number`. */
  readonly bool?: N
  /** For 64-bit integers. Default: `int` or `number`, after conversion. */
  readonly bigint?: B
  /** For complex numbers, where the op takes them. */
  readonly complex?: C
}

type AnyScalar = (...x: Num[]) => Num | boolean

function apply<N, B, C>(scalars: Scalars<N, B, C>, inputs: readonly HostArray[], out: HostArray): void {
  const { dtype } = inputs[0]!
  const exact = isBigInt(dtype) && scalars.bigint !== undefined
  const lossy = isBigInt(dtype) && !exact
  const ofNumbers =
    (dtype === 'bool' ? scalars.bool : isInteger(dtype) ? scalars.int : undefined) ?? scalars.number
  const scalar = (isComplex(dtype)
    ? scalars.complex
    : exact
      ? scalars.bigint
      : ofNumbers) as unknown as AnyScalar
  const toBigInt = isBigInt(out.dtype)
  const strides = inputs.map((input) => broadcastStrides(input.shape, out.shape))
  const [left, right] = inputs.map(({ data }) => data)
  // Without a list of operands it takes a third of the time; what is folded may be all weights of a model.
  if (!isComplex(dtype) && !lossy && !toBigInt) {
    const to = out.data as Float64Array
    return forEachIndex(out.shape, strides, (at, places) => {
      const x = left![places[0]!]!
      const result = right === undefined ? scalar(x) : scalar(x, right[places[1]!]!)
      if (typeof result === 'object') put(out.data, at, result)
      else to[at] = result as number
    })
  }
  forEachIndex(out.shape, strides, (at, places) => {
    const args = inputs.map((input, k) =>
      lossy ? Number(input.data[places[k]!]) : elementAt(input, places[k]!),
    )
    const result = scalar(...args)
    const value = typeof result === 'boolean' ? Number(result) : result
    put(out.data, at, toBigInt && typeof value === 'number' ? BigInt(value) : value)
  })
}

type Out = readonly [HostArray, ...HostArray[]]

/** Kernel of an op of one array. */
export const unary =
  (scalars: Scalars<Number1, BigInt1, Complex1>) =>
  (inputs: readonly [HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)

/** Kernel of an op of two arrays, which share a dtype and broadcast. */
export const binary =
  (scalars: Scalars<Number2, BigInt2, Complex2>) =>
  (inputs: readonly [HostArray, HostArray], _params: object, [out]: Out): void =>
    apply(scalars, inputs, out)
