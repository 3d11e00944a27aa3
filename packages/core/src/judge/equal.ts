import { type FloatDtype, ulpDistance } from '../numerics/ulp.ts'
import type { HostArray, OpDef } from '../op.ts'
import { type DType, isComplex, isFloat, partDType } from '../types/dtype.ts'
import { printShape } from '../types/tensor-type.ts'

/** How a result may differ from the truth; NaN equals NaN, and dtype and shape are always exact. */
export type Row =
  /** The same bits; of a NaN only that it is one. */
  | { readonly kind: 'bits' }
  /** The same numbers; a zero may have either sign. */
  | { readonly kind: 'numbers' }
  /** So many steps of the dtype away; a zero is exact, and so is its sign. */
  | { readonly kind: 'ulps'; readonly ulps: number }
  /** So many steps of the size of a complex number away, in any direction. */
  | { readonly kind: 'parts'; readonly ulps: number }
  /** `|d| <= share * sqrt(k) * sum|terms|`, for k terms that are added or multiplied. */
  | {
      readonly kind: 'terms'
      readonly share: number
      /** Whether every result is made of the terms of all: the sum of the largest one bounds it. */
      readonly atOnce: boolean
    }
  /** As from matrices of which each element is off by a share of the largest one. */
  | { readonly kind: 'backward'; readonly share: number }

const bits: Row = { kind: 'bits' }
const sameNumbers: Row = { kind: 'numbers' }
const fourUlps: Row = { kind: 'ulps', ulps: 4 }
const eightUlps: Row = { kind: 'ulps', ulps: 8 }
const someSteps: Row = { kind: 'parts', ulps: 8 }
const moreSteps: Row = { kind: 'parts', ulps: 16 }

/** Distance from 1 to the next number. */
export const epsilon: Readonly<Record<FloatDtype, number>> = {
  float16: 2 ** -10,
  float32: 2 ** -23,
  float64: 2 ** -52,
}

/** The share of a sum's terms by which it may be off: 1e-6 for float32, for the others as their epsilon is to its. */
const shareOf = (dtype: FloatDtype): number => (1e-6 * epsilon[dtype]) / epsilon.float32

/**
 * The one table of what equal means, by what an op is; it is never widened for a test.
 *
 * A composite that is not elementwise has no row: the rows of the ops that it is made of bound it (see `bounded.ts`).
 */
export function rowOf({ traits }: OpDef, dtype: DType, ofComplex = false): Row {
  const rounds = ofComplex && traits.roundsComplex
  const floats = isFloat(dtype) || isComplex(dtype)
  if (!floats || traits.movement || (traits.exact && !rounds) || traits.random) return bits
  if (traits.chooses) return sameNumbers
  if (traits.elementwise || traits.creation) {
    if (isComplex(dtype)) return traits.steep ? moreSteps : someSteps
    return traits.steep ? eightUlps : fourUlps
  }
  const share = shareOf(partDType(dtype) as FloatDtype)
  return traits.solves
    ? { kind: 'backward', share }
    : { kind: 'terms', share, atOnce: traits.transform === true }
}

/** Two arrays that differ, and where. */
export interface Mismatch {
  readonly index: readonly number[]
  readonly got: number | bigint
  readonly want: number | bigint
  readonly ulps: number
  readonly allowed: string
}

export const indexOf = (shape: readonly number[], at: number): number[] => {
  let rest = at
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size
      rest = Math.floor(rest / size)
      return index
    })
    .toReversed()
}

export const printNumber = (value: number | bigint): string =>
  typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : String(value)

export function printMismatch(op: string, { index, got, want, ulps, allowed }: Mismatch): string {
  const far = Number.isFinite(ulps) && ulps > 0 ? `, ${ulps} ulp away` : ''
  return `${op}: at [${index.join(', ')}] got ${printNumber(got)} where ${printNumber(want)} is right${far}; allowed: ${allowed}`
}

/** Steps of the dtype between two floats; NaN for others, where a distance says nothing. */
export const distance = (dtype: DType, got: number | bigint, want: number | bigint): number =>
  isFloat(partDType(dtype)) ? ulpDistance(Number(got), Number(want), partDType(dtype) as FloatDtype) : NaN

/** Dtype and shape, which are always exact. */
export function sameType(got: Typed, want: Typed): string | undefined {
  if (got.dtype !== want.dtype) return `dtype ${got.dtype} where ${want.dtype} is right`
  if (String(got.shape) !== String(want.shape))
    return `shape ${printShape(got.shape)} where ${printShape(want.shape)} is right`
  return undefined
}

interface Typed {
  readonly dtype: DType
  readonly shape: readonly number[]
}

/** The first element that differs in its bits. */
export function differentBits(got: HostArray, want: HostArray): Mismatch | undefined {
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i]!, want.data[i]!]
    if (Object.is(a, b)) continue
    return {
      index: indexOf(want.shape, isComplex(want.dtype) ? i >> 1 : i),
      got: a,
      want: b,
      ulps: distance(want.dtype, a, b),
      allowed: 'the same bits',
    }
  }
  return undefined
}
