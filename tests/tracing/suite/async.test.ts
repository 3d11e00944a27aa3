import * as td from '@tendril/core'
import { judge, type Table, withState } from './judge.ts'

// Async functions: awaited reads, one after the other and together, and what stands between them.

const first = async (x: td.NDArray): Promise<number> => Number((await x.data())[0])
const later = async <T>(value: T): Promise<T> => {
  await Promise.resolve()
  return value
}

const waiting: Table = {
  'a branch': async (x) => ((await first(x.sum())) > 0 ? x.add(1) : x.subtract(1)),
  'two reads, one after the other': async (x) => {
    const sum = await first(x.sum())
    const count = await first(td.countNonzero(x))
    return sum > count ? x.add(1) : x.subtract(1)
  },
  'reads together': async (x) => {
    const [sum, count] = await Promise.all([first(x.sum()), first(td.countNonzero(x))])
    return sum > count ? x.add(1) : x.subtract(1)
  },
  'the same read together': async (x) => {
    const sum = x.sum()
    const [a, b] = await Promise.all([first(sum), first(sum)])
    return a === b ? x.add(1) : x.subtract(1)
  },
  'a read together with what waits': async (x) => {
    const [sum, n] = await Promise.all([first(x.sum()), later(3)])
    return sum > n ? x.add(n) : x
  },
  'a race': async (x) => Promise.race([first(x.sum()), new Promise<never>(() => {})]),
  'reads in two functions at once': async (x) => {
    const half = async (y: td.NDArray): Promise<td.NDArray> => ((await first(y.sum())) > 1 ? y.divide(2) : y)
    const [a, b] = await Promise.all([half(x), half(x.multiply(2))])
    return a.add(b)
  },
  'functions at once of other lengths': async (x) => {
    const down = async (y: td.NDArray, turns: number): Promise<td.NDArray> => {
      for (let i = 0; i < turns && (await first(y.sum())) > 1; i++) y = y.subtract(1)
      return y
    }
    return Promise.all([down(x, 1), down(x.add(1), 4), down(x.add(3), 2)])
  },
  'a loop': async (x) => {
    let y = x
    for (let i = 0; i < 6 && (await first(y.sum())) < 9; i++) y = y.add(1)
    return y
  },
  'for await': async (x) => {
    let total = td.zeros([])
    async function* rows(): AsyncGenerator<td.NDArray> {
      for (const row of x) yield (await first(row.sum())) > 0 ? row.sum() : td.zeros([])
    }
    for await (const row of rows()) total = total.add(row)
    return total
  },
  'an await of nothing, then ops': async (x) => {
    await later(0)
    return x.add(1)
  },
  'item after an await': async (x) => {
    await later(0)
    return x.sum().greater(0).item() ? x.add(1) : x
  },
  'item before an await': async (x) => {
    const isPositive = x.sum().greater(0).item()
    await later(0)
    return isPositive ? x.add(1) : x
  },
  'creation after an await': async (x) => {
    await first(x.sum())
    return td.zeros([2]).add(x.sum())
  },
  'draws around an await': async (x) => {
    const before = td.random.uniform({ shape: [2] })
    const sum = await first(x.sum())
    const after = sum > 0 ? td.random.uniform({ shape: [2] }) : td.random.normal({ shape: [2] })
    return before.add(after)
  },
  'rejected on a branch': async (x) => {
    if ((await first(x.sum())) < 0) throw new RangeError('negative')
    return x
  },
  'rejected at once': async (x) => {
    if (x.size > 2) throw new RangeError('size')
    return (await first(x.sum())) > 0 ? x : x.add(1)
  },
  'rejected and caught': async (x) => {
    const check = async (y: td.NDArray): Promise<td.NDArray> => {
      if ((await first(y.sum())) < 0) throw new RangeError('negative')
      return y
    }
    try {
      return (await check(x)).add(1)
    } catch (error) {
      return (error as Error).message
    }
  },
  'one of several rejected': async (x) => {
    const check = async (y: td.NDArray): Promise<number> => {
      const sum = await first(y.sum())
      if (sum > 3) throw new RangeError(`sum ${sum}`)
      return sum
    }
    return Promise.all([check(x), check(x.multiply(2)), check(x.multiply(3))])
  },
  'all settled': async (x) => {
    const check = async (y: td.NDArray): Promise<number> => {
      const sum = await first(y.sum())
      if (sum > 3) throw new RangeError(`sum ${sum}`)
      return sum
    }
    const all = await Promise.allSettled([check(x), check(x.multiply(2))])
    return all.map(({ status }) => status)
  },
  'an op that fails after an await': async (x) => {
    const sum = await first(x.sum())
    return sum > 0 ? x.reshape([3]) : x
  },
  'finally after an await': async (x) => {
    let y = x
    try {
      if ((await first(y.sum())) > 3) throw new RangeError('large')
    } catch {
      y = y.subtract(1)
    } finally {
      y = y.add(10)
    }
    return y
  },
  'a function that gives a promise': (x) => later(x.sum().greater(0).item() ? x.add(1) : x),
  'whole arrays': async (x) => Array.from(await x.data(), String).join(),
  'ready first': async (x) => {
    const y = await x.add(1).ready()
    return (await first(y.sum())) > 0 ? y : x
  },
  'a recursion': async (x) => {
    const halve = async (y: td.NDArray, depth: number): Promise<td.NDArray> =>
      depth === 0 || (await first(td.max(td.abs(y)))) < 2 ? y : halve(y.divide(2), depth - 1)
    return halve(x, 5)
  },
  'a Variable around an await': withState(() => {
    const w = new td.Variable(td.array(0))
    return {
      state: () => w,
      fn: async (x: td.NDArray) => {
        w.assign(w.value.add(1))
        const sum = await first(x.sum())
        if (sum > 0) w.assign(w.value.multiply(2))
        if (sum < -2) throw new RangeError('low')
        return w.value
      },
    }
  }),
  'nothing is waited for': async (x) => x.add(1),
}

judge(waiting)
