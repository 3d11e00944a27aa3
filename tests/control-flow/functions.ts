import * as td from '@tendril/core'
import { nested } from './nested-functions.ts'

type A = td.NDArray

/** A function with control flow, and calls that take its different ways. */
export interface Example {
  readonly name: string
  readonly fn: (...args: A[]) => unknown
  /** Elements of float32 arrays. */
  readonly calls: readonly (readonly (number | readonly number[] | readonly (readonly number[])[])[])[]
}

const outer = (): A => td.array([10, 20, 30])

/** Sums are of small whole numbers, so that every engine gives the same bits. */
export const examples: readonly Example[] = [
  ...nested,
  {
    name: 'cond on a sum',
    fn: (x) =>
      td.cond(
        x.sum().greater(0),
        (y) => y.multiply(2),
        (y) => y.negative(),
        x!,
      ),
    calls: [[[1, 2, 3]], [[-1, -2, -3]], [[0, -0, 0]], [[NaN, 1, 2]], [[5]], [[]]],
  },
  {
    name: 'cond with captured arrays and trees',
    fn: (x, y) => {
      const w = outer()
      const k = x!.add(1)
      return td.cond(
        y!.greater(x!.sum()),
        ({ a, b }) => ({ sum: a.add(w), same: b, flag: true }),
        ({ a }) => ({ sum: a.multiply(k), same: k, flag: false }),
        { a: x!, b: y!.add(td.zeros([3])) },
      )
    },
    calls: [
      [[1, 2, 3], 1],
      [[1, 2, 3], 9],
    ],
  },
  {
    name: 'a branch that gives an operand, a constant and a result twice',
    fn: (x) =>
      td.cond(
        td.any(td.isnan(x!)),
        (y) => [y, outer(), y],
        (y) => {
          const z = y.add(1)
          return [z, z, td.zeros([3])]
        },
        x!,
      ),
    calls: [[[1, NaN, 3]], [[1, 2, 3]]],
  },
  {
    name: 'whileLoop with a count from data',
    fn: (x, n) =>
      td.whileLoop(
        ([i]) => i.less(n!),
        ([i, y]) => [i.add(1), y.multiply(x!)],
        [td.array(0), x!] as const,
      ),
    calls: [
      [[1, 2, 3], 3],
      [[1, 2, 3], 0],
      [[2], 10],
      [[], 4],
    ],
  },
  {
    name: 'whileLoop that swaps what it carries',
    fn: (x, y) =>
      td.whileLoop(
        ({ a }) => a.sum().less(100),
        ({ a, b }) => ({ a: b, b: a.add(b) }),
        { a: x!, b: y! },
      ),
    calls: [
      [
        [1, 1],
        [1, 2],
      ],
      [
        [100, 1],
        [1, 2],
      ],
    ],
  },
  {
    name: 'forLoop with bounds from data',
    fn: (x, n) =>
      td.forLoop(
        td.astype(n!.minimum(2), 'int32'),
        td.astype(n!, 'int32'),
        (i, y) => y.add(i.multiply(x!)),
        td.zerosLike(x!),
      ),
    calls: [
      [[1, 2, 3], 5],
      [[1, 2, 3], 2],
      [[1, 2, 3], -4],
    ],
  },
  {
    name: 'forLoop that carries nothing it changes',
    fn: (x) => td.forLoop(0, 3, (_i, y) => y, x!),
    calls: [[[1, 2, 3]]],
  },
  {
    name: 'scan with running results',
    fn: (x) =>
      td.scan((sum, row) => [sum.add(row), { before: sum, twice: row.multiply(2) }], td.zeros([2]), x!),
    calls: [
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      [[[1, 2]]],
    ],
  },
  {
    name: 'scan in reverse, over two arrays',
    fn: (x, y) =>
      td.scan((c, [a, b]) => [c.multiply(2).add(a), c.add(b)], 0, [x!, y!] as const, { reverse: true }),
    calls: [
      [
        [1, 2, 3],
        [10, 20, 30],
      ],
      [[4], [5]],
      [[], []],
    ],
  },
  {
    name: 'scan without arrays',
    fn: (x) => td.scan((c) => [c.add(x!), c], td.zerosLike(x!), null, { length: 4 }),
    calls: [[[1, 2, 3]], [7]],
  },
  {
    name: 'scan without results',
    fn: (x) => td.scan((c, row) => [c.add(row), null], 0, x!)[0],
    calls: [[[1, 2, 3]], [[]]],
  },
]
