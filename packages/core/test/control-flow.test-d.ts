import { expectTypeOf, test } from 'vitest'
import * as td from '../src/index.ts'

const x = td.array([1, 2, 3])

test('what is carried keeps its structure, and numbers become arrays', () => {
  const [i, { y, label }] = td.whileLoop(
    ([n]) => n.less(3),
    ([n, rest]) => [n.add(1), { ...rest, y: 0 }],
    [0, { y: x, label: 'a' }],
  )
  expectTypeOf(i).toEqualTypeOf<td.NDArray>()
  expectTypeOf(y).toEqualTypeOf<td.NDArray>()
  expectTypeOf(label).toEqualTypeOf<'a'>()
  const list = td.forLoop(0, 2, (_i, all) => all.map((one) => one.add(1)), [x, x] as td.NDArray[])
  expectTypeOf(list).toEqualTypeOf<td.NDArray[]>()
  const [sum, rows] = td.scan((c, row) => [c.add(row), { row, twice: row.multiply(2) }], 0, x)
  expectTypeOf(sum).toEqualTypeOf<td.NDArray>()
  expectTypeOf(rows).toEqualTypeOf<{ row: td.NDArray; twice: td.NDArray }>()
})

test('branches give the same, and see arrays for numbers', () => {
  const chosen = td.cond(
    true,
    (a, { k }) => [a.add(k), k],
    (a, { k }) => [a, k],
    x,
    { k: 2 },
  )
  expectTypeOf(chosen).toEqualTypeOf<td.NDArray[]>()
  expectTypeOf(
    td.cond(
      x.sum().less(0),
      () => 1,
      () => 2,
    ),
  ).toEqualTypeOf<td.NDArray>()
})

test('other structures are refused', () => {
  td.whileLoop(
    (c) => c.sum().less(0),
    // @ts-expect-error -- the carried array became a list
    (c) => [c],
    x,
  )
  td.whileLoop(
    // @ts-expect-error -- a number is no test
    (c) => c.size,
    (c) => c,
    x,
  )
  td.cond(
    true,
    () => x,
    // @ts-expect-error -- a string in place of an array
    () => 'x',
  )
})
