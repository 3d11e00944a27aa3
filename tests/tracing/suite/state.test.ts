import * as td from '@tendril/core'
import { judge, type Table, withState } from './judge.ts'

// State that functions read and leave: Variables, Containers, objects, Modules, beside branches and loops on values.

const is = (x: td.NDArray): boolean => x.item() === true
const scalar = (value: number): td.Variable => new td.Variable(td.array(value))

const states: Table = {
  'a Variable in a branch': withState(() => {
    const w = scalar(2)
    return {
      state: () => w,
      before: (call) => void w.assign(td.array(call % 3)),
      fn: (x: td.NDArray) => (is(w.value.greater(1)) ? x.multiply(w.value) : x.add(w.value)),
    }
  }),
  'a Variable compared with the argument': withState(() => {
    const best = scalar(0)
    return {
      state: () => best,
      fn: (x: td.NDArray) => {
        const sum = x.sum().astype('float32')
        if (is(sum.greater(best.value))) best.assign(sum)
        return best.value
      },
    }
  }),
  'a counter that a loop moves': withState(() => {
    const turns = scalar(0)
    return {
      state: () => turns,
      fn: (x: td.NDArray) => {
        let y = x
        for (let i = 0; i < 6 && is(y.sum().less(8)); i++) {
          y = y.add(1)
          turns.assign(turns.value.add(1))
        }
        return y
      },
    }
  }),
  'a counter that ends a loop': withState(() => {
    const left = scalar(3)
    return {
      state: () => left,
      before: (call) => void left.assign(td.array(call % 4)),
      fn: (x: td.NDArray) => {
        let y = x
        while (is(left.value.greater(0))) {
          y = y.add(left.value)
          left.assign(left.value.subtract(1))
        }
        return y
      },
    }
  }),
  'read, written, read': withState(() => {
    const w = scalar(1)
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        const before = w.value
        w.assign(before.add(1))
        return is(x.sum().greater(0)) ? [before, w.value] : [w.value.multiply(2), before]
      },
    }
  }),
  'written in one branch only': withState(() => {
    const w = scalar(0)
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        if (is(x.sum().greater(0))) w.assign(w.value.add(x.size))
        return x
      },
    }
  }),
  'written and put back': withState(() => {
    const w = scalar(4)
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        const before = w.value
        w.assign(before.multiply(3))
        const y = x.multiply(w.value)
        w.assign(before)
        return is(y.sum().greater(0)) ? y : w.value
      },
    }
  }),
  'two Variables swapped': withState(() => {
    const [a, b] = [scalar(1), scalar(2)]
    return {
      state: () => [a, b],
      fn: (x: td.NDArray) => {
        const [first, second] = [a.value, b.value]
        if (is(x.sum().greater(0))) {
          a.assign(second)
          b.assign(first)
        }
        return a.value.subtract(b.value)
      },
    }
  }),
  'a Variable given the argument': withState(() => {
    const last = new td.Variable(td.array([0, 0]))
    return {
      state: () => last,
      fn: (x: td.NDArray) => {
        last.assign(x)
        return last.value
      },
    }
  }),
  'a Variable as the result, kept': withState(() => {
    const w = scalar(5)
    return {
      state: () => w,
      before: (call) => void w.assign(td.array(call)),
      fn: (x: td.NDArray) => (x.size > 2 ? w.value : [w.value, w.value]),
    }
  }),
  'Variables in a list by an index that is read': withState(() => {
    const list = [scalar(1), scalar(10), scalar(100)]
    return {
      state: () => list,
      fn: (x: td.NDArray) => {
        const w = list[Number(td.countNonzero(x).item()) % 3]!
        w.assign(w.value.add(1))
        return w.value
      },
    }
  }),
  'a mean that moves': withState(() => {
    const [mean, count] = [scalar(0), scalar(0)]
    return {
      state: () => [mean, count],
      fn: (x: td.NDArray) => {
        if (is(td.any(td.isnan(x)))) return mean.value
        count.assign(count.value.add(1))
        mean.assign(
          mean.value.add(td.clip(x.sum().astype('float32'), -9, 9).subtract(mean.value).divide(count.value)),
        )
        return mean.value
      },
    }
  }),
  'a Variable made inside': (x) => {
    const own = new td.Variable(td.zeros([]))
    for (let i = 0; i < 3; i++) if (is(x.sum().greater(i))) own.assign(own.value.add(1))
    return own.value
  },
  'a Container that is read': withState(() => {
    const c = new td.Container({ w: td.array([2]), deep: { b: td.array([1]) }, mode: 'add' })
    return {
      state: () => c,
      before: (call) => {
        c['mode'] = call % 2 === 0 ? 'add' : 'multiply'
        ;(c['deep'] as td.Container)['b'] = td.array([call % 3])
      },
      fn: (x: td.NDArray) => {
        const { w, deep, mode } = c as unknown as { w: td.NDArray; deep: { b: td.NDArray }; mode: string }
        const y = mode === 'add' ? x.add(w) : x.multiply(w)
        return is(deep.b.greater(0)) ? y.add(deep.b) : y
      },
    }
  }),
  'a Container that comes to have a key': withState(() => {
    const c = new td.Container({})
    return {
      state: () => c,
      before: (call) => void (call === 5 && (c['bias'] = td.array([7]))),
      fn: (x: td.NDArray) => ('bias' in c ? x.add(c['bias'] as td.NDArray) : x),
    }
  }),
  'a Container that is written on a way': withState(() => {
    const c = new td.Container({ total: td.array(0) })
    return {
      state: () => c,
      options: { stateful: [c] },
      fn: (x: td.NDArray) => {
        const total = c['total'] as td.NDArray
        if (is(x.sum().greater(0))) c['total'] = total.add(1)
        else c['low'] = total
        return total
      },
    }
  }),
  'an object of the arguments': withState(() => {
    const kept: { n: td.NDArray; seen?: td.NDArray } = { n: td.array(0) }
    const run = (state: typeof kept, x: td.NDArray): td.NDArray => {
      state.n = state.n.add(1)
      if (is(x.sum().less(0))) state.seen = x
      else delete state.seen
      return state.n
    }
    return { state: () => kept, options: { stateful: [kept] }, fn: (x: td.NDArray) => run(kept, x) }
  }),
  'an object with a number that counts': withState(() => {
    const kept = { calls: 0, flags: { on: false } }
    return {
      state: () => kept,
      options: { stateful: [kept] },
      fn: (x: td.NDArray) => {
        kept.calls = (kept.calls + 1) % 3
        if (is(x.sum().greater(2))) kept.flags.on = !kept.flags.on
        return kept.flags.on ? x.add(kept.calls) : x
      },
    }
  }),
  'a cache of the last result': withState(() => {
    const kept: { key: number; value: td.NDArray | null } = { key: NaN, value: null }
    return {
      state: () => kept,
      options: { stateful: [kept] },
      fn: (x: td.NDArray) => {
        const key = Number(td.countNonzero(x).item())
        if (kept.key === key && kept.value !== null) return kept.value
        kept.key = key
        kept.value = x.sum()
        return kept.value.multiply(2)
      },
    }
  }),
  'a list that grows': withState(() => {
    const kept: { list: td.NDArray[] } = { list: [] }
    return {
      state: () => kept,
      options: { stateful: [kept] },
      fn: (x: td.NDArray) => {
        if (is(x.sum().greater(0))) kept.list.push(x.sum())
        if (kept.list.length > 2) kept.list.shift()
        return kept.list.length
      },
    }
  }),
  'draws kept in a Variable': withState(() => {
    const noise = scalar(0)
    return {
      state: () => noise,
      fn: (x: td.NDArray) => {
        noise.assign(td.random.uniform({ shape: [] }))
        if (is(noise.value.greater(0.5))) noise.assign(td.random.normal({ shape: [] }))
        return x.sum().add(noise.value)
      },
    }
  }),
  'a Variable assigned the wrong sizes': withState(() => {
    const w = new td.Variable(td.array([1, 1]))
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        if (is(x.sum().less(50))) w.assign(x.add(w.value))
        return w.value
      },
    }
  }),
}

judge(states)
