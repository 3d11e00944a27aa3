import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { messageOf } from './message.ts'

// Bad input gives a typed error whose whole message is shown here; the line that it ends with is the user's.

const matrix = (): td.NDArray =>
  td.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

afterEach(() => td.unsetBackend())

describe('ops', () => {
  test('shapes that do not broadcast', async () => {
    expect(await messageOf(() => td.add(matrix(), td.array([1, 2])))).toMatchInlineSnapshot(`
      "ShapeError: add: shapes [2,3] and [2] do not fit: axes are matched from the last one backwards, and two that meet must be equal or one of them 1.
      Reshape one of them, or check the order of the arguments."
    `)
  })
  test('matrices that do not fit', async () => {
    expect(await messageOf(() => matrix().matmul(matrix()))).toMatchInlineSnapshot(`
      "ShapeError: matmul: shapes [2,3] and [2,3] do not fit: the last axis of 'x1' has 3 elements, axis -2 of 'x2' has 2.
      Transpose one of them, or check the order of the arguments."
    `)
  })
  test('a dtype that the op does not take', async () => {
    expect(await messageOf(() => td.add(td.array([true]), td.array([false])))).toMatchInlineSnapshot(`
      "DTypeError: add: dtype bool: it takes numeric arrays.
      Convert the array first: astype(x, dtype)."
    `)
  })
  test('dtypes without a common one', async () => {
    const [a, b] = [td.array([1], { dtype: 'uint64' }), td.array([1], { dtype: 'int64' })]
    expect(await messageOf(() => td.add(a, b))).toMatchInlineSnapshot(`
      "DTypeError: add: dtypes uint64 and int64: the standard names no dtype that holds both.
      Convert one of them: astype(x, dtype)."
    `)
  })
  test('a scalar that the dtype cannot hold', async () => {
    expect(await messageOf(() => td.add(td.array([1], { dtype: 'uint8' }), 300))).toMatchInlineSnapshot(`
      "DTypeError: add: dtype uint8: it holds 0 to 255, not 300.
      Convert the array to a wider dtype first, or make the scalar an array of its own dtype."
    `)
  })
  test('an axis outside the rank', async () => {
    expect(await messageOf(() => td.sum(matrix(), { axis: 2 }))).toMatchInlineSnapshot(
      `"ParamError: sum: 'axis' is 2: it has to lie in [-2, 1]."`,
    )
  })
  test('an unknown option', async () => {
    expect(await messageOf(() => td.sum(matrix(), { keepDims: true } as never))).toMatchInlineSnapshot(`
      "ParamError: sum: 'keepDims' is true: there is no such parameter; it has axis, dtype, keepdims.
      Did you mean 'keepdims'?"
    `)
  })
  test('a wrong option', async () => {
    expect(await messageOf(() => td.sum(matrix(), { keepdims: 'yes' } as never))).toMatchInlineSnapshot(
      `"ParamError: sum: 'keepdims' is "yes": it takes a boolean."`,
    )
  })
  test('a missing argument', async () => {
    expect(
      await messageOf(() => (td.add as unknown as (x: unknown) => unknown)(matrix())),
    ).toMatchInlineSnapshot(`"ParamError: add: 'x2' is undefined: the argument is missing."`)
  })
  test('too many arguments', async () => {
    const sum = td.sum as unknown as (...args: unknown[]) => unknown
    expect(await messageOf(() => sum(matrix(), 0, true))).toMatchInlineSnapshot(`
      "ParamError: sum: 'argument 2' is 0: it takes 1 argument.
      Options are one object: { axis, dtype, keepdims }."
    `)
  })
  test('a plain array where an array is taken', async () => {
    const add = td.add as unknown as (...args: unknown[]) => unknown
    expect(await messageOf(() => add([1, 2], [3, 4]))).toMatchInlineSnapshot(`
      "ParamError: add: 'x1' is [1, 2]: it takes an array or a number.
      Make an array of it first: td.array(…)."
    `)
  })
  test('elements that do not fill the shape', async () => {
    expect(await messageOf(() => td.reshape(matrix(), [4]))).toMatchInlineSnapshot(
      `"ShapeError: reshape: shapes [2,3] and [4] do not fit: both have to hold the same number of elements; one -1 stands for what is left."`,
    )
  })
  test('rows of different lengths', async () => {
    expect(await messageOf(() => td.array([[1, 2], [3]]))).toMatchInlineSnapshot(
      `"ShapeError: array: shape [2,2] does not fit: a row of axis 1 has 1 elements instead of 2."`,
    )
  })
  test('the only element of several', async () => {
    const x = matrix()
    expect(await messageOf(() => td.add(x, x).item())).toMatchInlineSnapshot(`
      "ParamError: item: 'x' is "float32[2,3]": it has 6 elements, not one.
      Read all of them: await x.data() or x.toArray()."
    `)
  })
})
