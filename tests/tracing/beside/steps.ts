import * as td from '@tendril/core'
import { type Table, withState } from '../suite/compare.ts'

// What async functions do after they have waited with arrays that are not made of their arguments.

const first = async (x: td.NDArray): Promise<number> => Number((await x.data())[0])
const nothing = async (): Promise<void> => {
  await Promise.resolve()
}
const uniform = (): td.NDArray => td.random.uniform({ shape: [2] })
const base = td.array([10, 20])

const sum = td.traceGraph((x: td.NDArray) => x.sum().astype('float32'))
const noisy = td.traceGraph((x: td.NDArray) => x.add(td.random.uniform({ shape: [] })))
const counted = td.traceGraph((x: td.NDArray) => (x.sum().item() === 30 ? 'thirty' : 'other'))

export const steps: Table = {
  'an array made of nothing': async (x) => {
    await nothing()
    return td.zeros([2]).add(x.sum())
  },
  'an array that is made by several ops': async (x) => {
    await nothing()
    const made = td
      .arange(4)
      .reshape([2, 2])
      .matmul(td.ones([2, 2]))
      .multiply(base)
    return made.add(x.sum())
  },
  'one given back as it is': async () => {
    await nothing()
    return td.full([2], 7)
  },
  'one used twice': async (x) => {
    await nothing()
    const ones = td.ones([2])
    return [ones.add(x.sum()), ones.multiply(2).add(x.sum())]
  },
  'one of a size that was read': async (x) => {
    await nothing()
    return td.arange(x.size).add(x.sum())
  },
  'one of several results': async (x) => {
    await nothing()
    const { values, indices } = td.topK(td.array([3, 1, 2]), 2)
    return [values.add(x.sum()), indices]
  },
  'a captured array after a wait': async (x) => {
    await nothing()
    return base.add(1).add(x.sum())
  },
  'a draw': async (x) => {
    await nothing()
    return uniform().add(x.sum())
  },
  'a draw given back': async () => {
    await nothing()
    return uniform()
  },
  'draws before and after': async (x) => {
    const before = uniform()
    await nothing()
    const after = uniform()
    await first(x.sum())
    return [before, after, uniform()].map((one) => one.add(x.sum()))
  },
  'draws used in another order': async (x) => {
    await nothing()
    const [a, b] = [uniform(), uniform()]
    return x.sum().add(b).multiply(a)
  },
  'a draw that is not used': async (x) => {
    await nothing()
    uniform()
    return uniform().add(x.sum())
  },
  'a draw used on one way only': async (x) => {
    await nothing()
    const noise = uniform()
    return (await first(x.sum())) > 0 ? noise.add(x.sum()) : x
  },
  'another draw on each way': async (x) => {
    await nothing()
    const noise = uniform()
    const isLow = (await first(noise.add(x.sum()).sum())) < 2
    return isLow ? noise.add(x.sum()) : uniform().subtract(x.sum())
  },
  'a draw, then one of an op on an argument': async (x) => {
    await nothing()
    const noise = uniform()
    const dropped = td.dropout(x.sum().add(td.ones([4])), { rate: 0.5 })
    return [dropped, noise.add(x.sum()), td.dropout(td.ones([4]), { rate: 0.5 })]
  },
  'ops on a draw': async (x) => {
    await nothing()
    const noise = uniform().multiply(2).subtract(1)
    return noise.abs().add(noise).add(x.sum())
  },
  'a draw by a key': async (x) => {
    await nothing()
    return td.random.uniform({ shape: [2], key: td.random.key(3) }).add(x.sum())
  },
  'a draw that is read': async (x) => {
    await nothing()
    const noise = td.random.uniform({ shape: [] })
    return Number(noise.item()) < 0.5 ? x.add(1) : x.subtract(1)
  },
  'a draw that is read by await': async (x) => {
    await nothing()
    const noise = td.random.uniform({ shape: [] }).multiply(10).floor()
    return [await first(noise), x]
  },
  'an array made of nothing that is read': async (x) => {
    await nothing()
    return Number(td.arange(3).sum().item()) > 2 ? x.add(1) : x
  },
  'arrays in tidy': async (x) => {
    await nothing()
    return td.tidy(() => {
      const noise = uniform()
      return noise.add(td.ones([2]).multiply(3)).add(x.sum())
    })
  },
  'arrays that are freed': async (x) => {
    await nothing()
    const noise = uniform()
    const more = noise.add(1)
    const y = x.sum().add(more)
    noise.dispose()
    more.dispose()
    return y
  },
  'a loop with a body of its own': async (x) => {
    await nothing()
    const step = td.full([], 2)
    const noise = td.random.uniform({ shape: [] })
    return td.forLoop(0, 3, (_, y) => y.add(step).add(noise).add(td.ones([])), x.sum().astype('float32'))
  },
  'a loop whose body draws': async (x) => {
    await nothing()
    const loop = (y: td.NDArray): td.NDArray =>
      td.forLoop(0, 3, (_, now) => now.add(td.random.uniform({ shape: [] })), y)
    return [loop(x.sum().astype('float32')), uniform()]
  },
  'a loop over no argument': async (x) => {
    await nothing()
    const total = td.forLoop(0, 3, (_, y) => y.add(td.random.uniform({ shape: [] })), td.zeros([]))
    return total.add(x.sum())
  },
  'a graph of a captured array': async (x) => {
    await nothing()
    return sum(base).add(x.sum())
  },
  'a graph of what was drawn': async (x) => {
    await nothing()
    return sum(uniform()).add(x.sum())
  },
  'a graph that draws': async (x) => {
    await nothing()
    return noisy(base).add(x.sum())
  },
  'a graph that draws, in tidy': async (x) => {
    await nothing()
    return td.tidy(() => noisy(base).add(x.sum()))
  },
  'a graph that gives a text': async (x) => {
    await nothing()
    return [counted(base), x]
  },
  'several at once': async (x) => {
    const one = async (scale: number): Promise<td.NDArray> => {
      await nothing()
      const y = td.full([2], scale).add(x.sum())
      return (await first(y)) > 1 ? y : y.add(td.ones([2]))
    }
    return Promise.all([one(0), one(1), one(2)])
  },
  'thrown after a draw': async (x) => {
    await nothing()
    const noise = uniform()
    if ((await first(noise.add(x.sum()).sum())) < 1.5) throw new RangeError('low')
    return noise
  },
  'a Variable that is read': withState(() => {
    const w = new td.Variable(td.array([1, 2]))
    return {
      state: () => w,
      before: (call) => void w.assign(td.array([call, 1])),
      fn: async (x: td.NDArray) => {
        await nothing()
        return w.value.add(1).add(x.sum())
      },
    }
  }),
  'a Variable whose elements are read': withState(() => {
    const w = new td.Variable(td.array([1, 2]))
    return {
      state: () => w,
      before: (call) => void w.assign(td.array([call % 2, 1])),
      fn: async (x: td.NDArray) => {
        await nothing()
        return (await first(w.value.multiply(2))) > 1 ? x : x.add(1)
      },
    }
  }),
  'a Variable on another engine': withState(() => {
    const w = new td.Variable(td.array([1, 2]))
    return {
      state: () => w,
      before: (call) => void w.assign(td.array([call, 1])),
      fn: async (x: td.NDArray) => {
        await nothing()
        return td.array(w.value).toBackend('reference').add(x.sum())
      },
    }
  }),
  'a Variable given what is made of the argument': withState(() => {
    const w = new td.Variable(td.array(1))
    return {
      state: () => w,
      fn: async (x: td.NDArray) => {
        await nothing()
        w.assign(x.sum().astype('float32'))
        const seen = w.value.add(1)
        w.assign(td.zeros([]))
        return [seen, w.value]
      },
    }
  }),
  'a Variable of its own': async (x) => {
    await nothing()
    const own = new td.Variable(td.zeros([]))
    own.assign(own.value.add(x.sum().astype('float32')))
    return own.value
  },
  'a Container of its own': async (x) => {
    await nothing()
    const own = new td.Container({ a: td.ones([]), n: 2 })
    own['a'] = (own['a'] as td.NDArray).add(x.sum())
    return (own['a'] as td.NDArray).multiply(own['n'] as number)
  },
  'an entry that is a number': withState(() => {
    const c = new td.Container({ scale: 1 })
    return {
      state: () => c,
      before: (call) => void (c['scale'] = call),
      fn: async (x: td.NDArray) => {
        await nothing()
        return x.multiply(c['scale'] as number)
      },
    }
  }),
  'a key that comes and goes': withState(() => {
    const c = new td.Container({})
    return {
      state: () => c,
      before: (call) => {
        if (call % 2 === 0) c['on'] = 1
        else delete c['on']
      },
      fn: async (x: td.NDArray) => {
        await nothing()
        return 'on' in c ? x.add(1) : x
      },
    }
  }),
}
