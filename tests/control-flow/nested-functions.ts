import * as td from '@tendril/core'
import type { Example } from './functions.ts'

/** Loops and branches inside of each other, and what they take from around. */
export const nested: readonly Example[] = [
  {
    name: 'a while in a cond in a scan',
    fn: (x) =>
      td.scan(
        (total, row) => {
          const grown = td.cond(
            row.greater(0),
            (r) =>
              td.whileLoop(
                (v) => v.less(50),
                (v) => v.multiply(2).add(1),
                r,
              ),
            (r) => r.subtract(total),
            row,
          )
          return [total.add(grown), grown]
        },
        0,
        x!,
      ),
    calls: [[[1, -2, 30, 0]], [[-1]], [[]]],
  },
  {
    name: 'conds in both branches, with values from all around',
    fn: (x, y) => {
      const a = x!.add(1)
      return td.cond(
        x!.sum().greater(0),
        () =>
          td.cond(
            y!.sum().greater(0),
            () => a.add(y!),
            () => a.subtract(y!),
          ),
        () => {
          const b = a.multiply(3)
          return td.cond(
            y!.sum().greater(0),
            () => b.add(y!),
            (z) => z.multiply(b),
            y!,
          )
        },
      )
    },
    calls: [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [-3, 4 - 9],
      ],
      [
        [-1, -2],
        [3, 4],
      ],
      [
        [-1, -2],
        [-3, -4],
      ],
    ],
  },
  {
    name: 'a loop in a loop whose bounds follow the turn',
    fn: (x) =>
      td.forLoop(
        0,
        4,
        (i, sum) => td.forLoop(0, i, (j, inner) => inner.add(x!.multiply(j).add(i)), sum),
        td.zerosLike(x!),
      ),
    calls: [[[1, 2]], [3]],
  },
  {
    name: 'a loop of which only part is used',
    fn: (x) =>
      td.whileLoop(
        ([i]) => i.less(5),
        ([i, a, b]) => [i.add(1), a.add(x!), b.multiply(2)],
        [0, td.zerosLike(x!), td.onesLike(x!)] as const,
      )[1],
    calls: [[[1, 2, 3]]],
  },
  {
    name: 'random numbers in each turn',
    fn: (x) =>
      td.cond(
        x!.sum().greater(0),
        (y) =>
          td.forLoop(
            0,
            3,
            (_i, s) =>
              s
                .add(td.random.uniform({ shape: [2] }))
                .add(td.random.randint(0, 9, { shape: [2], dtype: 'int32' })),
            y,
          ),
        (y) => y.add(td.random.uniform({ shape: [2] })),
        x!,
      ),
    calls: [[[1, 2]], [[-1, -2]]],
  },
  {
    name: 'a value made in a turn that a branch gives as it is, kept over the next turns',
    fn: (x) =>
      td.scan(
        (c, row) => {
          const sum = c.add(row)
          const kept = td.cond(
            row.sum().greater(0),
            (y) => y,
            (y) => td.forLoop(0, 1, (_i, z) => z, y),
            sum,
          )
          return [kept, kept.add(c)]
        },
        td.zeros([2]),
        x!,
      ),
    calls: [
      [
        [
          [1, 2],
          [-3, -4],
          [-5, 6],
          [7, 8],
        ],
      ],
    ],
  },
  {
    name: 'sizes that the body reads',
    fn: (x) =>
      td.whileLoop(
        (y) => y.sum().less(y.shape[0]! * 10),
        (y) => y.add(y.shape[0]!),
        x!,
      ),
    calls: [[[1, 2, 3]], [[1]]],
  },
  {
    name: 'truth values and integers carried',
    fn: (x) =>
      td.whileLoop(
        ({ go }) => go,
        ({ go, n }) => ({
          go: td.logicalAnd(go, n.less(4)),
          n: n.add(td.astype(x!.sum().greater(0), 'int32')).add(1),
        }),
        { go: true, n: td.zeros([], { dtype: 'int32' }) },
      ),
    calls: [[[1, 2]], [[-1, -2]]],
  },
]
