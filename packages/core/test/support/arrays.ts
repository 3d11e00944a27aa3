// oxlint-disable-next-line import/no-unassigned-import -- it sets what computes ops outside of traces
import '../../src/runtime/eager.ts'
import { expect } from 'vitest'
import { array, type ArrayData } from '../../src/runtime/array.ts'
import { NDArray } from '../../src/runtime/nd-array.ts'
import type { DType } from '../../src/types/dtype.ts'

/** What an op gave, as an array of data. */
const made = (x: unknown): NDArray => {
  if (x instanceof NDArray) return x
  throw new TypeError(`not an array: ${String(x)}`)
}

/** Compares dtype and elements exactly: NaN equals NaN, and 0 is not -0. */
export function expectArray(x: unknown, dtype: DType, elements: unknown): void {
  const result = made(x)
  expect({ dtype: result.dtype, elements: result.toArray() }).toEqual({ dtype, elements })
}

/** The elements as nested arrays. */
export const elementsOf = (x: unknown): unknown => made(x).toArray()

export const f32 = (data: ArrayData): NDArray => array(data)
export const f64 = (data: ArrayData): NDArray => array(data, { dtype: 'float64' })
export const i32 = (data: ArrayData): NDArray => array(data, { dtype: 'int32' })
export const of = (dtype: DType, data: ArrayData): NDArray => array(data, { dtype })
