import { check, type Bounded } from '../../judge/bounded.ts'
import { differentBits, type Mismatch, printNumber, sameType } from '../../judge/equal.ts'
import { type FloatDtype, ulpDistance } from '../../numerics/ulp.ts'
import type { HostArray } from '../../op.ts'
import { isFloat } from '../../types/dtype.ts'

/** Two values that differ at a place of an array, or in their types. */
export interface Apart {
  /** Undefined where dtype or shape differ. */
  readonly index: readonly number[] | undefined
  readonly got: string
  readonly want: string
  readonly allowed: string
}

const exactly = 'the same type'

export const fromMismatch = (
  mismatch: Mismatch | string | undefined,
  got: HostArray,
  want: { readonly dtype: string; readonly shape: readonly number[] },
): Apart | undefined => {
  if (mismatch === undefined) return undefined
  if (typeof mismatch === 'string')
    return { index: undefined, got: typeText(got), want: typeText(want), allowed: exactly }
  const { index, allowed } = mismatch
  const print = want.dtype === 'bool' ? (bit: number | bigint) => String(bit !== 0) : printNumber
  return { index, got: print(mismatch.got), want: print(mismatch.want), allowed }
}

const typeText = ({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }): string =>
  `${dtype}[${shape.join()}]`

/** How an array differs in its bits from another one; of NaN only that it is one. */
export function apartInBits(got: HostArray, want: HostArray): Apart | undefined {
  return fromMismatch(sameType(got, want) ?? differentBits(got, want), got, want)
}

/** How a result lies outside of what is right. */
export function apartFromTruth(got: HostArray, want: Bounded): Apart | undefined {
  return fromMismatch(check(got, want), got, want)
}

const fewUlps = 4

/** Whether two arrays are alike enough that no rule needs to be asked: a few steps of the dtype, with the signs of zeros. */
export function isAlike(got: HostArray, want: HostArray): boolean {
  if (sameType(got, want) !== undefined || got.data.length !== want.data.length) return false
  const floats = isFloat(want.dtype)
  for (let i = 0; i < want.data.length; i++) {
    const [a, b] = [got.data[i]!, want.data[i]!]
    if (Object.is(a, b)) continue
    const close =
      floats && a !== 0 && b !== 0 && ulpDistance(Number(a), Number(b), want.dtype as FloatDtype) <= fewUlps
    if (!close) return false
  }
  return true
}
