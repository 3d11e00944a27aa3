import { describe, expectTypeOf, test } from 'vitest'
import { type ArrayValue, defineOp, type OpFunction } from '../src/op.ts'
import {
  add,
  arange,
  clip,
  crossEntropy,
  dropout,
  eye,
  full,
  gelu,
  linspace,
  meshgrid,
  oneHot,
  randomInt,
  randomUniform,
  softmax,
  where,
  zeros,
} from '../src/ops/index.ts'
import type { NDArray } from '../src/runtime/nd-array.ts'
import * as p from '../src/types/param-kinds.ts'

declare const x: NDArray

describe('calls that are right', () => {
  test('give one array, or several', () => {
    expectTypeOf(add(x, 1)).toEqualTypeOf<NDArray>()
    expectTypeOf(where(true, x, 2n)).toEqualTypeOf<NDArray>()
    expectTypeOf(meshgrid(x, x, { indexing: 'ij' })).toEqualTypeOf<readonly NDArray[]>()
  })

  test('options and trailing inputs may be left out', () => {
    expectTypeOf(softmax(x)).toEqualTypeOf(softmax(x, { axis: 0 }))
    expectTypeOf(clip(x)).toEqualTypeOf(clip(x, 0, x))
    expectTypeOf(clip(x, null, 1)).toEqualTypeOf<NDArray>()
    expectTypeOf(clip(x, { max: x })).toEqualTypeOf(clip(x, 0, { max: 1 }))
    expectTypeOf(arange(3, { dtype: 'int32' })).toEqualTypeOf(arange(0, 3, 1, { dtype: 'int32' }))
    expectTypeOf(eye(2, { k: 1 })).toEqualTypeOf(eye(2, 3))
    expectTypeOf(full([2], 1, { dtype: null })).toEqualTypeOf(full(2, true))
    expectTypeOf(randomUniform()).toEqualTypeOf(randomUniform({ low: -1 }))
    expectTypeOf(randomInt(0, 5, { key: null })).toEqualTypeOf<NDArray>()
    expectTypeOf(linspace(0, 1, 5, { endpoint: false })).toEqualTypeOf<NDArray>()
  })
})

describe('calls that are wrong do not compile', () => {
  test('too few or too many arguments', () => {
    // @ts-expect-error one array is missing
    void (() => add(x))
    // @ts-expect-error there is no third array
    void (() => add(x, x, x))
    // @ts-expect-error the condition alone is not enough
    void (() => where(x))
    // @ts-expect-error a required parameter is missing
    void (() => oneHot(x))
    // @ts-expect-error the number is missing
    void (() => full([2]))
    // @ts-expect-error options are one object
    void (() => softmax(x, 0))
    // @ts-expect-error gelu has one array
    void (() => gelu(x, x))
    // @ts-expect-error both ends of the range are required
    void (() => randomInt(3))
  })

  test('options that do not exist', () => {
    // @ts-expect-error add has no options
    void (() => add(x, x, { out: x }))
    // @ts-expect-error it is called axis
    void (() => softmax(x, { dim: 0 }))
    // @ts-expect-error the start is taken by position only
    void (() => arange(3, { start: 1 }))
  })

  test('values of another type', () => {
    // @ts-expect-error an array of numbers is no array of an engine
    void (() => add(x, [1, 2]))
    // @ts-expect-error an axis is a number
    void (() => softmax(x, { axis: '0' }))
    // @ts-expect-error there is no such dtype
    void (() => zeros([2], { dtype: 'float' }))
    // @ts-expect-error there is no such reduction
    void (() => crossEntropy(x, x, { reduction: 'average' }))
    // @ts-expect-error only parameters whose default is null take null
    void (() => softmax(x, { axis: null }))
    // @ts-expect-error a key is made by random.key
    void (() => dropout(x, { key: 7 }))
    // @ts-expect-error the number comes after the shape
    void (() => full(1, [2]))
  })
})

describe('definitions', () => {
  const shared = { name: 'twice', doc: 'Twice the array.', inputs: ['x'], params: {} } as const

  test('have one meaning: reference or decompose', () => {
    const twice = defineOp({
      ...shared,
      infer: ([type]) => type,
      decompose: ([array]): ArrayValue => add(array, array),
    })
    expectTypeOf(twice(x)).toEqualTypeOf<NDArray>()
    expectTypeOf(twice).toExtend<OpFunction<readonly ['x'], {}, [], [], undefined>>()
    // @ts-expect-error neither
    defineOp({ ...shared, infer: ([type]) => type })
    // @ts-expect-error both
    defineOp({
      ...shared,
      infer: ([type]) => type,
      reference: () => undefined,
      decompose: ([array]): ArrayValue => add(array, array),
    })
  })

  test('list parameters that there are, in the order of the arguments', () => {
    const params = { low: p.int(), high: p.int() }
    const draw = { name: 'draw', doc: 'A draw.', inputs: [], params, reference: () => undefined } as const
    const right = defineOp({ ...draw, order: ['low', 'high'], infer: () => x.type })
    expectTypeOf(right(1, 2)).toEqualTypeOf<NDArray>()
    // @ts-expect-error there is no such parameter
    defineOp({ ...draw, order: ['low', 'hihg'], infer: () => x.type })
  })

  test('take the names and types of their inputs and parameters', () => {
    const params = { alpha: p.number(1), axis: p.axes(null) }
    defineOp({
      ...shared,
      params,
      infer: ([type], { alpha, axis }) => {
        expectTypeOf(alpha).toEqualTypeOf<number>()
        expectTypeOf(axis).toEqualTypeOf<readonly number[] | null>()
        return type
      },
      decompose: ([array]): ArrayValue => array,
    })
    // @ts-expect-error there is no second input
    defineOp({ ...shared, infer: ([, second]) => second, decompose: ([array]): ArrayValue => array })
    defineOp({
      ...shared,
      // @ts-expect-error there is no such trait
      traits: { fast: true },
      infer: ([type]) => type,
      decompose: ([array]): ArrayValue => array,
    })
  })
})
