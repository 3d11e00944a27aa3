import * as td from '@tendril/core'
import { judge, type Table } from './judge.ts'

// Loops whose turns follow values or sizes, recursion, generators, iteration over arrays.

const is = (x: td.NDArray): boolean => x.item() === true
const below = (x: td.NDArray, limit: number): boolean => is(td.max(td.abs(x)).less(limit))

function* doubled(x: td.NDArray): Generator<td.NDArray> {
  for (let y = x; below(y, 30) && is(td.max(td.abs(y)).greater(0)); y = y.multiply(2)) yield y
}

const loops: Table = {
  'sharp bit 2: a loop until a value': (x) => {
    let y = x
    while (Number(td.max(td.abs(y))) < 50 && Number(td.max(td.abs(y))) > 0) y = td.multiply(y, 2)
    return y
  },
  'sharp bit 3: a length': (x) => {
    let total = td.zeros([])
    for (const row of x) total = td.add(total, td.multiply(row, x.shape[0]!))
    return total
  },
  'a while of a bool': (x) => {
    let y = x.add(1)
    for (let i = 0; i < 20 && is(y.sum().less(20)); i++) y = y.add(2)
    return y
  },
  'do while': (x) => {
    let [y, turns] = [x, 0]
    do {
      y = y.subtract(1)
      turns++
    } while (turns < 6 && is(y.sum().greater(0)))
    return { y, turns }
  },
  'turns counted by an int': (x) => {
    let y = x
    for (let i = 0; i < Number(td.countNonzero(x).item()); i++) y = y.add(i)
    return y
  },
  break: (x) => {
    let y = x
    for (let i = 0; i < 8; i++) {
      y = y.multiply(2)
      if (is(td.max(y).greater(20))) break
    }
    return y
  },
  continue: (x) => {
    let y = x
    for (let i = 0; i < 4; i++) {
      if (is(y.sum().greater(i))) continue
      y = y.add(1)
    }
    return y
  },
  'break of an outer loop': (x) => {
    let y = x
    outer: for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 3; k++) {
        y = y.add(i * k)
        if (is(y.sum().greater(12))) break outer
      }
    }
    return y
  },
  'a list that grows by values': (x) => {
    const kept: td.NDArray[] = []
    for (let i = 0; i < x.shape[0]!; i++) if (is(td.max(td.flatten(x.at(i))).greater(0))) kept.push(x.at(i))
    return kept
  },
  'a list that is joined': (x) => {
    const kept = [td.flatten(x)]
    while (kept.length < 4 && is(kept.at(-1)!.sum().greater(2))) kept.push(kept.at(-1)!.divide(2))
    return td.concat(kept)
  },
  'a stack that empties': (x) => {
    const open = [x]
    let [total, turns] = [td.zeros([]), 0]
    for (let y = open.pop(); y !== undefined; y = open.pop()) {
      total = total.add(y.sum())
      if (turns++ < 6 && is(y.sum().greater(4))) open.push(y.divide(2), y.divide(4))
    }
    return { total, turns }
  },
  'for of': (x) => {
    let y = td.zeros([])
    for (const row of x) y = y.add(row.sum())
    return y
  },
  'for of with a read': (x) => {
    const signs: string[] = []
    for (const row of x) signs.push(is(row.sum().greater(0)) ? '+' : '-')
    return signs.join('')
  },
  'for of that leaves early': (x) => {
    for (const row of x) if (is(row.sum().less(0))) return row
    return 'none'
  },
  spread: (x) => [...x].map((row) => row.multiply(2)),
  destructured: (x) => {
    const [first, second = td.array([7])] = x
    return [first ?? 'nothing', second]
  },
  'rest of a destructuring': (x) => {
    const [, ...rest] = x
    return rest.length > 0 ? td.stack(rest) : rest.length
  },
  'entries of a spread': (x) => [...[...x].entries()].map(([i, row]) => row.add(i)),
  'recursion by a value': (x) => {
    const halve = (y: td.NDArray, depth: number): td.NDArray =>
      depth > 12 || is(td.max(td.abs(y)).less(1)) ? y : halve(y.divide(2), depth + 1)
    return halve(x, 0)
  },
  'recursion that branches': (x) => {
    const fib = (n: number): td.NDArray => (n < 2 ? x : fib(n - 1).add(fib(n - 2)))
    return fib(Number(td.countNonzero(x).item()) % 5)
  },
  'mutual recursion': (x) => {
    const even = (y: td.NDArray, n: number): td.NDArray => (n === 0 ? y : odd(y.add(1), n - 1))
    const odd = (y: td.NDArray, n: number): td.NDArray =>
      n === 0 ? y.negative() : even(y.multiply(2), n - 1)
    return even(x, Number(td.countNonzero(x).item()))
  },
  'a size halved by recursion': (x) => {
    const fold = (y: td.NDArray): td.NDArray =>
      y.shape[0]! <= 1
        ? y
        : fold(
            y.slice([0], [y.shape[0]! >> 1]).add(y.slice([y.shape[0]! - (y.shape[0]! >> 1)], [y.shape[0]!])),
          )
    return fold(td.flatten(x))
  },
  'a generator': (x) => [...doubled(x)],
  'a generator that is left': (x) => {
    for (const y of doubled(x)) if (is(y.sum().greater(5))) return y
    return x
  },
  'a generator of items': (x) => {
    function* items(): Generator<number> {
      for (const row of td.flatten(x)) yield Number(row.item())
    }
    return Math.max(...items())
  },
  'Newton until it stands': (x) => {
    const a = td.abs(x).add(1)
    let y = a
    for (let i = 0; i < 8; i++) {
      const next = y.add(a.divide(y)).divide(2)
      if (is(td.max(td.abs(next.subtract(y))).less(0.5))) return next
      y = next
    }
    return y
  },
  bisection: (x) => {
    const target = td.max(td.flatten(td.abs(x)))
    let [low, high] = [0, 16]
    while (high - low > 1) {
      const middle = (low + high) / 2
      if (is(target.greater(middle))) low = middle
      else high = middle
    }
    return { low, high }
  },
  Collatz: (x) => {
    let n = Math.trunc(Math.abs(Number(td.countNonzero(x).item()))) + 1
    const seen = [n]
    while (n !== 1) seen.push((n = n % 2 === 0 ? n / 2 : 3 * n + 1))
    return x.add(seen.length)
  },
  'Collatz in arrays': (x) => {
    let [n, turns] = [td.add(td.countNonzero(x), 2), 0]
    for (; is(n.greater(1)); turns++)
      n = is(td.equal(td.remainder(n, 2), 0)) ? td.floorDivide(n, 2) : td.add(td.multiply(n, 3), 1)
    return { n, turns }
  },
  'greatest common divisor': (x) => {
    let [a, b] = [td.add(td.countNonzero(x), 6), td.add(td.multiply(td.countNonzero(x), 2), 4)]
    while (is(b.greater(0))) [a, b] = [b, td.remainder(a, b)]
    return a
  },
  'bubble sort by reads': (x) => {
    const rows = td.unstack(td.flatten(x)).slice(0, 4)
    for (let i = 0; i < rows.length; i++)
      for (let k = 0; k + 1 < rows.length - i; k++)
        if (is(rows[k]!.greater(rows[k + 1]!))) [rows[k], rows[k + 1]] = [rows[k + 1]!, rows[k]!]
    return rows
  },
  'a sort by items': (x) => [...td.flatten(x)].toSorted((a, b) => Number(a.item()) - Number(b.item())),
  'a filter by items': (x) => [...td.flatten(x)].filter((one) => is(one.greater(1))),
  'a find by items': (x) => [...td.flatten(x)].find((one) => is(one.greater(1))) ?? 'none',
  'some and every': (x) => {
    const rows = [...td.flatten(x)]
    return [rows.some((one) => is(one.less(0))), rows.every((one) => is(one.less(5)))]
  },
  'groups by a value': (x) => {
    const groups: Record<string, td.NDArray[]> = {}
    for (const one of td.flatten(x)) (groups[is(one.less(2)) ? 'small' : 'large'] ??= []).push(one)
    return groups
  },
  'a Map of counts': (x) => {
    const counts = new Map<string, number>()
    for (const one of td.flatten(x)) counts.set(String(one.item()), (counts.get(String(one.item())) ?? 0) + 1)
    return [...counts.entries()]
  },
  'a reduce with a branch': (x) =>
    [...td.flatten(x)].reduce((best, one) => (is(one.greater(best)) ? one : best), td.array(0)),
  'a loop in a loop by values': (x) => {
    let y = td.flatten(x).sum()
    let steps = 0
    for (let i = 0; i < 3 && is(y.less(20)); i++)
      for (let k = 0; k < 3 && is(y.less(10)); k++) {
        y = y.add(i + k + 1)
        steps++
      }
    return { y, steps }
  },
  'the largest index that fits': (x) => {
    let n = 0
    while (
      n < x.size &&
      is(
        td
          .flatten(x)
          .slice([0], [n + 1])
          .sum()
          .less(6),
      )
    )
      n++
    return n
  },
  'a counter beside the loop': (x) => {
    const kept = { count: 0 }
    const step = (y: td.NDArray): td.NDArray => y.add(++kept.count)
    let y = x
    while (kept.count < 4 && is(y.sum().less(9))) y = step(y)
    return { y, count: kept.count }
  },
}

judge(loops)
