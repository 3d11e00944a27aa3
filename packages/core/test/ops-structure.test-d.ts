import { describe, expectTypeOf, test } from 'vitest'
import { at, s } from '../src/ops/at.ts'
import {
  concat,
  conv2d,
  convolution,
  diff,
  einsum,
  expandDims,
  maxPool2d,
  multiHeadAttention,
  pad,
  slice,
  split,
  sum,
  tensordot,
  topK,
} from '../src/ops/index.ts'
import type { NDArray } from '../src/runtime/nd-array.ts'

declare const x: NDArray

describe('calls that are right', () => {
  test('give one array, several, or a record', () => {
    expectTypeOf(concat([x, 1], { axis: null })).toEqualTypeOf<NDArray>()
    expectTypeOf(split(x, [1, 2], { axis: -1 })).toEqualTypeOf<readonly NDArray[]>()
    expectTypeOf(topK(x, 3)).toEqualTypeOf<{ readonly values: NDArray; readonly indices: NDArray }>()
    expectTypeOf(einsum('ij,jk->ik', x, x)).toEqualTypeOf<NDArray>()
    expectTypeOf(at(x, 0, s(1), null, '...', x)).toEqualTypeOf<NDArray>()
  })

  test('parameters stand where the standard has them', () => {
    expectTypeOf(slice(x, null, [2, null])).toEqualTypeOf(slice(x, 0, 1, [1]))
    expectTypeOf(expandDims(x)).toEqualTypeOf(expandDims(x, [0, 1]))
    expectTypeOf(convolution(x, x, [1], [0, 0], [1])).toEqualTypeOf(
      convolution(x, x, [1], [0, 0], [1], x, { groups: 2 }),
    )
    expectTypeOf(conv2d(x, x, { padding: 'same' })).toEqualTypeOf(
      conv2d(x, x, x, {
        padding: [
          [1, 0],
          [0, 1],
        ],
      }),
    )
    expectTypeOf(maxPool2d(x, 2)).toEqualTypeOf(maxPool2d(x, [2, 2], { strides: null, ceilMode: true }))
    expectTypeOf(pad(x, [[1, 2]], { mode: 'edge' })).toEqualTypeOf(pad(x, 1, { constantValues: 1n }))
    expectTypeOf(tensordot(x, x, { axes: [[0], [1]] })).toEqualTypeOf(tensordot(x, x, { axes: 1 }))
    expectTypeOf(diff(x, null, x, { n: 2 })).toEqualTypeOf(diff(x))
    expectTypeOf(
      multiHeadAttention(x, x, x, 2, x, null, x, null, x, { isCausal: true }),
    ).toEqualTypeOf<NDArray>()
    expectTypeOf(sum(x, { axis: [0, 1], dtype: 'int32' })).toEqualTypeOf(sum(x, { keepdims: true }))
  })
})

describe('calls that are wrong do not compile', () => {
  test('names, kinds and numbers of arguments', () => {
    // @ts-expect-error arrays are one list
    void (() => concat(x, x))
    // @ts-expect-error the equation is missing
    void (() => einsum(x, x))
    // @ts-expect-error einsum has no options
    void (() => einsum('i', x, {}))
    // @ts-expect-error there is no such mode
    void (() => pad(x, 1, { mode: 'wrap' }))
    // @ts-expect-error the window is missing
    void (() => maxPool2d(x))
    // @ts-expect-error the stops are missing
    void (() => slice(x, [0]))
    // @ts-expect-error axis is an option
    void (() => sum(x, 0))
    // @ts-expect-error an index is no text
    void (() => at(x, ':'))
    // @ts-expect-error there is no such padding
    void (() => conv2d(x, x, { padding: 'full' }))
  })
})
