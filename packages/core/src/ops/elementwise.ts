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
  const ofBigInts = isBigInt(dtype) && scalars.bigint
  const lossy = ofBigInts === undefined
  const ofNumbers =
    (dtype === 'bool' ? scalars.bool : isInteger(dtype) ? scalars.int : undefined) ?? scalars.number
  const scalar = (isComplex(dtype) ? scalars.complex : ofBigInts || ofNumbers) as unknown as AnyScalar
  const toBigInt = isBigInt(out.dtype)
  const strides = inputs.map((input) => broadcastStrides(input.shape, out.shape))
  const [left, right] = inputs.map(({ data }) => data)
  // Without lists of operands it takes a tenth of the time; what is folded may be all weights of a model.
  if (!lossy && !toBigInt && !isComplex(dtype) && !isComplex(out.dtype))
    return forEachIndex(out.shape, strides, (at, [i, j]) => {
      const x = left![i!]!
      ;(out.data as unknown as Num[])[at] = (right ? scalar(x, right[j!]!) : scalar(x)) as Num
    })
  forEachIndex(out.shape, strides, (at, places) => {
    const args = inputs.map((input, k) =>
      lossy ? Number(input.data[places[k]!]) : elementAt(input, places[k]!),
    )
    const value = scalar(...args)
    put(out.data, at, (toBigInt && typeof value !== 'object' ? BigInt(value) : value) as Num)
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
