import * as td from '@tendril/core'
import { judge, type Table } from './judge.ts'

// Branches on values, of every way to read one.

const relu = (x: td.NDArray): td.NDArray => (x.sum().greater(0).item() === true ? x : x.multiply(0))

const branches: Table = {
  'sharp bit 1: a branch on a value': (x) =>
    Number(td.sum(x)) > 0 ? td.multiply(x, 2) : td.subtract(x, 100),
  'greater, item': (x) => (td.greater(td.sum(x), 0).item() ? td.exp(x) : td.negative(x)),
  'coerced by >': (x) => ((x.sum() as unknown as number) > 1 ? x.add(1) : x.subtract(1)),
  'coerced by <=': (x) => ((x.sum() as unknown as number) <= 1 ? x.add(1) : x.subtract(1)),
  'loose equality': (x) => ((x.sum() as unknown as number) == 3 ? x.multiply(3) : x),
  'strict equality of items': (x) => (x.sum().item() === 3 ? x.multiply(3) : x),
  'unary plus': (x) => (+(x.sum() as unknown as number) > 2 ? x.add(10) : x),
  'a number of its own in the result': (x) => x.multiply(Number(x.sum().item()) + 1),
  'the sign of zero': (x) => (Object.is(x.sum().item(), -0) ? x.add(1) : x.subtract(1)),
  'one divided by zero': (x) => (1 / Number(x.sum().item()) < 0 ? x.add(5) : x),
  'NaN in front': (x) => (Number.isNaN(Number(x.sum().item())) ? td.zerosLike(x) : x),
  'NaN is not itself': (x) => {
    const s = x.sum().item()
    return s !== s ? 'not a number' : x
  },
  isFinite: (x) => (Number.isFinite(Number(x.sum().item())) ? x.multiply(2) : x.sum()),
  'typeof an item': (x) => `${typeof x.sum().item()} of ${x.dtype}`,
  'switch on an int': (x) => {
    switch (td.countNonzero(x).item() as number) {
      case 0:
        return x
      case 1:
        return x.add(1)
      case 2:
        return x.multiply(x)
      default:
        return x.negative()
    }
  },
  'switch on a bool': (x) => {
    switch (x.sum().less(2).item()) {
      case true:
        return [x]
      default:
        return { x }
    }
  },
  and: (x) => (x.sum().greater(0).item() && x.max().greater(2).item() ? x.multiply(2) : x),
  or: (x) => (x.sum().less(0).item() || x.max().greater(2).item() ? x.multiply(2) : x),
  not: (x) => (!x.sum().item() ? x.add(7) : x),
  'nullish of an item': (x) => x.add(Number(x.sum().item() ?? 4)),
  'nested ternaries': (x) => {
    const s = Number(x.sum().item())
    return s > 5 ? x.add(1) : s > 0 ? x.add(2) : s < -3 ? x.add(3) : x.add(4)
  },
  'the same read twice': (x) => {
    const s = x.sum()
    return Number(s.item()) > 0 && Number(s.item()) < 10 ? x.add(1) : x.add(2)
  },
  'the same value made twice and read twice': (x) =>
    Number(x.sum().item()) > 0 && Number(x.sum().item()) < 10 ? x.add(1) : x.add(2),
  'four bools': (x) => {
    let y = x
    for (const limit of [-2, 0, 2, 4]) if (x.sum().greater(limit).item()) y = y.add(limit)
    return y
  },
  dtype: (x) => (x.dtype === 'float32' ? x.multiply(0.5) : x.dtype === 'bool' ? x.logicalNot() : x.add(1)),
  'dtype, then a value': (x) => {
    const y = x.dtype === 'bool' ? x.astype('int32') : x
    return y.sum().greater(1).item() ? y.multiply(y) : y
  },
  'a dtype that follows a value': (x) =>
    x.sum().greater(1).item() ? x.astype('float32') : x.astype('int32'),
  'a shape that follows a value': (x) => (x.sum().greater(1).item() ? x.flatten() : x.reshape([1, -1])),
  'an axis that follows a value': (x) => x.sum({ axis: x.max().greater(2).item() ? 0 : -1 }),
  'a rank that follows a value': (x) => {
    let y = x
    for (let i = Number(td.countNonzero(x).item()); i > 0; i--) y = y.expandDims(0)
    return y
  },
  'early return of the argument': (x) => {
    if (x.sum().less(0).item()) return x
    return x.add(1)
  },
  'early return of a constant': (x) => (x.sum().less(0).item() ? td.array([42]) : x),
  'early return of a number': (x) => (x.sum().less(0).item() ? 42 : x),
  'early return of nothing': (x) => {
    if (x.sum().less(0).item()) return undefined
    return x
  },
  'the value itself in the result': (x) => ({ sum: x.sum().item(), isLarge: x.sum().greater(3).item(), x }),
  'text made of items': (x) => `sum is ${String(x.sum().item())}, n is ${x.size}`,
  'text made of a scalar in arithmetic': (x) => ((x.sum() as unknown as number) - 0).toFixed(2),
  'a bool of all': (x) => (td.all(td.isfinite(x)).item() ? x.sum() : td.array([-1])),
  'a bool of any': (x) => (td.any(td.isnan(x)).item() ? td.where(td.isnan(x), 0, x) : x),
  'argmax as an index': (x) => x.at(td.argmax(x).item() as number),
  'a table of functions by a value': (x) => {
    const table = [td.exp, td.sin, td.abs, td.negative]
    return table[Number(td.countNonzero(x).item()) % table.length]!(x)
  },
  'a record by a value': (x) =>
    ({ true: () => x.add(1), false: () => x.add(2) })[String(x.sum().greater(0).item()) as 'true']!(),
  'a helper that branches, twice': (x) => relu(x.subtract(1)).add(relu(x.negative())),
  'what was computed before is used in one branch': (x) => {
    const heavy = td.exp(td.sin(x))
    return x.sum().greater(0).item() ? heavy : x
  },
  'what was computed before is used in both': (x) => {
    const heavy = td.exp(td.sin(x))
    return x.sum().greater(0).item() ? heavy.add(1) : heavy.subtract(1)
  },
  'a read of what is not used': (x) => {
    td.exp(x).sum().item()
    return x.add(1)
  },
  'a read of a constant': (x) => (td.array([3]).item() === 3 ? x.add(1) : x),
  'a read of zeros': (x) => (td.sum(td.zerosLike(x)).item() ? x.add(1) : x.add(2)),
  'a read of an argument': (x) => (x.size === 1 ? x.multiply(Number(x.item())) : x),
  'int arithmetic with an item': (x) => td.arange(Number(td.countNonzero(x).item())),
  'a bigint or a number': (x) => (typeof x.max().item() === 'bigint' ? x.add(1) : x.max()),
  'a comparison of two items': (x) => (Number(x.max().item()) > -Number(x.min().item()) ? x.max() : x.min()),
}

judge(branches)
