import * as td from '@tendril/core'
import { type Table, withState } from './compare.ts'

// Traced functions inside of traced functions: sync and async, several deep, by themselves, with reads, state and errors.

const is = (x: td.NDArray): boolean => x.item() === true
const first = async (x: td.NDArray): Promise<number> => Number((await x.data())[0])
const total = (x: td.NDArray): td.NDArray => x.sum().astype('float32')

const half = td.traceGraph((x: td.NDArray) => (is(total(x).greater(1)) ? x.divide(2) : x.add(1)))
const twice = td.traceGraph((x: td.NDArray) => half(half(x)))
const thrice = td.traceGraph((x: td.NDArray) => twice(half(x)).add(total(x)))
const later = td.traceGraph(async (x: td.NDArray) => ((await first(total(x))) > 1 ? x.divide(2) : x.add(1)))
const laterTwice = td.traceGraph(async (x: td.NDArray) => later(await later(x)))
const throws = td.traceGraph((x: td.NDArray) => {
  if (is(total(x).less(0))) throw new RangeError('negative')
  return x.multiply(2)
})
const throwsLater = td.traceGraph(async (x: td.NDArray) => {
  if ((await first(total(x))) < 0) throw new RangeError('negative')
  return x.multiply(2)
})
const down: (x: td.NDArray, depth: number) => td.NDArray = td.traceGraph((x: td.NDArray, depth: number) =>
  depth === 0 || !is(total(x).greater(2)) ? x : down(x.divide(2), depth - 1),
)
const downLater: (x: td.NDArray, depth: number) => Promise<td.NDArray> = td.traceGraph(
  async (x: td.NDArray, depth: number): Promise<td.NDArray> =>
    depth === 0 || !((await first(total(x))) > 2) ? x : downLater(x.divide(2), depth - 1),
)
const base = td.array([3, 4])

export const nested: Table = {
  'sync in sync': (x) => half(x).add(1),
  'three deep': (x) => thrice(x),
  'sync in async': async (x) => {
    const y = half(x)
    return (await first(total(y))) > 1 ? twice(y) : y
  },
  'sync in async, after a wait': async (x) => {
    await Promise.resolve()
    return twice(x).add(half(base).sum())
  },
  'async in async': async (x) => laterTwice(x),
  'async in async at once': async (x) => Promise.all([later(x), later(x.multiply(2)), laterTwice(x)]),
  'three deep, async': async (x) => {
    const y = await laterTwice(half(x))
    return (await first(total(y))) > 0 ? thrice(y) : y
  },
  'a promise given on by a sync function': (x) => later(x),
  recursion: (x) => down(x, 5),
  'recursion, async': async (x) => downLater(x, 5),
  'an error inside, caught': (x) => {
    try {
      return throws(x)
    } catch (error) {
      return (error as Error).message
    }
  },
  'an error inside': (x) => throws(half(x)).add(1),
  'an error inside of an async one, caught': async (x) => {
    try {
      return await throwsLater(x)
    } catch (error) {
      return (error as Error).message
    }
  },
  'an error inside of an async one': async (x) => (await throwsLater(x)).add(1),
  'an error after a draw': (x) => {
    const noise = td.random.uniform({ shape: [] })
    if (is(total(x).less(0))) throw new RangeError('negative')
    return x.add(noise)
  },
  'an error after a Variable was written': withState(() => {
    const w = new td.Variable(td.array(0))
    const inner = td.traceGraph((x: td.NDArray) => {
      w.assign(w.value.add(1))
      if (is(total(x).less(0))) throw new RangeError('negative')
      return w.value
    })
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        w.assign(w.value.multiply(2))
        return inner(x)
      },
    }
  }),
  'an error caught after a Variable was written': withState(() => {
    const w = new td.Variable(td.array(0))
    const inner = td.traceGraph((x: td.NDArray) => {
      w.assign(w.value.add(1))
      if (is(total(x).less(0))) throw new RangeError('negative')
      return w.value
    })
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        try {
          return inner(x)
        } catch {
          w.assign(w.value.add(10))
          return w.value
        }
      },
    }
  }),
  'an error after state was written': withState(() => {
    const s = { n: td.array(0), list: [td.array(1)] }
    return {
      state: () => s,
      options: { stateful: [s] },
      fn: (x: td.NDArray) => {
        s.n = s.n.add(1)
        s.list.push(x.sum())
        if (is(total(x).less(0))) throw new RangeError('negative')
        s.list = s.list.slice(-2)
        return s.n
      },
    }
  }),
  'an error inside of control flow': (x) =>
    td.forLoop(
      0,
      2,
      (_, y) => {
        if (x.size === 3) throw new RangeError('three')
        return y.add(1)
      },
      total(x),
    ),
  'state of an inner function': withState(() => {
    const s = { n: td.array(0) }
    const inner = td.traceGraph(
      (x: td.NDArray) => {
        s.n = s.n.add(total(x))
        return s.n
      },
      { stateful: [s] },
    )
    return { state: () => s, options: { stateful: [s] }, fn: (x: td.NDArray) => inner(x).add(inner(x)) }
  }),
}
