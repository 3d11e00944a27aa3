import { type DType, isInteger, type TypedArray } from '../types/dtype.ts'
import type { Var } from '../ir/graph.ts'

const largest = 1024
const limits = { bool: Infinity, integer: 16, float: 4 }

/** Equal for values that a function cannot tell apart: 0 and -0 are two, NaNs are one. */
export function readKey(values: readonly TypedArray[]): string {
  return values.map((data) => Array.from(data as Iterable<number | bigint>, bits).join()).join(';')
}

const bits = (value: number | bigint): string => (Object.is(value, -0) ? '-0' : String(value))

/** How many values of a read are told apart at most, before the function runs at each call. */
export function limitOf(vars: readonly Var[], values: readonly TypedArray[]): number {
  if (values.reduce((count, { length }) => count + length, 0) > largest) return 0
  const kinds = vars.map(({ type }, i) => limitOfKind(type.dtype, values[i]!.length))
  return Math.min(...kinds)
}

function limitOfKind(dtype: DType, length: number): number {
  if (dtype === 'bool') return length === 1 ? limits.bool : limits.integer
  return isInteger(dtype) ? limits.integer : limits.float
}
