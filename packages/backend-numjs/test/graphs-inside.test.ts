import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { numjs } from '../src/index.ts'

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.setBackend('numjs')
})

test('graphs inside of a program do not share sizes that differ', () => {
  const fn = (n: td.NDArray, v: td.NDArray): td.NDArray => {
    const [, w] = td.whileLoop(
      ([i]) => i.less(n),
      ([i, x]) => [i.add(1), x.add(td.at(x, -1))],
      [0, v],
    )
    return td.whileLoop(
      ([i]) => i.less(n),
      ([i, x]) => [i.add(1), x.multiply(2)],
      [0, w],
    )[1]
  }
  const args = [td.array(1), td.array([1, 2])] as const
  expect(
    td
      .traceGraph(fn, { args: [...args] })(...args)
      .toArray(),
  ).toEqual([6, 8])
})
