import * as td from '@tendril/core'
import { type Call, type Fn, judge, type Table } from './judge.ts'

// Branches and loops on sizes and ranks, alone and beside values.

const is = (x: td.NDArray): boolean => x.item() === true
const length = (x: td.NDArray): number => x.shape[0] ?? 1

const sizes: Table = {
  'n > 8': (x) => (x.size > 8 ? x.multiply(2) : x.multiply(3)),
  'n === 3': (x) => (length(x) === 3 ? x.add(1) : x),
  parity: (x) => (length(x) % 2 === 0 ? x.add(1) : x.subtract(1)),
  'min(n, 6)': (x) => td.flatten(x).slice([0], [Math.min(x.size, 6)]),
  'half of it': (x) => td.flatten(x).slice([0], [Math.floor(x.size / 2)]),
  'a mean by hand': (x) => x.sum().divide(x.size),
  'a loop of n turns': (x) => {
    let y = x
    for (let i = 0; i < length(x); i++) y = y.add(i)
    return y
  },
  'a loop of n turns that reads': (x) => {
    let y = x
    for (let i = 0; i < length(x); i++) if (is(y.sum().greater(i))) y = y.subtract(1)
    return y
  },
  'empty is left out': (x) => (x.size === 0 ? 'empty' : x.max()),
  'the rank': (x) => (x.ndim === 2 ? x.sum({ axis: 1 }) : x.ndim === 0 ? x.add(1) : x.sum({ axis: 0 })),
  'the rank, then a value': (x) => (x.ndim === 1 && is(x.sum().greater(1)) ? x.add(1) : x),
  'the whole shape as text': (x) => x.shape.join('x'),
  'the shape, spread': (x) => [...x.shape, x.size],
  'the shape, destructured': (x) => {
    const [n = -1, m = -2] = x.shape
    return x.add(n * 10 + m)
  },
  'the last size': (x) => x.multiply(x.shape.at(-1) ?? 7),
  'sizes that are equal': (x) => (x.shape[0] === x.shape[1] ? x.add(1) : x),
  'shape includes': (x) => (x.shape.includes(2) ? x.add(2) : x),
  'shape map': (x) => td.zeros(x.shape.map((size) => size + 1)),
  'shape some': (x) => (x.shape.some((size) => size === 0) ? td.array([0]) : x),
  'shape reduce': (x) => x.add(x.shape.reduce((a, b) => a * b, 1)),
  'shape as JSON': (x) => JSON.stringify(x.shape),
  'shape in a for of': (x) => {
    let y = x.sum()
    for (const size of x.shape) y = y.add(size)
    return y
  },
  'Object.entries of a shape': (x) => Object.entries(x.shape),
  'a size of what was computed': (x) => {
    const y = td.concat([td.flatten(x), td.flatten(x)])
    return y.shape[0]! > 5 ? y : y.add(1)
  },
  'a read, then a size': (x) => (is(x.sum().greater(0)) ? (length(x) > 2 ? x.add(1) : x.add(2)) : x),
  'a size, then a read': (x) => (length(x) > 2 ? (is(x.sum().greater(0)) ? x.add(1) : x.add(2)) : x),
  'a size in one branch only': (x) => (is(x.sum().greater(0)) ? x.divide(length(x) + 1) : x),
  'sizes by an index that is read': (x) => x.shape[Number(td.countNonzero(x).item())] ?? 'none',
  'a size compared with an item': (x) => (Number(td.countNonzero(x).item()) === x.size ? 'full' : x),
  'reshape to sizes': (x) => x.reshape([x.size, 1]),
  'reshape refused for odd sizes': (x) => x.reshape([2, -1]),
  'reshape refused and caught': (x) => {
    try {
      return x.reshape([2, -1])
    } catch {
      return x
    }
  },
  'reshape refused in a branch': (x) => (is(x.sum().greater(0)) ? x.reshape([3]) : x),
  'an add that fits some sizes': (x) => x.add(td.array([1, 2])),
  'an add that fits some sizes, caught': (x) => {
    try {
      return x.add(td.array([1, 2]))
    } catch (error) {
      return (error as Error).constructor.name
    }
  },
  'an add behind a read that fits some sizes': (x) => (is(x.sum().greater(-1)) ? x.add(td.array([1, 2])) : x),
  'matmul of itself': (x) => x.matmul(x.matrixTranspose()),
  'size of 1 is broadcast': (x) => x.add(td.zeros([3])),
  'an axis that is not there': (x) => x.sum({ axis: 1 }),
  'an axis that is not there, caught': (x) => {
    try {
      return x.sum({ axis: 1 })
    } catch (error) {
      return (error as Error).message
    }
  },
  'max of nothing': (x) => x.max(),
  'rows in pairs': (x) => {
    const rows = [...x]
    return rows.slice(1).map((row, i) => row.add(rows[i]!))
  },
  'split in halves': (x) => (length(x) > 0 && length(x) % 2 === 0 && x.ndim > 0 ? td.split(x, 2) : [x]),
  'a size as an axis of another': (x) => td.arange(length(x)).add(x.sum()),
  'pad to four': (x) =>
    x.size < 4 ? td.concat([td.flatten(x), td.zeros([4 - x.size], { dtype: x.dtype })]) : x,
}

judge(sizes)

const pairs: readonly Call[] = [1, 3, 2, 0].flatMap((n) =>
  [1, 3, 2, 0].map((m) => () => [td.ones([n]), td.multiply(td.ones([m]), -1)]),
)
const pair = (fn: (x: td.NDArray, y: td.NDArray) => unknown): Fn => fn as Fn

judge(
  {
    'a size that broadcasting gives': pair((x, y) => {
      const z = x.add(y)
      return z.multiply(z.shape[0]!)
    }),
    'the same behind a read': pair((x, y) => {
      const z = x.add(y)
      return is(z.sum().greaterEqual(0)) ? z.multiply(z.shape[0]!) : z
    }),
    'the same, read before the size': pair((x, y) => {
      const z = x.multiply(y)
      return is(x.sum().greater(2)) ? z.multiply(z.size) : z
    }),
    'an op that throws for other sizes and that nothing needs': pair((x, y) => {
      x.add(y)
      return is(x.sum().greater(2)) ? x : y
    }),
    'the same in one branch': pair((x, y) => {
      if (is(x.sum().greater(1))) x.add(y)
      return is(y.sum().less(-1)) ? x : y
    }),
    'rows of what broadcasting gives': pair((x, y) => [...x.add(y)].length),
    'halves of what broadcasting gives': pair((x, y) => td.split(td.concat([x.add(y), x.add(y)]), 2)),
  },
  pairs,
)
