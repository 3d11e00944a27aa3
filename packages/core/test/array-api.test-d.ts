import { expectTypeOf, test } from 'vitest'
import * as td from '../src/index.ts'

declare const x: td.NDArray

test('options that no graph holds are checked', () => {
  expectTypeOf(td.zeros([2], { device: 'cpu' })).toEqualTypeOf<td.NDArray>()
  expectTypeOf(td.sort(x, { stable: false })).toEqualTypeOf<td.NDArray>()
  expectTypeOf(td.astype(x, 'int32', { copy: false, device: null })).toEqualTypeOf<td.NDArray>()
  // @ts-expect-error a device is a name
  td.zeros([2], { device: 1 })
  // @ts-expect-error stable is a boolean
  td.sort(x, { stable: 'yes' })
  // @ts-expect-error reshape goes nowhere else
  td.reshape(x, [2], { device: 'cpu' })
})

test('arrays in place of numbers', () => {
  expectTypeOf(td.repeat(x, x, { axis: 0 })).toEqualTypeOf<td.NDArray>()
  expectTypeOf(x.repeat(2)).toEqualTypeOf<td.NDArray>()
  expectTypeOf(td.searchsorted(x, 1, { sorter: x })).toEqualTypeOf<td.NDArray>()
  // @ts-expect-error a sorter is an array
  td.searchsorted(x, 1, { sorter: 1 })
})

test('reflected operators and updates', () => {
  expectTypeOf(x.rsubtract(1)).toEqualTypeOf<td.NDArray>()
  expectTypeOf(x.updateAt(0, '...', x).set(x)).toEqualTypeOf<td.NDArray>()
  // @ts-expect-error an index is no string
  x.updateAt('all')
  // @ts-expect-error a value is an array or a number
  x.updateAt(0).set('1')
})

test('what the namespace tells', () => {
  expectTypeOf(td.broadcastShapes([2, 1], [3])).toEqualTypeOf<number[]>()
  expectTypeOf(td.broadcastShapes([null], [3])).toEqualTypeOf<(number | null)[]>()
  expectTypeOf(td.arrayNamespaceInfo().defaultDtypes().integral).toEqualTypeOf<td.DType>()
  // @ts-expect-error there is no such kind
  td.arrayNamespaceInfo().dtypes({ kind: 'whole' })
  expectTypeOf(td.newaxis).toEqualTypeOf<null>()
})
